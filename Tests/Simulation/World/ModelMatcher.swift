import Labels

/// A matcher as the naive model knows it: not a compiled pattern but the set of vocabulary values that it accepts.
struct ModelMatcher: Equatable {
    /// Index of the label name; `Vocabulary.names.count` is the name that no alert carries.
    let name: Int
    /// The operator.
    let operation: Matcher.Operation
    /// The text to compare with, or the pattern.
    let text: String
    /// Bit `v` says whether value `v` of the name is accepted.
    let accepted: UInt16

    /// What a pattern means, said without a regex engine.
    enum Pattern {
        /// Exactly one of these words.
        case oneOf([String])
        /// Any text that begins so.
        case beginning(String)
        /// Any text, the empty one too.
        case anything
        /// Any text but the empty one.
        case something

        /// The pattern as a regex writes it.
        var text: String {
            switch self {
            case .oneOf(let words): words.joined(separator: "|")
            case .beginning(let prefix): prefix + ".*"
            case .anything: ".*"
            case .something: ".+"
            }
        }

        /// Whether the whole of a value fits.
        func fits(_ value: String) -> Bool {
            switch self {
            case .oneOf(let words): words.contains(value)
            case .beginning(let prefix): value.hasPrefix(prefix)
            case .anything: true
            case .something: !value.isEmpty
            }
        }
    }

    /// A comparison with a text.
    init(name: Int, equals: Bool, text: String) {
        self.name = name
        operation = equals ? .equal : .notEqual
        self.text = text
        accepted = ModelMatcher.values(of: name) { ($0 == text) == equals }
    }

    /// A comparison with a pattern.
    init(name: Int, fits: Bool, pattern: Pattern) {
        self.name = name
        operation = fits ? .regexMatch : .regexNotMatch
        text = pattern.text
        accepted = ModelMatcher.values(of: name) { pattern.fits($0) == fits }
    }

    /// Whether a label set satisfies it; an absent label is the empty text.
    func matches(_ code: UInt64) -> Bool { (accepted >> UInt16(Vocabulary.value(name, in: code))) & 1 == 1 }

    /// Whether it counts as matching the empty text when a silence is validated (reference 3.8): negative ones never do.
    var countsAsMatchingEmpty: Bool { (operation == .equal || operation == .regexMatch) && accepted & 1 == 1 }

    /// The label name.
    var nameText: String { name < Vocabulary.names.count ? Vocabulary.names[name] : Vocabulary.strangeName }

    /// The printed form (reference 2).
    var printed: String { nameText + operation.sign + Vocabulary.quoted(text) }

    private static func values(of name: Int, accepts: (String) -> Bool) -> UInt16 {
        guard name < Vocabulary.names.count else { return accepts("") ? 1 : 0 }
        var bits: UInt16 = 0
        for (index, value) in Vocabulary.values[name].enumerated() where accepts(value) { bits |= 1 << UInt16(index) }
        return bits
    }
}

extension Matcher.Operation {
    /// The operator as it is written.
    var sign: String {
        switch self {
        case .equal: "="
        case .notEqual: "!="
        case .regexMatch: "=~"
        case .regexNotMatch: "!~"
        }
    }

    /// Position in the sort order (reference 2).
    var rank: Int {
        switch self {
        case .equal: 0
        case .notEqual: 1
        case .regexMatch: 2
        case .regexNotMatch: 3
        }
    }
}

/// A list of matchers that must all hold.
typealias ModelMatchers = [ModelMatcher]

extension [ModelMatcher] {
    /// Whether all of them hold.
    func matches(_ code: UInt64) -> Bool {
        for matcher in self where !matcher.matches(code) { return false }
        return true
    }

    /// Sorted as a configuration sorts them: name, value, operator.
    var inConfigurationOrder: [ModelMatcher] {
        sorted {
            if $0.nameText != $1.nameText { return $0.nameText < $1.nameText }
            if $0.text != $1.text { return $0.text < $1.text }
            return $0.operation.rank < $1.operation.rank
        }
    }

    /// The printed form of the list (reference 2).
    var printed: String { "{" + map(\.printed).joined(separator: ",") + "}" }

    /// The list as the core takes it.
    func compiled() throws(MatcherError) -> Matchers {
        var result: [Matcher] = []
        for matcher in self { result.append(try Matcher(name: matcher.nameText, operation: matcher.operation, value: matcher.text)) }
        return Matchers(result)
    }
}

extension Dice {
    /// A random matcher, mostly one that holds for some alerts and not for others.
    mutating func matcher() -> ModelMatcher {
        let name = chance(4) ? Vocabulary.names.count : below(Vocabulary.names.count)
        let words = name < Vocabulary.names.count ? Vocabulary.values[name] : ["", "ops"]
        switch weighted([40, 15, 30, 15]) {
        case 0: return ModelMatcher(name: name, equals: true, text: chance(92) ? words[1 + below(words.count - 1)] : "")
        case 1: return ModelMatcher(name: name, equals: false, text: chance(70) ? words[1 + below(words.count - 1)] : "")
        case 2: return ModelMatcher(name: name, fits: true, pattern: pattern(words))
        default: return ModelMatcher(name: name, fits: false, pattern: pattern(words))
        }
    }

    private mutating func pattern(_ words: [String]) -> ModelMatcher.Pattern {
        switch weighted([55, 25, 8, 12]) {
        case 0:
            var chosen = [words[1 + below(words.count - 1)]]
            while chance(50) { chosen.append(words[below(words.count)]) }
            // A word that is only the beginning of a value shows whether patterns are anchored.
            if chance(20) { chosen.append("a") }
            return .oneOf(chosen.map { $0.contains("\"") ? "us" : $0 })
        case 1: return .beginning(String(words[1 + below(words.count - 1)].prefix(1)))
        case 2: return .anything
        default: return .something
        }
    }
}
