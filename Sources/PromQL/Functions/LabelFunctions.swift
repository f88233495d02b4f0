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

        let editor = LabelEditor(destination: destination, delaysNameRemoval: context.delaysNameRemoval)
        let replacements = Replacements(RE2Template(replacement, for: regex))
        let source = Array(source.utf8)
        for index in vectors.labels.indices {
            let number = editor.withValue(of: vectors.labels[index], name: source) { replacements.number(of: $0) }
            replacements.withValue(number) { value in
                if let value { editor.set(value, in: &vectors.labels[index]) }
            }
        }
    }

    /// Sets a label to the values of others, joined by a separator.
    static func join(
        in vectors: inout StepVectors, destination: String, separator: String, sources: [String], context: FunctionContext
    ) throws(QueryError) {
        for source in sources where !isValidName(source) { throw .execution("invalid source label name in label_join(): \(source)") }
        guard isValidName(destination) else { throw .execution("invalid destination label name in label_join(): \(destination)") }

        let editor = LabelEditor(destination: destination, delaysNameRemoval: context.delaysNameRemoval)
        let sources = sources.map { Array($0.utf8) }
        let separator = Array(separator.utf8)
        var value: [UInt8] = []
        for index in vectors.labels.indices {
            value.removeAll(keepingCapacity: true)
            for (position, source) in sources.enumerated() {
                if position > 0 { value += separator }
                editor.withValue(of: vectors.labels[index], name: source) { value += $0 }
            }
            value.withUnsafeBufferPointer { editor.set($0, in: &vectors.labels[index]) }
        }
    }

    /// Any text is a label's name but the empty one. Strings whose bytes were no UTF-8 have a replacement character where they were wrong.
    private static func isValidName(_ name: String) -> Bool {
        !name.isEmpty && !name.unicodeScalars.contains("\u{FFFD}")
    }
}

/// What a template makes of values, found once for each: many series share their labels' values.
private final class Replacements {
    private let template: RE2Template
    private let known = KeyTable()
    /// All results behind each other, and where each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private var matches: [Bool] = []

    init(_ template: RE2Template) { self.template = template }

    /// The number of a value's result.
    func number(of value: UnsafeBufferPointer<UInt8>) -> Int {
        let number = known.intern(value, labelCount: 0)
        if number == ends.count {
            matches.append(template.expand(matching: value, into: &bytes))
            ends.append(bytes.count)
        }
        return number
    }

    /// Calls the body with a result, nil where the value did not match.
    func withValue(_ number: Int, _ body: (UnsafeBufferPointer<UInt8>?) -> Void) {
        guard matches[number] else { return body(nil) }
        let start = number == 0 ? 0 : ends[number - 1]
        bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[start..<ends[number]])) }
    }
}
