import Journal
import Labels
import Rules
import StorageFixtures

@testable import RuleEngine

/// What the tables of rules ought to hold, kept as plainly as possible.
struct NaiveRuleState: Equatable, Sendable {
    struct Group: Equatable, Sendable {
        var pass: Int64?
        var gap: SampleGap?
        /// By rule; none without alerts.
        var alerts: [String: [ActiveAlert]] = [:]
    }

    private(set) var groups: [RuleGroupKey: Group] = [:]

    init() {}

    /// What was loaded.
    init(_ restored: [RuleGroupKey: GroupState]) {
        for (key, state) in restored { groups[key] = Self.group(state, RuleStateKey.identities(of: state.rules.map(\.identity))) }
    }

    private static func group(_ state: GroupState, _ identities: [String]) -> Group {
        var group = Group(pass: state.lastPass, gap: state.gap)
        for (identity, rule) in zip(identities, state.rules) where !rule.alerts.isEmpty { group.alerts[identity] = rule.alerts }
        return group
    }

    /// Does what a record says.
    mutating func write(_ record: RuleStateRecord) {
        switch record {
        case .alerts(let key, let alerts, let pass):
            groups[key.group, default: Group()].pass = pass
            groups[key.group]?.alerts[key.rule] = alerts.isEmpty ? nil : alerts
        case .group(let state, let identities): groups[state.key] = Self.group(state, identities)
        case .passes(let passes): for (group, time) in passes { groups[group, default: Group()].pass = time }
        case .forgotten(let group): groups[group] = nil
        }
    }
}

/// Makes up what a manager of three groups hands to the journal.
struct RuleRecordGenerator: PowerCutGenerator {
    private static let groups = (0..<3).map { RuleGroupKey(file: "rules.yml", name: "group \($0)") }
    private static let identities = (0..<4).map { number in
        RuleIdentity(kind: .alerting, name: "Alert\(number / 2)", labels: [], query: "up == \(number)")
    }

    private var random: Seeded
    private var time: Int64 = 1_800_000_000_000

    init(seed: UInt64) { random = Seeded(seed) }

    mutating func change() -> [RuleStateRecord] { [record()] }

    private mutating func record() -> RuleStateRecord {
        time += Int64.random(in: 1...15_000, using: &random)
        let group = Self.groups.randomElement(using: &random) ?? Self.groups[0]
        let names = RuleStateKey.identities(of: Self.identities)
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<13:
            let rule = Int.random(in: 0..<names.count, using: &random)
            return .alerts(RuleStateKey(group: group, rule: names[rule]), alerts(), pass: time)
        case 13..<15:
            var state = GroupState(
                file: group.file, name: group.name, lastPass: time,
                rules: Self.identities.map { RuleState(identity: $0, alerts: alerts()) })
            if Bool.random(using: &random) { state.gap = SampleGap(start: time - 100_000, end: time) }
            return .group(state, identities: names)
        case 15..<19:
            let count = Int.random(in: 1...Self.groups.count, using: &random)
            let passes = Self.groups.prefix(count).map { (group: $0, time: time) }
            return .passes(Array(passes))
        default: return .forgotten(group)
        }
    }

    private mutating func alerts() -> [ActiveAlert] {
        (0..<Int.random(in: 0...6, using: &random)).map { number in
            let text = String(repeating: "x", count: .random(in: 0...400, using: &random))
            let states: [ActiveAlert.State] = [.pending, .firing, .inactive]
            var alert = ActiveAlert(
                labels: LabelSet([("alertname", "A"), ("n", "\(number)")]), annotations: LabelSet([("summary", text)]),
                state: states.randomElement(using: &random) ?? .pending, value: Double(number), activeAt: time)
            if alert.state != .pending { alert.firedAt = time }
            if alert.state == .inactive { alert.resolvedAt = time }
            if Bool.random(using: &random) { alert.lastSentAt = time }
            return alert
        }
    }
}

extension NaiveRuleState: PowerCutSubject {
    typealias Tables = RuleStateTables
    typealias Generator = RuleRecordGenerator

    var form: NaiveRuleState { self }

    static func restored(from journal: Journal<RuleStateTables>, _ damages: inout [String]) throws -> NaiveRuleState {
        let restored = try journal.load { try RuleStateTables.load($0) }
        if restored.damaged > 0 { damages.append("\(restored.damaged) alerts make no sense") }
        return NaiveRuleState(restored.groups)
    }

    /// Two lanes. Passes do not wait; here they must, or there would be nothing to lose.
    static let writers: (count: Int, patience: UInt64) = (2, 4)
}
