import CRE2

/// A regular expression of RE2's syntax, which is also that of Go's `regexp`: linear time, no look-around, no back-references.
///
/// `.` does not match a newline unless asked for; letters match with their case; text is UTF-8.
public final class RE2Regex: Sendable {
    /// The pattern as given, without the anchoring.
    public let pattern: String
    /// The number of groups, the whole match not counted.
    public let groupCount: Int

    // A program is immutable after it was compiled and re2 allows searches from any number of threads; it is freed only in deinit.
    nonisolated(unsafe) private let program: OpaquePointer

    /// Bound for one program and its caches. Only patterns with large repetitions come near it; small ones take a few kilobytes.
    private static let maximumMemory: Int64 = 8 << 20

    /// Compiles a pattern as it is.
    public convenience init(_ pattern: String) throws(RE2Error) {
        try self.init(pattern, compiling: pattern)
    }

    /// Compiles a pattern that must match the whole text, `^(?:pattern)$`.
    ///
    /// With `dotMatchesNewline` it is `^(?s:pattern)$`, the pattern must be valid on its own, and errors quote it alone: what PromQL wants.
    public convenience init(anchored pattern: String, dotMatchesNewline: Bool = false) throws(RE2Error) {
        if dotMatchesNewline { _ = try RE2Regex(pattern) }
        try self.init(pattern, compiling: "^(?\(dotMatchesNewline ? "s" : ""):\(pattern))$")
    }

    private init(_ pattern: String, compiling source: String) throws(RE2Error) {
        var translated = try PatternSyntax.translated(source)
        let compiled = translated.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cre2_compile($0.baseAddress, $0.count, Self.maximumMemory) }
        }
        guard let compiled else { throw RE2Error(message: "error parsing regexp: out of memory: `\(source)`") }
        let error = cre2_error_of(compiled)
        guard error == CRE2_NO_ERROR else {
            var length = 0
            let argument = cre2_error_argument(compiled, &length).map {
                String(decoding: UnsafeRawBufferPointer(start: $0, count: length), as: UTF8.self)
            }
            cre2_free(compiled)
            throw RE2Error(error, argument: argument ?? "", pattern: source)
        }
        self.pattern = pattern
        program = compiled
        groupCount = Int(cre2_group_count(compiled))
    }

    deinit { cre2_free(program) }

    /// Whether the text has a match anywhere (anchor the pattern to match the whole).
    public func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.withMemoryRebound(to: CChar.self) { cre2_search(program, $0.baseAddress, $0.count) }
    }

    /// Whether the text has a match anywhere.
    public func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matches($0) }
    }

    /// The spans of the leftmost match at or after a byte offset, the whole match first; nil without a match.
    func spans(in text: UnsafeBufferPointer<UInt8>, from start: Int, into spans: inout [cre2_span])
        -> Bool
    {
        spans.withUnsafeMutableBufferPointer { self.spans(in: text, from: start, into: $0) }
    }

    /// The spans of the leftmost match at or after a byte offset, the whole match first; nil without a match.
    func spans(
        in text: UnsafeBufferPointer<UInt8>, from start: Int,
        into spans: UnsafeMutableBufferPointer<cre2_span>
    ) -> Bool {
        text.withMemoryRebound(to: CChar.self) { text in
            cre2_match(
                program, text.baseAddress, text.count, start, spans.baseAddress, Int32(spans.count))
        }
    }

    /// The number of a named group.
    func groupNumber(named name: String) -> Int? {
        var name = name
        let number = name.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cre2_group_number(program, $0.baseAddress, $0.count) }
        }
        return number < 0 ? nil : Int(number)
    }
}
