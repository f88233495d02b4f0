import Journal
import Labels
import NIOConcurrencyHelpers
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
private struct RuleRecordGenerator: Sendable {
    private static let groups = (0..<3).map { RuleGroupKey(file: "rules.yml", name: "group \($0)") }
    private static let identities = (0..<4).map { number in
        RuleIdentity(kind: .alerting, name: "Alert\(number / 2)", labels: [], query: "up == \(number)")
    }

    private var random: Seeded
    private var time: Int64 = 1_800_000_000_000

    init(seed: UInt64) { random = Seeded(seed) }

    mutating func record() -> RuleStateRecord {
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

/// The records that were handed to a journal since it was opened, in their order, and how far they were acknowledged.
private final class RuleLedger: Sendable {
    private struct State: Sendable {
        var generator: RuleRecordGenerator
        var issued: [RuleStateRecord] = []
        var acknowledged: UInt64 = 0
    }

    private let state: NIOLockedValueBox<State>

    init(seed: UInt64) { state = NIOLockedValueBox(State(generator: RuleRecordGenerator(seed: seed))) }

    func issue(to journal: Journal<RuleStateTables>) -> UInt64 {
        state.withLockedValue { state in
            let record = state.generator.record()
            state.issued.append(record)
            journal.enqueue(record, sequence: UInt64(state.issued.count))
            return UInt64(state.issued.count)
        }
    }

    func acknowledge(_ sequence: UInt64) { state.withLockedValue { $0.acknowledged = max($0.acknowledged, sequence) } }

    var result: (issued: [RuleStateRecord], acknowledged: Int) { state.withLockedValue { ($0.issued, Int($0.acknowledged)) } }
}

/// Runs the journal of rules on a disk whose power is cut again and again, and looks for what each restart finds among the states that it was in.
struct RuleStateUnderPowerCuts {
    let disk: PowerCutDisk
    private let directory = TemporaryDirectory()
    private let synchronous: JournalOptions.Synchronous
    private var random: Seeded

    /// What the last run left: a state, and the records after it of which the first `acknowledged` must be there.
    private var base = NaiveRuleState()
    private var issued: [RuleStateRecord] = []
    private var acknowledged = 0

    init?(name: String, seed: UInt64, synchronous: JournalOptions.Synchronous) {
        guard let disk = PowerCutDisk(name: name, seed: seed) else { return nil }
        self.disk = disk
        self.synchronous = synchronous
        random = Seeded(seed)
    }

    mutating func run(cuts: Int) async -> PowerCutVerdict {
        var verdict = PowerCutVerdict()
        for round in 0..<cuts {
            // The first cuts of a disk come while its database is being made.
            disk.planCut(after: .random(in: 1...(round < 3 ? 25 : 400), using: &random))
            do {
                let journal = try Journal<RuleStateTables>.open(at: directory.path, options: disk.options(synchronous))
                defer { journal.close() }
                let restored = try journal.load { try RuleStateTables.load($0) }
                if restored.damaged > 0 { verdict.damages.append("round \(round): \(restored.damaged) alerts make no sense") }
                settle(NaiveRuleState(restored.groups), &verdict)
                let ledger = RuleLedger(seed: random.next())
                await Self.load(journal, ledger)
                (issued, acknowledged) = ledger.result
                verdict.acknowledged += acknowledged
            } catch {
                if disk.isOff { verdict.cutsWhileOpening += 1 } else { verdict.damages.append("round \(round): \(error)") }
            }
            disk.cut()
            disk.powerOn()
        }
        return verdict
    }

    /// Two lanes at once, of which one looks now and then how far the disk is. Passes do not wait; here they must, or there would be nothing to lose.
    private static func load(_ journal: Journal<RuleStateTables>, _ ledger: RuleLedger) async {
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<2 {
                group.addTask {
                    while true {
                        let sequence = ledger.issue(to: journal)
                        if lane == 0, sequence % 4 != 0 {
                            if case .memoryOnly = journal.state { return }
                            await Task.yield()
                            continue
                        }
                        do {
                            try await journal.durable(through: sequence, within: .minutes(1))
                            ledger.acknowledge(sequence)
                        } catch {
                            return
                        }
                    }
                }
            }
        }
    }

    private mutating func settle(_ restored: NaiveRuleState, _ verdict: inout PowerCutVerdict) {
        if let found = state(restored, among: acknowledged...issued.count) {
            base = found
        } else if let found = state(restored, among: 0...max(0, acknowledged - 1)) {
            verdict.losses += 1
            base = found
        } else {
            verdict.inventions += 1
            base = restored
        }
        issued = []
        acknowledged = 0
    }

    /// The state after so many of the issued records that is like this.
    private func state(_ restored: NaiveRuleState, among counts: ClosedRange<Int>) -> NaiveRuleState? {
        var model = base
        for record in issued.prefix(counts.lowerBound) { model.write(record) }
        if model == restored { return model }
        for record in issued[counts.lowerBound..<min(counts.upperBound, issued.count)] {
            model.write(record)
            if model == restored { return model }
        }
        return nil
    }
}
