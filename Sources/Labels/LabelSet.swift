/// A set of labels: unique names, each with a value, in one heap object (DESIGN 3).
///
/// Names and values are bytes of UTF-8, sorted by name. Comparing and hashing use the fingerprint first. Annotations are kept the same way.
public struct LabelSet: @unchecked Sendable {
    // Unchecked: the storage is filled before a set is made from it and never changed afterwards.
    let storage: LabelStorage

    private static let empty = LabelSet(
        storage: .make(byteCount: 0, header: LabelHeader(fingerprint: FNV1a().value, count: 0, byteCount: 0)))

    init(storage: LabelStorage) { self.storage = storage }

    /// The empty set.
    public init() { self = Self.empty }

    /// A set of these labels; the last of equal names wins, and empty values are kept.
    public init(_ pairs: some Sequence<(String, String)>) {
        var builder = LabelSetBuilder()
        for (name, value) in pairs { builder.append(name: name, value: value) }
        self.init(packing: &builder)
    }

    /// A set of these labels; empty values are kept.
    public init(_ labels: [String: String]) { self.init(labels.lazy.map { ($0.key, $0.value) }) }

    /// A set of what the builder holds. The builder is sorted, and keeps its labels until `removeAll`.
    ///
    /// - Parameters:
    ///   - droppingEmptyValues: leaves labels without a value out, as an alert's identity wants it (reference 3.6).
    ///   - fingerprinted: false leaves the fingerprint to be computed whenever it is asked for: right for annotations, where nobody asks.
    public init(packing builder: inout LabelSetBuilder, droppingEmptyValues: Bool = false, fingerprinted: Bool = true) {
        builder.normalize()
        self.init(packing: builder.scratch, droppingEmptyValues: droppingEmptyValues, fingerprinted: fingerprinted)
    }

    private init(packing scratch: LabelScratch, droppingEmptyValues: Bool, fingerprinted: Bool) {
        let entries = UnsafeBufferPointer(start: scratch.entries, count: scratch.count)
        var count = 0
        var byteCount = 0
        for entry in entries where !droppingEmptyValues || entry.valueCount > 0 {
            count &+= 1
            byteCount &+= entry.size
        }
        guard count > 0 else {
            self.init()
            return
        }
        var hash = FNV1a()
        if fingerprinted {
            for entry in entries where !droppingEmptyValues || entry.valueCount > 0 {
                hash.combine(scratch.bytes + entry.nameOffset, entry.nameCount)
                hash.combineSeparator()
                hash.combine(scratch.bytes + entry.valueOffset, entry.valueCount)
                hash.combineSeparator()
            }
        }
        let header = LabelHeader(
            fingerprint: fingerprinted ? hash.value : 0, count: UInt32(clamping: count), byteCount: UInt32(clamping: byteCount))
        let storage = LabelStorage.make(byteCount: byteCount, header: header)
        storage.withUnsafeMutablePointerToElements { elements in
            var output = elements
            for entry in entries where !droppingEmptyValues || entry.valueCount > 0 {
                output.update(from: scratch.bytes + entry.offset, count: entry.size)
                output += entry.size
            }
        }
        self.init(storage: storage)
    }

    /// The identity of the set.
    public var fingerprint: Fingerprint {
        let stored = storage.header.fingerprint
        if stored != 0 { return Fingerprint(value: stored) }
        var hash = FNV1a()
        forEach { name, value in
            if let base = name.baseAddress { hash.combine(base, name.count) }
            hash.combineSeparator()
            if let base = value.baseAddress { hash.combine(base, value.count) }
            hash.combineSeparator()
        }
        return Fingerprint(value: hash.value)
    }

    /// The number of labels.
    public var count: Int { Int(storage.header.count) }

    /// Whether there is no label.
    public var isEmpty: Bool { storage.header.count == 0 }

    /// The memory of its heap object in bytes, without the allocator's own.
    public var footprint: Int { 16 + MemoryLayout<LabelHeader>.size + Int(storage.header.byteCount) }

    /// The value of a label; nil when it is absent.
    public subscript(_ name: String) -> String? {
        withValue(ofName: name) { $0.map { String(decoding: $0, as: UTF8.self) } }
    }

    /// Calls the body with the value of a label, nil when it is absent. The buffer is only valid during the call.
    public func withValue<Result>(ofName name: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>?) -> Result) -> Result {
        withCursor { cursor in
            while cursor.next() {
                if cursor.name.count == name.count, Bytes.equal(cursor.name, name) { return body(cursor.value) }
            }
            return body(nil)
        }
    }

    /// Calls the body with the value of a label, nil when it is absent. The buffer is only valid during the call.
    public func withValue<Result>(ofName name: String, _ body: (UnsafeBufferPointer<UInt8>?) -> Result) -> Result {
        name.withBytes { withValue(ofName: $0, body) }
    }

    /// Calls the body with the value of a label, nil when it is absent. The buffer is only valid during the call.
    public func withValue<Result>(ofName name: [UInt8], _ body: (UnsafeBufferPointer<UInt8>?) -> Result) -> Result {
        name.withUnsafeBufferPointer { withValue(ofName: $0, body) }
    }

    /// Calls the body with each label, by ascending name. The buffers are only valid during the call.
    public func forEach(_ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Void) {
        withCursor { cursor in
            while cursor.next() { body(cursor.name, cursor.value) }
        }
    }

    /// The labels by ascending name.
    public var pairs: [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        pairs.reserveCapacity(count)
        forEach { pairs.append((String(decoding: $0, as: UTF8.self), String(decoding: $1, as: UTF8.self))) }
        return pairs
    }

    /// The packed bytes, as `init(packed:)` reads them. The buffer is only valid during the call.
    public func withPackedBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        storage.withUnsafeMutablePointers { header, elements in
            body(UnsafeRawBufferPointer(start: elements, count: Int(header.pointee.byteCount)))
        }
    }

    @inline(__always)
    func withCursor<Result>(_ body: (inout LabelCursor) -> Result) -> Result {
        storage.withUnsafeMutablePointers { header, elements in
            var cursor = LabelCursor(elements, count: Int(header.pointee.byteCount))
            return body(&cursor)
        }
    }
}

extension LabelSet: Hashable {
    /// Whether both hold the same labels.
    public static func == (left: LabelSet, right: LabelSet) -> Bool {
        if left.storage === right.storage { return true }
        let (first, second) = (left.storage.header, right.storage.header)
        guard first.byteCount == second.byteCount, first.count == second.count else { return false }
        guard first.fingerprint == second.fingerprint || first.fingerprint == 0 || second.fingerprint == 0 else { return false }
        return left.withPackedBytes { left in
            right.withPackedBytes { right in
                Bytes.equal(left.assumingMemoryBound(to: UInt8.self), right.assumingMemoryBound(to: UInt8.self))
            }
        }
    }

    /// Hashes the fingerprint.
    public func hash(into hasher: inout Hasher) { hasher.combine(fingerprint.value) }
}
