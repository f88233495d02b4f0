import Labels

/// The three forms in which one side's matchers may be written, kept apart for showing.
struct MatcherForms: Sendable {
    /// `…match`, sorted by name.
    var equal: [MatchPair] = []
    /// `…match_re`, sorted by name, patterns as written.
    var regex: [MatchPair] = []
    /// `…matchers`, sorted.
    var list = Matchers([])
}

/// A label name with the value or pattern that the deprecated maps give it.
struct MatchPair: Sendable, Hashable {
    let name: String
    let value: String
}
