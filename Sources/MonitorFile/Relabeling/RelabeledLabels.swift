import Labels

/// A label set on its way through relabelling: the original, and what was changed. Nothing is allocated before something changes.
struct RelabeledLabels: ~Copyable {
    /// A label's new value; none when it is gone.
    private struct Edit {
        let name: [UInt8]
        var value: [UInt8]
    }

    private let original: LabelSet
    private var edits: [Edit] = []

    init(_ labels: LabelSet) { original = labels }

    /// The set as it is now; the original itself when nothing was changed.
    var labels: LabelSet {
        guard !edits.isEmpty else { return original }
        var builder = LabelSetBuilder()
        visit { builder.append(name: $0, value: $1) }
        return LabelSet(packing: &builder)
    }

    /// Calls the body with a label's value, which is empty where there is no such label.
    borrowing func withValue<Result>(of name: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let index = edits.firstIndex(where: { $0.name == name }) { return edits[index].value.withUnsafeBufferPointer(body) }
        return original.withValue(ofName: name) { body($0 ?? UnsafeBufferPointer(start: nil, count: 0)) }
    }

    /// Calls the body with every label.
    borrowing func visit(_ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Void) {
        original.forEach { name, value in
            if edits.isEmpty || !edits.contains(where: { $0.name.count == name.count && $0.name.elementsEqual(name) }) { body(name, value) }
        }
        for edit in edits where !edit.value.isEmpty {
            edit.name.withUnsafeBufferPointer { name in edit.value.withUnsafeBufferPointer { body(name, $0) } }
        }
    }

    /// Gives a label a value; the empty one takes it away.
    mutating func set(_ name: [UInt8], to value: [UInt8]) {
        guard !withValue(of: name, { $0.elementsEqual(value) }) else { return }
        if let index = edits.firstIndex(where: { $0.name == name }) {
            edits[index].value = value
        } else {
            edits.append(Edit(name: name, value: value))
        }
    }
}
