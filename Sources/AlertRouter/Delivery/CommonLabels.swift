import Labels

/// What label sets have in common.
enum CommonLabels {
    /// The pairs that all sets share.
    static func of(_ sets: some Collection<LabelSet>) -> LabelSet {
        guard let first = sets.first else { return LabelSet() }
        var pairs: [(name: [UInt8], value: [UInt8])] = []
        first.forEach { pairs.append((Array($0), Array($1))) }
        for set in sets.dropFirst() where set != first {
            if pairs.isEmpty { break }
            pairs.removeAll { pair in
                set.withValue(ofName: pair.name) { value in value.map { !$0.elementsEqual(pair.value) } ?? true }
            }
        }
        guard pairs.count < first.count else { return first }
        var builder = LabelSetBuilder()
        for pair in pairs {
            pair.name.withUnsafeBufferPointer { name in
                pair.value.withUnsafeBufferPointer { builder.append(name: name, value: $0) }
            }
        }
        return LabelSet(packing: &builder)
    }
}
