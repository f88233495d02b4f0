/// Which rules of an older state belong to which rules now.
enum RuleMatching {
    /// For each new rule the index of the old one whose state it takes over; nil where there is none.
    ///
    /// Rules match by kind, name and labels, as in Prometheus (reference 2.5): a changed expression or duration keeps the alerts. Among several
    /// such rules those with equal expressions find each other first, so that moving a rule past its namesake confuses nothing; the rest
    /// match in the order of the file.
    static func matches(old: [RuleIdentity], new: [RuleIdentity]) -> [Int?] {
        var matches = [Int?](repeating: nil, count: new.count)
        take(old, new, &matches) { $0 }
        take(old, new, &matches) { identity in
            var identity = identity
            identity.query = ""
            return identity
        }
        return matches
    }

    private static func take(
        _ old: [RuleIdentity], _ new: [RuleIdentity], _ matches: inout [Int?], by key: (RuleIdentity) -> RuleIdentity
    ) {
        let taken = Set(matches.compactMap { $0 })
        var free: [RuleIdentity: [Int]] = [:]
        for index in old.indices.reversed() where !taken.contains(index) { free[key(old[index]), default: []].append(index) }
        for index in new.indices where matches[index] == nil { matches[index] = free[key(new[index])]?.popLast() }
    }
}
