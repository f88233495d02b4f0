import Labels

/// `sort`, `sort_desc`, `sort_by_label` and `sort_by_label_desc` (reference 3.9).
enum SortFunctions {
    /// Orders the elements of an instant query's vector by value, NaN last either way. In a range query the series stay and a warning says so.
    static func byValue(_ vectors: StepVectors, descending: Bool, context: FunctionContext, _ annotations: inout Annotations) -> StepVectors
    {
        guard isEffective(context, &annotations), vectors.steps == 1 else { return vectors }
        return reorder(vectors) { left, right in
            let (first, second) = (vectors.values[left], vectors.values[right])
            if first.isNaN || second.isNaN { return !first.isNaN && second.isNaN }
            return descending ? first > second : first < second
        }
    }

    /// Orders by the values of labels, digits within them as numbers, and then by all labels.
    static func byLabels(
        _ vectors: StepVectors, names: [String], descending: Bool, context: FunctionContext, _ annotations: inout Annotations
    ) -> StepVectors {
        guard isEffective(context, &annotations), vectors.steps == 1 else { return vectors }
        let editor = LabelEditor(destination: "", delaysNameRemoval: context.delaysNameRemoval)
        let names = names.map { Array($0.utf8) }
        let keys = vectors.labels.map { series in
            names.map { name in NaturalText(editor.withValue(of: series, name: name) { Array($0) }) }
        }
        return reorder(vectors) { left, right in
            for (first, second) in zip(keys[left], keys[right]) where first.bytes != second.bytes {
                return descending ? second.precedes(first) : first.precedes(second)
            }
            let (first, second) = (vectors.labels[left].labels, vectors.labels[right].labels)
            return descending ? LabelOrder.precedes(second, first) : LabelOrder.precedes(first, second)
        }
    }

    private static func isEffective(_ context: FunctionContext, _ annotations: inout Annotations) -> Bool {
        guard context.steps > 1 else { return true }
        annotations.warn("sort is ineffective for range queries since results are always ordered by labels", at: context.callRange)
        return false
    }

    /// Stable: equal elements keep their order.
    private static func reorder(_ vectors: StepVectors, by precedes: (Int, Int) -> Bool) -> StepVectors {
        var sorted = StepVectors(steps: vectors.steps)
        let order = (0..<vectors.seriesCount).sorted { left, right in
            if precedes(left, right) { return true }
            return left < right && !precedes(right, left)
        }
        sorted.labels.reserveCapacity(order.count)
        sorted.values.reserveCapacity(order.count)
        for index in order {
            sorted.labels.append(vectors.labels[index])
            sorted.values.append(vectors.values[index])
        }
        return sorted
    }
}

/// A text cut into runs of digits and of other characters, for an order in which `web10` follows `web9`.
struct NaturalText {
    private struct Piece {
        let bytes: ArraySlice<UInt8>
        /// nil for other characters, and for numbers too large to be one.
        let number: Int?
    }

    let bytes: [UInt8]
    private let pieces: [Piece]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var pieces: [Piece] = []
        var start = 0
        while start < bytes.count {
            let isDigit = Self.isDigit(bytes[start])
            let end = bytes[start...].firstIndex { Self.isDigit($0) != isDigit } ?? bytes.count
            let piece = bytes[start..<end]
            pieces.append(Piece(bytes: piece, number: isDigit ? Int(String(decoding: piece, as: UTF8.self)) : nil))
            start = end
        }
        self.pieces = pieces
    }

    /// Whether it comes before a different text. Of two that differ only in leading zeros, either may be asked for first; the bytes then decide.
    func precedes(_ other: NaturalText) -> Bool {
        for (left, right) in zip(pieces, other.pieces) {
            if let first = left.number, let second = right.number {
                if first != second { return first < second }
            } else if left.bytes != right.bytes {
                return left.bytes.lexicographicallyPrecedes(right.bytes)
            }
        }
        if pieces.count != other.pieces.count { return pieces.count < other.pieces.count }
        return bytes.lexicographicallyPrecedes(other.bytes)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
