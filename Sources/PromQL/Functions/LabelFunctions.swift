import Labels
import RE2

/// `label_replace` and `label_join` (reference 3.9).
enum LabelFunctions {
    /// Sets a label to a replacement where a regular expression matches another label's whole value.
    static func replace(
        in vectors: inout StepVectors, destination: String, replacement: String, source: String, pattern: String, context: FunctionContext
    ) throws(QueryError) {
        let regex: RE2Regex
        do {
            // As in matchers, a dot is also a line break.
            regex = try RE2Regex("^(?s:\(pattern))$")
        } catch {
            throw .execution("invalid regular expression in label_replace(): \(pattern)")
        }
        guard isValidName(destination) else { throw .execution("invalid destination label name in label_replace(): \(destination)") }

        var template = RE2Template(replacement, for: regex)
        var editor = LabelEditor(destination: destination, delaysNameRemoval: context.delaysNameRemoval)
        let source = Array(source.utf8)
        var value: [UInt8] = []
        for index in vectors.labels.indices {
            value.removeAll(keepingCapacity: true)
            let isMatch = editor.withValue(of: vectors.labels[index], name: source) { template.expand(matching: $0, into: &value) }
            if isMatch { editor.set(value, in: &vectors.labels[index]) }
        }
    }

    /// Sets a label to the values of others, joined by a separator.
    static func join(
        in vectors: inout StepVectors, destination: String, separator: String, sources: [String], context: FunctionContext
    ) throws(QueryError) {
        for source in sources where !isValidName(source) { throw .execution("invalid source label name in label_join(): \(source)") }
        guard isValidName(destination) else { throw .execution("invalid destination label name in label_join(): \(destination)") }

        var editor = LabelEditor(destination: destination, delaysNameRemoval: context.delaysNameRemoval)
        let sources = sources.map { Array($0.utf8) }
        let separator = Array(separator.utf8)
        var value: [UInt8] = []
        for index in vectors.labels.indices {
            value.removeAll(keepingCapacity: true)
            for (position, source) in sources.enumerated() {
                if position > 0 { value += separator }
                editor.withValue(of: vectors.labels[index], name: source) { value += $0 }
            }
            editor.set(value, in: &vectors.labels[index])
        }
    }

    /// Any text is a label's name but the empty one. Strings whose bytes were no UTF-8 have a replacement character where they were wrong.
    private static func isValidName(_ name: String) -> Bool {
        !name.isEmpty && !name.unicodeScalars.contains("\u{FFFD}")
    }
}

/// Changes one label of many series, with memory that is used again.
struct LabelEditor {
    private let destination: [UInt8]
    /// The label belongs to what goes with the name.
    private let isMetadata: Bool
    private let delaysNameRemoval: Bool
    private var builder = LabelSetBuilder()

    init(destination: String, delaysNameRemoval: Bool) {
        self.destination = Array(destination.utf8)
        isMetadata = SeriesName.isMetadata(destination)
        self.delaysNameRemoval = delaysNameRemoval
    }

    /// Calls the body with a label's value, empty where it is absent or counts as removed.
    func withValue<Result>(of series: SeriesLabels, name: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let empty = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        if series.dropsName, !delaysNameRemoval, SeriesName.isMetadata(name) { return body(empty) }
        return series.labels.withValue(ofName: name) { body($0 ?? empty) }
    }

    /// Sets the label, or deletes it if the value is empty. A name that is set is there to stay.
    mutating func set(_ value: [UInt8], in series: inout SeriesLabels) {
        // A label that goes with a removed name can only be set once the removal was done.
        let strips = series.dropsName && !delaysNameRemoval && isMetadata
        if !strips {
            let isUnchanged = series.labels.withValue(ofName: destination) { current in
                current.map { current in current.elementsEqual(value) } ?? value.isEmpty
            }
            if isUnchanged {
                if destination == SeriesName.name { series.dropsName = false }
                return
            }
        }
        builder.removeAll()
        series.labels.forEach { name, value in
            if name.elementsEqual(destination) || (strips && SeriesName.isMetadata(name)) { return }
            builder.append(name: name, value: value)
        }
        if !value.isEmpty {
            destination.withUnsafeBufferPointer { name in value.withUnsafeBufferPointer { builder.append(name: name, value: $0) } }
        }
        series.labels = LabelSet(packing: &builder)
        if strips || destination == SeriesName.name { series.dropsName = false }
    }
}

/// The labels that a function drops together: `__name__`, `__type__` and `__unit__`.
enum SeriesName {
    static let name = Array("__name__".utf8)
    private static let type = Array("__type__".utf8)
    private static let unit = Array("__unit__".utf8)

    static func isMetadata(_ name: some Collection<UInt8>) -> Bool {
        guard name.count == 8, name.first == UInt8(ascii: "_") else { return false }
        return name.elementsEqual(self.name) || name.elementsEqual(type) || name.elementsEqual(unit)
    }

    static func isMetadata(_ name: String) -> Bool { isMetadata(Array(name.utf8)) }
}
