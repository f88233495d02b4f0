/// Which grammars are used (reference 2.3).
public enum MatcherMode: Sendable, Hashable {
    /// Both; where they disagree, the classic one wins and a warning says so.
    case fallback
    /// Only the UTF-8 grammar.
    case utf8Strict
    /// Only the classic grammar.
    case classic

    /// The label names that go with it.
    public var labelNameMode: LabelNameMode { self == .classic ? .classic : .utf8 }
}

/// Reads matchers from text.
///
/// ```swift
/// let (matchers, warning) = try MatcherParser(mode: .fallback).parseList(#"{severity="page",team!~"a|b"}"#)
/// ```
public struct MatcherParser: Sendable {
    /// The grammars it uses.
    public let mode: MatcherMode

    /// A parser for a mode.
    public init(mode: MatcherMode) { self.mode = mode }

    /// Reads a list such as `{a="x",b=~"y"}` or `a=x, b=y`. The warning, for the log, says what should be written differently.
    public func parseList(_ input: String) throws(MatcherError) -> (Matchers, warning: String?) {
        switch mode {
        case .utf8Strict: return (Matchers(try UTF8MatcherGrammar.parse(input)), nil)
        case .classic: return (Matchers(try ClassicMatcherGrammar.parseList(input)), nil)
        case .fallback:
            let utf8 = Result(catching: { () throws(MatcherError) in try UTF8MatcherGrammar.parse(input) })
            let classic = Result(catching: { () throws(MatcherError) in try ClassicMatcherGrammar.parseList(input) })
            let (matchers, warning) = try reconcile(utf8, classic, input: input) { $0.map(\.description).joined(separator: ",") }
            return (Matchers(matchers), warning)
        }
    }

    /// Reads exactly one matcher, as each `filter` parameter and each argument of a command is.
    public func parseSingle(_ input: String) throws(MatcherError) -> (Matcher, warning: String?) {
        if mode == .classic { return (try ClassicMatcherGrammar.parseSingle(input), nil) }
        if input.utf8.first == UInt8(ascii: "{") || input.utf8.last == UInt8(ascii: "}") {
            throw MatcherError(message: "unexpected open or close brace: \(input)")
        }
        if mode == .utf8Strict { return (try utf8Single(input), nil) }
        let utf8 = Result(catching: { () throws(MatcherError) in try utf8Single(input) })
        let classic = Result(catching: { () throws(MatcherError) in try ClassicMatcherGrammar.parseSingle(input) })
        return try reconcile(utf8, classic, input: input) { $0.description }
    }

    private func utf8Single(_ input: String) throws(MatcherError) -> Matcher {
        let matchers = try UTF8MatcherGrammar.parse(input)
        guard let matcher = matchers.first else { throw MatcherError(message: "no matchers") }
        guard matchers.count == 1 else { throw MatcherError(message: "expected 1 matcher, found \(matchers.count)") }
        return matcher
    }

    /// Chooses between the two readings.
    private func reconcile<Reading: Equatable>(
        _ utf8: Result<Reading, MatcherError>, _ classic: Result<Reading, MatcherError>, input: String, suggestion: (Reading) -> String
    ) throws(MatcherError) -> (Reading, warning: String?) {
        switch (utf8, classic) {
        case (.failure, .failure(let error)): throw error
        case (.success(let reading), .failure): return (reading, nil)
        case (.failure(let error), .success(let reading)):
            let warning =
                "matcher \(GoQuote.quote(input)) is only valid in the classic grammar (\(error.message)) and was read by it; "
                + "write it as \(suggestion(reading))"
            return (reading, warning)
        case (.success(let modern), .success(let reading)):
            guard modern != reading else { return (modern, nil) }
            let warning =
                "matcher \(GoQuote.quote(input)) means \(suggestion(reading)) in the classic grammar and \(suggestion(modern)) in the UTF-8 one "
                + "(disagreement); it was read as the former"
            return (reading, warning)
        }
    }
}
