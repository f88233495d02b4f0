import Labels

/// The hashes of a label set's labels, computed once and used for every index that the set is looked up in.
struct LabelProbe {
    let labels: LabelSet
    /// A hash of each label's name and value.
    private(set) var pairs: [UInt64] = []
    /// A hash of each label's name.
    private(set) var names: [UInt64] = []

    init(_ labels: LabelSet) {
        self.labels = labels
        pairs.reserveCapacity(labels.count)
        names.reserveCapacity(labels.count)
        labels.forEach { name, value in
            let hash = ByteHash(name)
            names.append(hash.value)
            pairs.append(hash.adding(value).value)
        }
    }
}

/// A running 64-bit hash of bytes, not for identities: equal hashes are always followed by a comparison.
struct ByteHash {
    private(set) var value: UInt64

    init() { value = 14_695_981_039_346_656_037 }

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.init()
        add(bytes)
    }

    init(name: String, value: String) {
        self.init()
        add(name)
        add(value)
    }

    init(name: String) {
        self.init()
        add(name)
    }

    func adding(_ bytes: UnsafeBufferPointer<UInt8>) -> ByteHash {
        var copy = self
        copy.add(bytes)
        return copy
    }

    /// Adds bytes and a separator that UTF-8 never contains.
    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        for byte in bytes { step(byte) }
        step(0xFF)
    }

    private mutating func add(_ text: String) {
        for byte in text.utf8 { step(byte) }
        step(0xFF)
    }

    @inline(__always)
    private mutating func step(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 1_099_511_628_211 }
}
