import Labels
import RE2

/// A relabelling step with everything that can be prepared: names as bytes, templates parsed.
struct RelabelStep: Sendable {
    /// What a text with groups of the pattern becomes.
    enum Text: Sendable {
        /// Always the same.
        case constant([UInt8])
        /// The source as it is: `$1` of `(.*)`.
        case source
        /// Made of the match.
        case template(RE2Template)

        init(_ text: String, for rule: RelabelRule) {
            let template = RE2Template(text, for: rule.regex)
            if let constant = template.constant {
                self = .constant(constant)
            } else if rule.pattern == "(.*)", text == "$1" || text == "${1}" {
                self = .source
            } else {
                self = .template(template)
            }
        }
    }

    let action: RelabelRule.Action
    let sources: [[UInt8]]
    let separator: [UInt8]
    let regex: RE2Regex
    /// Whether the pattern matches everything, so that nobody needs to ask.
    let matchesAll: Bool
    let modulus: UInt64
    /// `target_label` as it is written.
    let target: [UInt8]
    /// `target_label` with groups, for `replace`.
    let targetText: Text
    let replacement: Text
    let nameMode: LabelNameMode

    init(_ rule: RelabelRule) {
        action = rule.action
        sources = rule.sourceLabels.map { Array($0.utf8) }
        separator = Array(rule.separator.utf8)
        regex = rule.regex
        matchesAll = rule.pattern == "(.*)" || rule.pattern == ".*"
        modulus = rule.modulus
        target = Array(rule.targetLabel.utf8)
        targetText = Text(rule.targetLabel, for: rule)
        replacement = Text(rule.replacement, for: rule)
        nameMode = rule.legacyNames ? .classic : .utf8
    }

    func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool { matchesAll || regex.matches(text) }

    /// Calls the body with the values of the source labels, joined. Without a heap allocation, unless they are long.
    func withSource<Result>(in labels: borrowing RelabeledLabels, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if sources.count == 1 { return labels.withValue(of: sources[0], body) }
        var size = separator.count * max(0, sources.count - 1)
        for source in sources { size += labels.withValue(of: source) { $0.count } }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, size)) { joined in
            var end = 0
            func append(_ bytes: UnsafeBufferPointer<UInt8>) {
                guard let base = bytes.baseAddress, let output = joined.baseAddress else { return }
                (output + end).initialize(from: base, count: bytes.count)
                end += bytes.count
            }
            for (index, source) in sources.enumerated() {
                if index > 0 { separator.withUnsafeBufferPointer(append) }
                labels.withValue(of: source, append)
            }
            return body(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(joined)[..<end]))
        }
    }
}
