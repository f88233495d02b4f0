import Labels

/// A piece of a query's text as the lexer cuts it. `start` and `end` are offsets of bytes.
struct Token {
    var kind: Kind
    var start: Int
    var end: Int

    var range: SourceRange { SourceRange(start, end) }

    /// The text of the token.
    func text(in bytes: [UInt8]) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }

    enum Kind: Hashable {
        case endOfInput
        case leftParenthesis, rightParenthesis, leftBrace, rightBrace, leftBracket, rightBracket
        case comma, colon, assign, at
        case string, number, duration
        /// A word without colons that is no keyword.
        case identifier
        /// A word with colons.
        case metricIdentifier
        case regexMatch, regexNotMatch
        /// An operator, by symbol or by word.
        case operation(BinaryOperator)
        case aggregation(AggregationOperator)
        case by, without, on, ignoring, groupLeft, groupRight, bool, offset
        case startWord, endWord, step, range, anchored, smoothed
        /// `min_of`, `max_of`: keywords only where a duration stands.
        case minimumOf, maximumOf
    }

    /// The word's meaning, in whichever case it is written.
    static let keywords: [String: Kind] = {
        var keywords: [String: Kind] = [
            "and": .operation(.and), "or": .operation(.or), "unless": .operation(.unless), "atan2": .operation(.atan2),
            "by": .by, "without": .without, "on": .on, "ignoring": .ignoring, "group_left": .groupLeft, "group_right": .groupRight,
            "bool": .bool, "offset": .offset, "start": .startWord, "end": .endWord, "step": .step, "range": .range,
            "anchored": .anchored, "smoothed": .smoothed, "inf": .number, "nan": .number,
        ]
        for aggregation in AggregationOperator.allCases { keywords[aggregation.rawValue] = .aggregation(aggregation) }
        return keywords
    }()

    /// The words that mean something inside brackets.
    static let durationKeywords: [String: Kind] = ["step": .step, "range": .range, "min_of": .minimumOf, "max_of": .maximumOf]
}

extension Token.Kind {
    /// Whether the token can name a metric outside braces (reference 3.1).
    var canBeMetricName: Bool {
        switch self {
        case .identifier, .metricIdentifier, .aggregation, .by, .without, .offset, .startWord, .endWord, .step, .range, .anchored,
            .smoothed, .operation(.and), .operation(.or), .operation(.unless):
            true
        default: false
        }
    }

    /// Whether the token can name a label in a grouping list (reference 3.1).
    var canBeGroupingLabel: Bool {
        switch self {
        case .on, .ignoring, .groupLeft, .groupRight, .bool, .operation(.atan2): true
        case .without: false
        default: canBeMetricName
        }
    }

    private enum Look { case symbol, keyword, operation, aggregation, named(String) }

    private var look: Look {
        switch self {
        case .leftParenthesis, .rightParenthesis, .leftBrace, .rightBrace, .leftBracket, .rightBracket, .comma, .colon, .assign,
            .startWord, .endWord:
            .symbol
        case .at, .regexMatch, .regexNotMatch, .operation: .operation
        case .aggregation: .aggregation
        case .endOfInput: .named("end of input")
        case .string: .named("string")
        case .number: .named("number")
        case .duration: .named("duration")
        case .identifier: .named("identifier")
        case .metricIdentifier: .named("metric identifier")
        default: .keyword
        }
    }

    /// How messages show a token of this kind with this text.
    func description(of text: String) -> String {
        switch look {
        case .symbol: return GoQuote.quote(text)
        case .keyword: return "<\(text)>"
        case .operation: return "<op:\(text)>"
        case .aggregation: return "<aggr:\(text)>"
        case .named(let name):
            if self == .endOfInput { return name }
            if self == .identifier || self == .metricIdentifier || text.utf8.count <= 10 { return "\(name) \(GoQuote.quote(text))" }
            var short = String.UnicodeScalarView()
            short.append(contentsOf: text.unicodeScalars.prefix(10))
            return "\(name) \(GoQuote.quote(String(short)))..."
        }
    }
}
