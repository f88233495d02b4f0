import Labels
import Rules

/// What identifies a rule's state: its group, and within it what makes it the same rule.
struct RuleStateKey: Hashable, Sendable {
    let group: RuleGroupKey
    /// One of `identities`.
    let rule: String

    /// One text for each rule of a group, unlike those of all others. Of equal rules the i-th is the i-th again after a restart.
    static func identities(of rules: [RuleIdentity]) -> [String] {
        var counts: [RuleIdentity: Int] = [:]
        return rules.map { rule in
            let number = counts[rule, default: 0]
            counts[rule] = number + 1
            return text(of: rule, number)
        }
    }

    /// Its number among equal rules, its kind, and the other parts with their lengths, so that they are told apart whatever is in them.
    private static func text(of rule: RuleIdentity, _ number: Int) -> String {
        let parts = [rule.name, rule.query] + rule.labels.flatMap { [$0.name, $0.template] }
        return "\(number) \(rule.kind == .alerting ? "alert" : "record")" + parts.map { " \($0.utf8.count):\($0)" }.joined()
    }

    /// Reads what `identities` made; nil when the text is none of its.
    static func parse(_ text: String) -> (rule: RuleIdentity, number: Int)? {
        var rest = text.utf8[...]
        guard let number = word(&rest).flatMap({ Int($0) }), number >= 0, number < 1000, let kind = word(&rest) else { return nil }
        guard kind == "alert" || kind == "record" else { return nil }
        var parts: [String] = []
        while !rest.isEmpty {
            guard let colon = rest.firstIndex(of: UInt8(ascii: ":")), let length = Int(Substring(rest[..<colon])), length >= 0 else {
                return nil
            }
            let value = rest[rest.index(after: colon)...]
            guard value.count >= length else { return nil }
            parts.append(String(decoding: value.prefix(length), as: UTF8.self))
            rest = value.dropFirst(length)
            if rest.first == UInt8(ascii: " ") { rest = rest.dropFirst() } else if !rest.isEmpty { return nil }
        }
        guard parts.count >= 2, parts.count % 2 == 0 else { return nil }
        let labels = stride(from: 2, to: parts.count, by: 2).map { TemplatedText(name: parts[$0], template: parts[$0 + 1]) }
        return (RuleIdentity(kind: kind == "alert" ? .alerting : .recording, name: parts[0], labels: labels, query: parts[1]), number)
    }

    /// The bytes up to the next space, which goes with them.
    private static func word(_ rest: inout Substring.UTF8View) -> String? {
        let word = rest.prefix { $0 != UInt8(ascii: " ") }
        guard !word.isEmpty, word.endIndex < rest.endIndex else { return nil }
        rest = rest[rest.index(after: word.endIndex)...]
        return String(word)
    }
}

/// A change of what rules hold. Times are milliseconds.
enum RuleStateRecord: Sendable {
    /// All alerts of a rule after its evaluation in the pass of this time.
    case alerts(RuleStateKey, [ActiveAlert], pass: Int64)
    /// Everything that a group holds. The identities are those of its rules.
    case group(GroupState, identities: [String])
    /// The times of last passes.
    case passes([(group: RuleGroupKey, time: Int64)])
    /// Nobody knows the group any more.
    case forgotten(RuleGroupKey)
}

extension GroupState {
    var key: RuleGroupKey { RuleGroupKey(file: file, name: name) }
}
