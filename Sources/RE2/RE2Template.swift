import CRE2

/// A replacement text for the whole of a match, parsed once and expanded often, by the rules of Go's `Regexp.Expand`: `$1`, `${1}`, `$name`
/// and `${name}` stand for groups and `$$` for a dollar; a name is as long as possible, an unknown group is empty.
public struct RE2Template: Sendable {
    private let regex: RE2Regex
    private let parts: [Replacement.Part]

    /// Parses a template whose groups are those of the pattern.
    public init(_ template: String, for regex: RE2Regex) {
        self.regex = regex
        parts = Replacement.parts(of: Array(template.utf8), in: regex)
    }

    /// What the template is for every match; nil if groups have a say in it.
    public var constant: [UInt8]? {
        var bytes: [UInt8] = []
        for part in parts {
            guard case .literal(let literal) = part else { return nil }
            bytes += literal
        }
        return bytes
    }

    /// Appends the template filled from the leftmost match; false, and nothing appended, without a match.
    public func expand(matching text: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) -> Bool {
        withUnsafeTemporaryAllocation(of: cre2_span.self, capacity: regex.groupCount + 1) { spans in
            spans.initialize(repeating: cre2_span(start: -1, end: -1))
            guard regex.spans(in: text, from: 0, into: spans) else { return false }
            for part in parts {
                switch part {
                case .literal(let literal): output += literal
                case .group(let number) where spans[number].start >= 0:
                    output += text[spans[number].start..<spans[number].end]
                case .group: break
                }
            }
            return true
        }
    }
}
