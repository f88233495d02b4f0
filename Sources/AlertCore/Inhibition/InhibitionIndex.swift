import Labels
import Time

/// The inhibition rules and the alerts that fire as their sources (reference 6.1, DESIGN 3).
///
/// Each rule keeps its sources by the values of the labels that source and target must agree on, so that a target meets only sources that
/// agree with it. All of them count, not only the one that ends last. Targets are kept in the same way where messages say what they suppress, so
/// that a message walks over nothing else.
struct InhibitionIndex {
    private struct Rule {
        let definition: InhibitRule
        /// Sources by the hash of their `equal` values.
        var sources: [UInt64: Sources] = [:]
        /// Alerts that match the target side by the same hash, if they are kept.
        var targets: [UInt64: SlotSet] = [:]
    }

    /// Sources that agree on the `equal` labels.
    private struct Sources {
        /// Those that only match the source side. They mute any target.
        var plain = SlotSet()
        /// Those that match the target side as well. They do not mute targets that are two-sided themselves.
        var twoSided = SlotSet()
    }

    private var rules: [Rule]
    private let keepsTargets: Bool
    private var sourceIndex = MatcherIndex()
    private var targetIndex = MatcherIndex()

    /// The rules without alerts. Without `keepsTargets` nothing can be asked of `targets`, and alerts that are only targets cost nothing here.
    init(_ definitions: [InhibitRule], keepsTargets: Bool) {
        self.keepsTargets = keepsTargets
        rules = definitions.map { Rule(definition: $0) }
        for (position, definition) in definitions.enumerated() {
            sourceIndex.insert(Int32(position), definition.source)
            targetIndex.insert(Int32(position), definition.target)
        }
    }

    /// The rules whose source side these labels match.
    func sourceRules(for probe: LabelProbe) -> [Int32] {
        sourceIndex.candidates(for: probe).filter { rules[Int($0)].definition.source.matches(probe.labels) }
    }

    /// The rules whose target side these labels match, in the order of the configuration.
    func targetRules(for probe: LabelProbe) -> [Int32] {
        targetIndex.candidates(for: probe).filter { rules[Int($0)].definition.target.matches(probe.labels) }
    }

    /// Adds an alert as a source of these rules.
    mutating func insert(_ slot: Int32, _ labels: LabelSet, rules list: [Int32]) {
        for rule in list {
            let position = Int(rule)
            let key = Self.key(labels, rules[position].definition.equal)
            if rules[position].definition.target.matches(labels) {
                rules[position].sources[key, default: Sources()].twoSided.insert(slot)
            } else {
                rules[position].sources[key, default: Sources()].plain.insert(slot)
            }
        }
    }

    /// Takes out what `insert` put in.
    mutating func remove(_ slot: Int32, _ labels: LabelSet, rules list: [Int32]) {
        for rule in list {
            let position = Int(rule)
            let key = Self.key(labels, rules[position].definition.equal)
            guard let place = rules[position].sources.index(forKey: key) else { continue }
            rules[position].sources.values[place].plain.remove(slot)
            rules[position].sources.values[place].twoSided.remove(slot)
            if rules[position].sources.values[place].plain.isEmpty, rules[position].sources.values[place].twoSided.isEmpty {
                rules[position].sources.remove(at: place)
            }
        }
    }

    /// Adds an alert as a target of these rules, if targets are kept.
    mutating func insertTarget(_ slot: Int32, _ labels: LabelSet, rules list: [Int32]) {
        guard keepsTargets else { return }
        for rule in list {
            let key = Self.key(labels, rules[Int(rule)].definition.equal)
            rules[Int(rule)].targets[key, default: SlotSet()].insert(slot)
        }
    }

    /// Takes out what `insertTarget` put in.
    mutating func removeTarget(_ slot: Int32, _ labels: LabelSet, rules list: [Int32]) {
        guard keepsTargets else { return }
        for rule in list {
            let position = Int(rule)
            guard let place = rules[position].targets.index(forKey: Self.key(labels, rules[position].definition.equal)) else { continue }
            rules[position].targets.values[place].remove(slot)
            if rules[position].targets.values[place].isEmpty { rules[position].targets.remove(at: place) }
        }
    }

