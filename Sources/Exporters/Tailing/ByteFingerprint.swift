import JSON

/// How many bytes there were, and their hash: FNV-1a, 64 bits.
struct ByteFingerprint: Hashable, Sendable {
    let count: Int
    let hash: UInt64

    static let empty = ByteFingerprint(UnsafeBufferPointer(start: nil, count: 0))

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var hash: UInt64 = 14_695_981_039_346_656_037
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        count = bytes.count
        self.hash = hash
    }

    // MARK: Written down

    /// Two members: the count, and the hash as text because it needs all 64 bits.
    var state: JSONValue { .array([.number(JSONNumber(count)), .string(String(hash, radix: 16))]) }

    init?(state: JSONValue?) {
        guard let count = state?[0]?.int64Value, (0...LogPlace.headLimit).contains(Int(clamping: count)),
            let hash = state?[1]?.stringValue.flatMap({ UInt64($0, radix: 16) })
        else { return nil }
        self.count = Int(count)
        self.hash = hash
    }
}
