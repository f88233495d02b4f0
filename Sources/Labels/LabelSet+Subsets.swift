extension LabelSet {
    /// The labels whose names are listed; names that are absent are left out.
    public func selecting(_ names: [String]) -> LabelSet {
        var builder = LabelSetBuilder()
        for name in names {
            name.withBytes { name in
                withValue(ofName: name) { value in
                    if let value { builder.append(name: name, value: value) }
                }
            }
        }
        return LabelSet(packing: &builder)
    }

    /// The set without labels of empty value; the set itself when there are none.
    public func removingEmptyValues() -> LabelSet {
        var hasEmpty = false
        forEach { if $1.isEmpty { hasEmpty = true } }
        return hasEmpty ? filter { !$1.isEmpty } : self
    }

    /// The labels for which the body is true.
    public func filter(
        _ isIncluded: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Bool
    ) -> LabelSet {
        var builder = LabelSetBuilder()
        forEach { name, value in
            if isIncluded(name, value) { builder.append(name: name, value: value) }
        }
        return LabelSet(packing: &builder)
    }

    /// The set with a label added or replaced.
    public func setting(_ name: String, to value: String) -> LabelSet {
        var builder = LabelSetBuilder()
        forEach { builder.append(name: $0, value: $1) }
        builder.append(name: name, value: value)
        return LabelSet(packing: &builder)
    }

    /// A set from bytes that `withPackedBytes` gave, as the journal keeps them; nil when they are damaged: cut off, not ascending,
    /// or with a name twice.
    public init?(packed: UnsafeRawBufferPointer, fingerprinted: Bool = true) {
        let bytes = packed.assumingMemoryBound(to: UInt8.self)
        var builder = LabelSetBuilder()
        var position = 0
        var lastName: UnsafeBufferPointer<UInt8>?
        while position < bytes.count {
            guard let name = Self.piece(of: bytes, at: &position), let value = Self.piece(of: bytes, at: &position) else { return nil }
            if let lastName, Bytes.compare(lastName, name) >= 0 { return nil }
            lastName = name
            builder.append(name: name, value: value)
        }
        self.init(packing: &builder, fingerprinted: fingerprinted)
    }

    /// A length and as many bytes; nil when they run over the end.
    private static func piece(of bytes: UnsafeBufferPointer<UInt8>, at position: inout Int) -> UnsafeBufferPointer<UInt8>? {
        var length = 0
        var shift = 0
        while true {
            guard position < bytes.count, shift <= 28 else { return nil }
            let byte = bytes[position]
            position += 1
            length |= Int(byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        guard length <= bytes.count - position else { return nil }
        defer { position += length }
        return UnsafeBufferPointer(rebasing: bytes[position..<position + length])
    }
}

extension LabelSet: ExpressibleByDictionaryLiteral {
    /// A set written out in code; the last of equal names wins.
    public init(dictionaryLiteral elements: (String, String)...) { self.init(elements) }
}
