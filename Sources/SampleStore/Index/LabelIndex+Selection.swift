import Labels

/// What matchers find in an index.
struct IndexSelection {
    /// Ids, ascending, of all series that match and perhaps others.
    var ids: ContiguousArray<UInt32>
    /// What is still to be asked of each series' labels.
    var unchecked: [Matcher]
}

extension LabelIndex {
    /// The series that match all matchers.
    func select(_ matchers: [Matcher]) -> IndexSelection {
        var included: [ContiguousArray<UInt32>] = []
        var excluded: [ContiguousArray<UInt32>] = []
        var costly: [(matcher: Matcher, pattern: LiteralPattern?)] = []
        for matcher in matchers {
            let name = self.name(matcher.name)
            guard let name else {
                // No series has the label: all have it empty.
                if !matcher.matchesEmpty { return IndexSelection(ids: [], unchecked: []) }
                continue
            }
            switch matcher.operation {
            case .equal where !matcher.value.isEmpty: included.append(name.ids(of: matcher.value))
            case .notEqual where !matcher.value.isEmpty: excluded.append(name.ids(of: matcher.value))
            case .equal, .notEqual: costly.append((matcher, nil))
            case .regexMatch, .regexNotMatch:
                let pattern = LiteralPattern(matcher.value)
                if case .literals(let literals) = pattern, !literals.contains("") {
                    var union = IDUnion()
                    for literal in literals {
                        var literal = literal
                        if let postings = literal.withUTF8({ name.postings(of: $0) }) { union.add(postings) }
                    }
                    if matcher.operation == .regexMatch { included.append(union.ids()) } else { excluded.append(union.ids()) }
                } else {
                    costly.append((matcher, pattern))
                }
            }
        }
        included.sort { $0.count < $1.count }
        var ids = included.first ?? all
        for list in included.dropFirst() { ids = IDs.intersect(ids, list) }
        for list in excluded { ids = IDs.subtract(ids, list) }
        var unchecked: [Matcher] = []
        for (matcher, pattern) in costly where !ids.isEmpty {
            guard let name = self.name(matcher.name) else { continue }
            // Asking the few series that are left is cheaper than asking all values.
            if ids.count <= name.values.count / 2 {
                unchecked.append(matcher)
            } else if matcher.matchesEmpty {
                ids = IDs.subtract(ids, name.ids(matcher, pattern, holds: false))
            } else {
                ids = IDs.intersect(ids, name.ids(matcher, pattern, holds: true))
            }
        }
        return IndexSelection(ids: ids, unchecked: unchecked)
    }
}

extension LabelIndex.Name {
    /// The series with a value.
    fileprivate func ids(of value: String) -> ContiguousArray<UInt32> {
        var value = value
        return value.withUTF8 { postings(of: $0)?.ids ?? [] }
    }

    /// The series whose value passes a matcher, or those whose value fails it.
    fileprivate func ids(_ matcher: Matcher, _ pattern: LiteralPattern?, holds wanted: Bool) -> ContiguousArray<UInt32> {
        var union = IDUnion()
        let isEqual = matcher.operation.isEqual
        values.forEach { number, value in
            let matches: Bool
            switch pattern?.matches(value) {
            case .some(let isMatch): matches = isMatch == isEqual
            case nil: matches = matcher.matches(value: value)
            }
            if matches == wanted { union.add(postings[number]) }
        }
        return union.ids()
    }
}

/// A regular expression that can be decided without a regex engine.
enum LiteralPattern: Equatable {
    /// `a|b|c`: one of some texts.
    case literals([String])
    /// `a.*`: a text that begins so; with `.+` there must be more.
    case prefix(String, needsMore: Bool)
    /// `.*`: every text without a line break.
    case anything

    /// Nil when the pattern needs an engine.
    init?(_ pattern: String) {
        if pattern == ".*" {
            self = .anything
            return
        }
        var body = Substring(pattern)
        for (suffix, needsMore) in [(".*", false), (".+", true)] where body.hasSuffix(suffix) {
            let prefix = body.dropLast(2)
            guard Self.isLiteral(prefix) else { return nil }
            self = .prefix(String(prefix), needsMore: needsMore)
            return
        }
        if body.hasPrefix("("), body.hasSuffix(")") {
            body = body.dropFirst().dropLast()
            if body.hasPrefix("?:") { body = body.dropFirst(2) }
        }
        let parts = body.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.allSatisfy(Self.isLiteral) else { return nil }
        self = .literals(parts.map(String.init))
    }

    /// Whether a value matches; nil when only the engine can tell.
    @inline(__always)
    func matches(_ value: UnsafeBufferPointer<UInt8>) -> Bool? {
        switch self {
        case .literals: return nil
        case .prefix(let prefix, let needsMore):
            var prefix = prefix
            let rest: Bool? = prefix.withUTF8 { prefix in
                guard value.count >= prefix.count + (needsMore ? 1 : 0), value.prefix(prefix.count).elementsEqual(prefix) else {
                    return false
                }
                // Whether a point matches a line break is the engine's to say.
                return value.dropFirst(prefix.count).contains(0x0A) ? nil : true
            }
            return rest
        case .anything: return value.contains(0x0A) ? nil : true
        }
    }

    private static func isLiteral(_ text: Substring) -> Bool {
        // Bytes beyond ASCII stand for themselves, but invalid UTF-8 is the engine's to refuse.
        !text.utf8.contains { byte in
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "("),
                UInt8(ascii: ")"), UInt8(ascii: "|"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"),
                UInt8(ascii: "^"), UInt8(ascii: "$"):
                true
            default: false
            }
        }
    }
}
