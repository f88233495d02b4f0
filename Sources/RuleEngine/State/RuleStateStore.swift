import Journal
public import Logging
import NIOConcurrencyHelpers
import Rules
import Time

/// Keeps what rules hold across restarts, in `rules.db` in the storage path.
///
/// **When what is durable.** Right after a rule's alerts were handed over and its samples stored, all its alerts are handed to the journal if one began, changed
/// its state or went, together with the time of the pass. Nobody waits for the commit: a sync takes milliseconds, what is lost with the host is the last one.
/// A time that does not count moves the alerts of all rules of a group, so the first pass after it writes the whole group, in one transaction. The times of
/// other passes follow every ten seconds in one small transaction, every second while an alert measures time.
///
/// **Why any earlier state is a good one to restart from.** The journal commits in order, so after a crash the file holds the state after some earlier pass of
/// each rule, at worst one transition behind what was told.
///
/// - *Pending is on the disk, firing was told*: the next pass finds the alert true for long enough and fires it again. The labels are the same, so the receiver
///   sees a refresh of an alert that it knows; it keeps the earlier start and tells nobody. If the alert is not true any more it is dropped as a pending one is,
///   and the receiver, which nobody refreshes, lets it expire as it does with every sender that falls silent.
/// - *Firing is on the disk, the end was told*: still absent, it ends again, and a receiver that has it as ended tells nobody; true again, it goes on firing.
/// - *An alert is on the disk that went since, or is missing that began*: the next pass drops it, or begins it again with what is true then.
///
/// So nothing is told twice: what is repeated are refreshes. Nothing resolves by itself, because nothing here resolves anything at all: ends come from
/// evaluations alone, and those wait for the targets' first scrapes.
///
/// A disk that is full or refuses costs the state of this run, not the alerts: they go on in memory, with a line in the log and `flatalert_rules_state_durable`
/// at 0, and everything is written once the disk takes it again. A damaged file is set aside, as the journal does.
public final class RuleStateStore: Sendable {
    private struct State {
        var sequence: UInt64 = 0
        var restored: [RuleGroupKey: GroupState] = [:]
    }

    /// The longest that the time of a pass without a transition waits to be written. Milliseconds.
    static let passLag: Int64 = 10_000
    /// The same while an alert measures time: a restart then takes what lies behind the record for time away.
    static let urgentLag: Int64 = 1000
    /// How long the state of a group that the configuration does not know is kept. Milliseconds.
    static let memory: Int64 = 24 * 3_600_000

    private let journal: Journal<RuleStateTables>?
    private let state = NIOLockedValueBox(State())
    private let log: Logger

    /// Opens the state in this directory, which other databases may share. One that cannot be opened leaves a store that keeps nothing, and says so.
    public static func open(at storagePath: String, log: Logger) -> RuleStateStore { open(at: storagePath, options: .ruleState, log: log) }

    static func open(at storagePath: String, options: JournalOptions, log: Logger) -> RuleStateStore {
        do throws(JournalError) {
            return RuleStateStore(try open(at: storagePath, options, log: log), log: log)
        } catch {
            log.error("The state of rules cannot be kept: after a restart pending alerts begin anew", metadata: ["err": "\(error)"])
            return RuleStateStore(nil, log: log)
        }
    }

    private static func open(
        at storagePath: String, _ options: JournalOptions, log: Logger
    ) throws(JournalError) -> Journal<RuleStateTables> {
        do throws(JournalError) {
            return try Journal<RuleStateTables>.open(at: storagePath, options: options)
        } catch .corrupt(let path, let setAsideAs?, let detail) {
            log.error(
                "The state of rules was lost",
                metadata: ["err": "\(JournalError.corrupt(path: path, setAsideAs: setAsideAs, detail: detail))"])
            return try Journal<RuleStateTables>.open(at: storagePath, options: options)
        }
    }

    private init(_ journal: Journal<RuleStateTables>?, log: Logger) {
        self.journal = journal
        self.log = log
        guard let journal else { return }
        journal.observe { state in
            switch state {
            case .durable: log.info("The state of rules is written again")
            case .memoryOnly(let reason):
                log.error("The state of rules cannot be written, it goes on in memory", metadata: ["err": "\(reason)"])
            }
        }
        do {
            let (groups, damaged) = try journal.load { try RuleStateTables.load($0) }
            if damaged > 0 {
                log.error("Alerts in the state of rules made no sense: they begin anew", metadata: ["alerts": "\(damaged)"])
            }
            state.withLockedValue { $0.restored = groups }
        } catch {
            log.error("The state of rules cannot be read: pending alerts begin anew", metadata: ["err": "\(error)"])
        }
    }

    /// Whether everything handed over so far is on the disk or on its way there.
    public var isDurable: Bool { journal?.state == .durable }

    /// Writes what waits and lets go of the file. Blocks; to be called after the manager's `stop`.
    public func close() { journal?.close() }
}

extension RuleStateStore {
    /// What the last run left of a group; given once.
    func take(_ group: RuleGroupKey) -> GroupState? { state.withLockedValue { $0.restored.removeValue(forKey: group) } }

    /// Puts back what a group held that left the configuration, in case that it returns.
    func put(_ stored: GroupState, back group: RuleGroupKey) { state.withLockedValue { $0.restored[group] = stored } }

    /// Forgets groups that nobody took for a day.
    func forgetOld(now: Int64) {
        let old = state.withLockedValue { state in
            let old = state.restored.filter { now - ($0.value.lastPass ?? 0) > Self.memory }.keys
            for key in old { state.restored[key] = nil }
            return Array(old)
        }
        for group in old { write(.forgotten(group)) }
    }

    /// Hands a change to the journal, which commits it soon.
    func write(_ record: RuleStateRecord) {
        guard let journal else { return }
        state.withLockedValue { state in
            state.sequence += 1
            // Under the lock: sequences must reach the journal in order.
            journal.enqueue(record, sequence: state.sequence)
        }
    }

    /// Returns when everything is on the disk, or cannot be.
    func flush() async { try? await journal?.flush(within: .seconds(5)) }
}

extension JournalOptions {
    /// A small file beside the others: no reserve of its own, a log of at most 1 MB.
    static var ruleState: JournalOptions {
        var options = JournalOptions()
        options.name = "rules"
        options.reserveBytes = 0
        options.maxBytes = 32 << 20
        options.checkpointPages = 256
        return options
    }
}
