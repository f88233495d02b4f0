import CRE2

/// A replacement text for the whole of a match, parsed once and expanded often, by the rules of Go's `Regexp.Expand`: `$1`, `${1}`, `$name`
/// and `${name}` stand for groups and `$$` for a dollar; a name is as long as possible, an unknown group is empty.
public struct RE2Template {
    private let regex: RE2Regex
    private let parts: [Replacement.Part]
    private var spans: [cre2_span]

    /// Parses a template whose groups are those of the pattern.
    public init(_ template: String, for regex: RE2Regex) {
        self.regex = regex
        parts = Replacement.parts(of: Array(template.utf8), in: regex)
        spans = [cre2_span](repeating: cre2_span(start: -1, end: -1), count: regex.groupCount + 1)
    }

    /// Whether the template is the same for every match.
    public var isConstant: Bool {
        parts.allSatisfy { part in
            if case .literal = part { return true }
            return false
        }
    }

    /// Appends the template filled from the leftmost match; false, and nothing appended, without a match.
    public mutating func expand(matching text: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) -> Bool {
        guard regex.spans(in: text, from: 0, into: &spans) else { return false }
        for part in parts {
            switch part {
            case .literal(let literal): output += literal
            case .group(let number) where spans[number].start >= 0: output += text[spans[number].start..<spans[number].end]
            case .group: break
            }
        }
        return true
    }
}
