/// The memory behind a `LabelSetBuilder`: labels in packed form in the order of their arrival, and where each begins.
final class LabelScratch {
    /// One label's place.
    struct Entry {
        /// The first eight bytes of the name as a big-endian number: decides most comparisons without touching the bytes.
        var prefix: UInt64
        /// Where the packed label begins.
        var offset: Int
        /// The bytes of the packed label.
        var size: Int
        /// Where the name begins, behind its length.
        var nameOffset: Int
        /// The bytes of the name.
        var nameCount: Int
        /// The bytes of the value.
        var valueCount: Int
        /// Where the value begins, behind its length; it ends the packed label.
        var valueOffset: Int { offset &+ size &- valueCount }
    }

    private(set) var bytes: UnsafeMutablePointer<UInt8>
    private(set) var byteCount = 0
    private var byteCapacity: Int
    private(set) var entries: UnsafeMutablePointer<Entry>
    private(set) var count = 0
    private var entryCapacity: Int
    /// Whether the names ascend strictly, so that nothing has to be sorted.
    private(set) var isSorted = true

    init(byteCapacity: Int = 1024, entryCapacity: Int = 16) {
        bytes = .allocate(capacity: byteCapacity)
        self.byteCapacity = byteCapacity
        entries = .allocate(capacity: entryCapacity)
        self.entryCapacity = entryCapacity
    }

    deinit {
        bytes.deallocate()
        entries.deallocate()
    }

    func copy() -> LabelScratch {
        let copy = LabelScratch(byteCapacity: byteCapacity, entryCapacity: entryCapacity)
        copy.bytes.update(from: bytes, count: byteCount)
        copy.entries.update(from: entries, count: count)
        copy.byteCount = byteCount
        copy.count = count
        copy.isSorted = isSorted
        return copy
    }

    func removeAll() {
        byteCount = 0
        count = 0
        isSorted = true
    }

    @inline(__always)
    func append(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        let size = LabelPacking.size(name.count) &+ LabelPacking.size(value.count)
        if byteCount &+ size > byteCapacity || count == entryCapacity { grow(bytes: size) }
        let start = bytes + byteCount
        var output = start
        LabelPacking.write(name.baseAddress, name.count, to: &output)
        let nameOffset = byteCount &+ LabelPacking.lengthSize(name.count)
        LabelPacking.write(value.baseAddress, value.count, to: &output)
        let prefix = Self.prefix(of: UnsafePointer(bytes + nameOffset), name.count)
        if count > 0, isSorted {
            let last = entries[count &- 1]
            isSorted = last.prefix < prefix || (last.prefix == prefix && Bytes.compare(self.name(of: last), name) < 0)
        }
        (entries + count).initialize(
            to: Entry(prefix: prefix, offset: byteCount, size: size, nameOffset: nameOffset, nameCount: name.count, valueCount: value.count)
        )
        count &+= 1
        byteCount &+= size
    }

    /// Sorts by name and keeps only the last of equal names.
    func normalize() {
        guard !isSorted else { return }
        isSorted = true
        if count <= 24 {
            insertionSort()
        } else {
            var buffer = UnsafeMutableBufferPointer(start: entries, count: count)
            buffer.sort { precedes($0, $1) }
        }
        var kept = 0
        for index in 0..<count {
            let entry = entries[index]
            if kept > 0, entries[kept - 1].prefix == entry.prefix, Bytes.equal(name(of: entries[kept - 1]), name(of: entry)) { kept -= 1 }
            entries[kept] = entry
            kept += 1
        }
        count = kept
    }

    /// Right for the few labels that alerts have.
    private func insertionSort() {
        for index in 1..<max(1, count) {
            let entry = entries[index]
            var position = index
            while position > 0, precedes(entry, entries[position - 1]) {
                entries[position] = entries[position - 1]
                position -= 1
            }
            entries[position] = entry
        }
    }

    /// Offsets ascend in the order of arrival, so comparing them last makes the order total: of equal names the last arrived sorts last.
    @inline(__always)
    private func precedes(_ left: Entry, _ right: Entry) -> Bool {
        if left.prefix != right.prefix { return left.prefix < right.prefix }
        let order = Bytes.compare(name(of: left), name(of: right))
        return order == 0 ? left.offset < right.offset : order < 0
    }

    @inline(__always)
    func name(of entry: Entry) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: bytes + entry.nameOffset, count: entry.nameCount)
    }

    @inline(__always)
    private static func prefix(of name: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        if count >= 8 { return UInt64(bigEndian: UnsafeRawPointer(name).loadUnaligned(as: UInt64.self)) }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(name[index]) &<< UInt64(truncatingIfNeeded: 56 &- 8 &* index) }
        return value
    }

    @inline(never)
    private func grow(bytes size: Int) {
        if byteCount + size > byteCapacity {
            byteCapacity = max(byteCapacity * 2, byteCount + size)
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: byteCapacity)
            larger.update(from: bytes, count: byteCount)
            bytes.deallocate()
            bytes = larger
        }
        if count == entryCapacity {
            entryCapacity *= 2
            let larger = UnsafeMutablePointer<Entry>.allocate(capacity: entryCapacity)
            larger.update(from: entries, count: count)
            entries.deallocate()
            entries = larger
        }
    }
}
