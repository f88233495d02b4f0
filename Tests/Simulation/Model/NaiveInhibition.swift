/// Inhibition by scanning: for every rule, which subjects are on which side and which agree, found by trying all of them (reference 6.1).
struct NaiveInhibition {
    private struct Rule {
        var sources: SubjectSet
        var targets: SubjectSet
        /// For each subject, all subjects that agree with it on the rule's `equal` labels.
        var agreeing: [SubjectSet]
    }

    private let rules: [Rule]

    /// The rules of a configuration in a world.
    init(_ configuration: ModelConfiguration, world: World) {
        rules = configuration.rules.map { rule in
            let agreeing = world.subjects.map { one in
                var set: SubjectSet = 0
                for (index, other) in world.subjects.enumerated() {
                    let agrees = rule.equal.allSatisfy { Vocabulary.value($0, in: one.code) == Vocabulary.value($0, in: other.code) }
                    if agrees { set |= .only(index) }
                }
                return set
            }
            return Rule(sources: world.mask(rule.source), targets: world.mask(rule.target), agreeing: agreeing)
        }
    }

    /// The firing subjects that inhibit a subject by the first rule that mutes it; empty when none does.
    func inhibitors(of subject: Int, firing: SubjectSet) -> SubjectSet {
        for rule in rules where rule.targets.has(subject) {
            var candidates = firing & rule.sources & rule.agreeing[subject]
            // A target that is a source as well is not muted by a source that is a target as well.
            if rule.sources.has(subject) { candidates &= ~rule.targets }
            if candidates != 0 { return candidates }
        }
        return 0
    }

    /// The firing subjects that some of these sources inhibit.
    func targets(of sources: SubjectSet, firing: SubjectSet) -> SubjectSet {
        var found: SubjectSet = 0
        firing.forEach { subject in
            for rule in rules where rule.targets.has(subject) {
                let exempt = rule.sources.has(subject) ? rule.targets : 0
                if firing & sources & rule.sources & rule.agreeing[subject] & ~exempt != 0 { found |= .only(subject) }
            }
        }
        return found
    }
}
