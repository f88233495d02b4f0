/// Rules of a file that give series or alerts of the same name and labels: not wrong by themselves, but what they give collides
/// (Prometheus reference 7.1, lint `duplicate-rules`).
public struct DuplicateRules: Sendable, Hashable {
    /// A name and labels that more than one rule has.
    public struct Duplicate: Sendable, Hashable {
        /// `record` or `alert`.
        public var name: String
        /// Those of the group merged in, sorted by name. Raw templates.
        public var labels: [TemplatedText]
    }

    /// By name, then labels.
    public var duplicates: [Duplicate]

    /// Finds them in a file.
    public init(in file: RuleFile) {
        var counts: [Duplicate: Int] = [:]
        for rule in file.groups.flatMap(\.rules) { counts[Duplicate(name: rule.name, labels: rule.labels), default: 0] += 1 }
        duplicates = counts.filter { $0.value > 1 }.keys.sorted { $0.isOrdered(before: $1) }
    }

    /// promtool's text; nil when there are none.
    public var message: String? {
        guard !duplicates.isEmpty else { return nil }
        var text = "lint error \(duplicates.count) duplicate rule(s) found.\n"
        for duplicate in duplicates {
            text += "Metric: \(duplicate.name)\nLabel(s):\n"
            for label in duplicate.labels { text += "\t\(label.name): \(label.template)\n" }
        }
        return text + "Might cause inconsistency while recording expressions"
    }
}

extension DuplicateRules.Duplicate {
    fileprivate func isOrdered(before other: DuplicateRules.Duplicate) -> Bool {
        if name != other.name { return name.utf8.lexicographicallyPrecedes(other.name.utf8) }
        return zip(labels, other.labels).first { $0 != $1 }.map { left, right in
            left.name != right.name
                ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
                : left.template.utf8.lexicographicallyPrecedes(right.template.utf8)
        } ?? (labels.count < other.labels.count)
    }
}
