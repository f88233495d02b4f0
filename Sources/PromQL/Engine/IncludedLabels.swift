import Labels

/// Output labels of `group_left(…)` and `group_right(…)`: those of the "many" side with some of the "one" side.
struct IncludedLabels {
    private let include: [[UInt8]]
    private let includesName: Bool
    private var builder = LabelSetBuilder()

    init(_ include: [String]) {
        self.include = include.map { Array($0.utf8) }
        includesName = include.contains(ReservedLabel.name)
    }

    /// - Parameter stripsName: the name of the "many" side goes at once, however names are removed.
    mutating func labels(
        _ many: SeriesLabels, _ one: SeriesLabels, dropsName: Bool, stripsName: Bool, delaysNameRemoval: Bool
    ) -> SeriesLabels {
        builder.removeAll()
        let removesName = stripsName || !delaysNameRemoval && (dropsName || many.dropsName)
        many.labels.forEach { name, value in
            if !removesName || !ReservedLabel.contains(name) { builder.append(name: name, value: value) }
        }
        let hidesName = !delaysNameRemoval && one.dropsName
        for name in include {
            name.withUnsafeBufferPointer { name in
                // An empty value takes the label away.
                if hidesName && ReservedLabel.contains(name) {
                    builder.append(name: name, value: UnsafeBufferPointer(start: nil, count: 0))
                } else {
                    one.labels.withValue(ofName: name) { value in
                        builder.append(name: name, value: value ?? UnsafeBufferPointer(start: nil, count: 0))
                    }
                }
            }
        }
        return SeriesLabels(
            labels: LabelSet(packing: &builder, droppingEmptyValues: true, fingerprinted: false),
            dropsName: delaysNameRemoval && !stripsName && (dropsName || many.dropsName && !includesName))
    }
}
