import Labels

/// Says of a block which alerts, labels and groups it cannot be about: a Bloom filter of eight bits an entry, which errs for one question in fifty.
struct HistoryFilterBits {
    private(set) var bytes: [UInt8]
    private static let probes = 4

    init(_ hashes: Set<UInt64>) {
        bytes = [UInt8](repeating: 0, count: max(1, hashes.count))
        for hash in hashes {
            Self.forEachPlace(of: hash, bits: bytes.count * 8) { bytes[$0 >> 3] |= 1 << UInt8($0 & 7) }
        }
    }

    /// Whether all of these may be in a filter with these bytes.
    static func mayHold(_ hashes: [UInt64], in bytes: UnsafeRawBufferPointer) -> Bool {
        guard !bytes.isEmpty else { return true }
        for hash in hashes {
            var isThere = true
            forEachPlace(of: hash, bits: bytes.count * 8) { if bytes[$0 >> 3] & (1 << UInt8($0 & 7)) == 0 { isThere = false } }
            if !isThere { return false }
        }
        return true
    }

    private static func forEachPlace(of hash: UInt64, bits: Int, _ body: (Int) -> Void) {
        // FNV's last bytes mix little: spread them.
        var state = hash
        for _ in 0..<probes {
            state = (state ^ (state >> 31)) &* 0x9E37_79B9_7F4A_7C15
            body(Int((state >> 32) % UInt64(bits)))
        }
    }

    // MARK: What is asked for. The values stand in files: they must never change.

    static func hash(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = fnv(name, from: 14_695_981_039_346_656_037)
        hash = (hash ^ 0xFF) &* 1_099_511_628_211
        return fnv(value, from: hash)
    }

    static func hash(group key: String) -> UInt64 {
        var key = key
        return key.withUTF8 { fnv($0, from: 0x6772_6f75_7073) }
    }

    private static func fnv(_ bytes: UnsafeBufferPointer<UInt8>, from start: UInt64) -> UInt64 {
        var hash = start
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        return hash
    }
}

extension HistoryFilter {
    /// What a block must hold to have an event that passes.
    var hashes: [UInt64] {
        var hashes: [UInt64] = []
        if let fingerprint { hashes.append(fingerprint.value) }
        if let groupKey { hashes.append(HistoryFilterBits.hash(group: groupKey)) }
        for matcher in matchers where matcher.operation == .equal && !matcher.value.isEmpty {
            var name = matcher.name
            var value = matcher.value
            hashes.append(name.withUTF8 { name in value.withUTF8 { HistoryFilterBits.hash(name: name, value: $0) } })
        }
        return hashes
    }
}
