/// Collects names and values as raw bytes and packs them into a `LabelSet`.
///
/// Meant to be kept and used again for alert after alert: it allocates only while it grows. Labels may come in any order; of equal
/// names the last wins.
public struct LabelSetBuilder {
    /// One label's place in `bytes`; the value lies right behind the name.
    struct Entry {
        /// The first eight bytes of the name as a big-endian number: decides most comparisons without touching the bytes.
        var prefix: UInt64
        var offset: Int
        var nameCount: Int
        var valueCount: Int
    }

    private(set) var bytes: [UInt8] = []
    private(set) var entries: [Entry] = []
    private var isSorted = true

    /// An empty builder.
    public init() {}

    /// Whether nothing was added.
    public var isEmpty: Bool { entries.isEmpty }

    /// Adds a label. Both buffers are copied.
    public mutating func append(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        let entry = Entry(prefix: Self.prefix(of: name), offset: bytes.count, nameCount: name.count, valueCount: value.count)
        if isSorted, let last = entries.last {
            // Strictly ascending prefixes: the order that Prometheus and most senders write.
            isSorted = last.prefix < entry.prefix
        }
        bytes.append(contentsOf: name)
        bytes.append(contentsOf: value)
        entries.append(entry)
    }

    /// Adds a label.
    public mutating func append(name: String, value: String) {
        name.withBytes { name in
            value.withBytes { value in append(name: name, value: value) }
        }
    }

    /// Forgets everything and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        isSorted = true
    }

    /// Sorts by name and keeps only the last of equal names.
    mutating func normalize() {
        guard !isSorted else { return }
        isSorted = true
        bytes.withUnsafeBufferPointer { bytes in
            // Offsets ascend in the order of arrival, so comparing them makes the order total and the sort stable.
            if entries.count <= 24 {
                Self.insertionSort(&entries, bytes)
            } else {
                entries.sort { Self.precedes($0, $1, bytes) }
            }
            removeDuplicates(bytes)
        }
    }

    private static func insertionSort(_ entries: inout [Entry], _ bytes: UnsafeBufferPointer<UInt8>) {
        entries.withUnsafeMutableBufferPointer { entries in
            for index in 1..<max(1, entries.count) {
                let entry = entries[index]
                var position = index
                while position > 0, precedes(entry, entries[position - 1], bytes) {
                    entries[position] = entries[position - 1]
                    position -= 1
                }
                entries[position] = entry
            }
        }
    }

    private mutating func removeDuplicates(_ bytes: UnsafeBufferPointer<UInt8>) {
        var kept = 0
        for index in entries.indices {
            let entry = entries[index]
            if kept > 0, Bytes.equal(Self.name(of: entries[kept - 1], bytes), Self.name(of: entry, bytes)) { kept -= 1 }
            entries[kept] = entry
            kept += 1
        }
        entries.removeLast(entries.count - kept)
    }

    @inline(__always)
    private static func precedes(_ left: Entry, _ right: Entry, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if left.prefix != right.prefix { return left.prefix < right.prefix }
        let order = Bytes.compare(name(of: left, bytes), name(of: right, bytes))
        return order == 0 ? left.offset < right.offset : order < 0
    }

    @inline(__always)
    private static func name(of entry: Entry, _ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[entry.offset..<entry.offset + entry.nameCount])
    }

    @inline(__always)
    private static func prefix(of name: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard name.count < 8, let base = name.baseAddress else {
            guard let base = name.baseAddress else { return 0 }
            return UInt64(bigEndian: UnsafeRawPointer(base).loadUnaligned(as: UInt64.self))
        }
        var value: UInt64 = 0
        for index in 0..<name.count { value |= UInt64(base[index]) << UInt64(56 - 8 * index) }
        return value
    }
}