    /// The source that mutes a target, by the first rule that has one.
    func source(muting labels: LabelSet, rules list: [Int32], at time: Timestamp, in store: AlertStore) -> Fingerprint? {
        for rule in list where !rules[Int(rule)].sources.isEmpty {
            guard let sources = rules[Int(rule)].sources[Self.key(labels, rules[Int(rule)].definition.equal)] else { continue }
            let definition = rules[Int(rule)].definition
            func firing(_ set: SlotSet) -> Fingerprint? {
                for slot in set.slots {
                    guard !store[slot].isEnded(at: time), let source = store[slot].body?.labels else { continue }
                    if Self.agree(source, labels, on: definition.equal) { return source.fingerprint }
                }
                return nil
            }
            if let found = firing(sources.plain) { return found }
            if !sources.twoSided.isEmpty, !definition.source.matches(labels), let found = firing(sources.twoSided) { return found }
        }
        return nil
    }

    /// Alerts as sources of their rules, apart from those that the index holds.
    struct Group {
        fileprivate struct Place: Hashable {
            let rule: Int32
            let key: UInt64
        }

        /// As `Sources` are.
        fileprivate struct Members {
            var plain: [LabelSet] = []
            var twoSided: [LabelSet] = []
        }

        fileprivate var members: [Place: Members] = [:]
    }

    /// Adds a source of these rules to a group.
    func add(_ labels: LabelSet, rules list: [Int32], to group: inout Group) {
        for rule in list {
            let definition = rules[Int(rule)].definition
            let place = Group.Place(rule: rule, key: Self.key(labels, definition.equal))
            if definition.target.matches(labels) {
                group.members[place, default: .init()].twoSided.append(labels)
            } else {
                group.members[place, default: .init()].plain.append(labels)
            }
        }
    }

    /// The kept alerts that a group mutes, each once and ascending; whether they fire is for the caller to say.
    ///
    /// Of each target's sources the first that agrees decides, so that a large group costs no more than a small one.
    func targets(of group: Group, in store: AlertStore) -> [Int32] {
        var found: Set<Int32> = []
        for (place, members) in group.members {
            let rule = rules[Int(place.rule)]
            guard let targets = rule.targets[place.key] else { continue }
            let equal = rule.definition.equal
            for slot in targets.slots where !found.contains(slot) {
                guard let target = store[slot].body?.labels else { continue }
                func hasSource(_ sources: [LabelSet]) -> Bool { sources.contains { Self.agree($0, target, on: equal) } }
                if hasSource(members.plain) || (hasSource(members.twoSided) && !rule.definition.source.matches(target)) {
                    found.insert(slot)
                }
            }
        }
        return found.sorted()
    }

    private static func key(_ labels: LabelSet, _ equal: [String]) -> UInt64 {
        var hash = ByteHash()
        for name in equal {
            labels.withValue(ofName: name) { hash.add($0 ?? UnsafeBufferPointer(start: nil, count: 0)) }
        }
        return hash.value
    }

    /// Whether two label sets have the same values; an absent label equals the empty text.
    private static func agree(_ left: LabelSet, _ right: LabelSet, on names: [String]) -> Bool {
        names.allSatisfy { name in
            left.withValue(ofName: name) { left in
                right.withValue(ofName: name) { right in
                    (left?.count ?? 0) == (right?.count ?? 0) && (left.map { left in right.map { left.elementsEqual($0) } ?? true } ?? true)
                }
            }
        }
    }

    /// Sources and kept targets in all rules, for the proof that nothing stays behind.
    var count: Int {
        rules.reduce(0) { sum, rule in
            sum + rule.sources.values.reduce(0) { $0 + $1.plain.slots.count + $1.twoSided.slots.count }
                + rule.targets.values.reduce(0) { $0 + $1.slots.count }
        }
    }
}
