import AlertCore
import AlertStorage
import Journal
import NIOConcurrencyHelpers
import StorageFixtures
import Time

/// What came of a series of power cuts.
struct PowerCutVerdict {
    var acknowledged = 0
    var cutsWhileOpening = 0
    /// Restarts after which something acknowledged was missing.
    var losses = 0
    /// Restarts after which the tables were in no state that they had ever been in.
    var inventions = 0
    var damages: [String] = []

    static func += (left: inout PowerCutVerdict, right: PowerCutVerdict) {
        left.acknowledged += right.acknowledged
        left.cutsWhileOpening += right.cutsWhileOpening
        left.losses += right.losses
        left.inventions += right.inventions
        left.damages += right.damages
    }
}

/// The records that were handed to a journal since it was opened, in their order, and how far they were acknowledged.
private final class Ledger: Sendable {
    private struct State: Sendable {
        var generator: RecordGenerator
        var issued: [JournalRecord] = []
        var acknowledged: UInt64 = 0
    }

    private let state: NIOLockedValueBox<State>

    init(seed: UInt64) { state = NIOLockedValueBox(State(generator: RecordGenerator(seed: seed))) }

    /// Hands over a few records, as one change of the machine makes them; tells the last one's sequence.
    func issue(to journal: AlertJournal) -> UInt64 {
        state.withLockedValue { state in
            var entries: [JournalEntry] = []
            for _ in 0..<Int.random(in: 1...3, using: &state.generator.random) {
                state.issued.append(state.generator.record())
                entries.append(JournalEntry(sequence: UInt64(state.issued.count), record: state.issued[state.issued.count - 1]))
            }
            journal.enqueue(entries)
            return UInt64(state.issued.count)
        }
    }

    func acknowledge(_ sequence: UInt64) { state.withLockedValue { $0.acknowledged = max($0.acknowledged, sequence) } }

    var result: (issued: [JournalRecord], acknowledged: Int) { state.withLockedValue { ($0.issued, Int($0.acknowledged)) } }
}

/// Runs journals on a disk whose power is cut again and again, and compares what each restart finds with what had been acknowledged.
struct StorageUnderPowerCuts {
    let disk: PowerCutDisk
    let directory = TemporaryDirectory()
    let synchronous: JournalOptions.Synchronous
    var random: Seeded

    /// What the last run left: a state, and the records after it of which the first `acknowledged` must be there.
    private var base = NaiveTables()
    private var issued: [JournalRecord] = []
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
                let journal = try AlertJournal.open(at: directory.path, options: disk.options(synchronous))
                defer { journal.close() }
                settle(try describe(journal.restoredState()), &verdict)
                let ledger = Ledger(seed: random.next())
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

    /// Four callers at once, who go on until they are told that a commit failed.
    private static func load(_ journal: AlertJournal, _ ledger: Ledger) async {
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<4 {
                group.addTask {
                    while true {
                        let sequence = ledger.issue(to: journal)
                        // One of them mostly does not wait, as leases and log entries do not.
                        if caller == 0, sequence % 8 != 0 {
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

    /// Finds the state that was restored among those that it may be, and goes on from it.
    private mutating func settle(_ restored: [String], _ verdict: inout PowerCutVerdict) {
        if let found = state(restored, among: acknowledged...issued.count) {
            base = found
        } else if let found = state(restored, among: 0...max(0, acknowledged - 1)) {
            verdict.losses += 1
            base = found
        } else {
            verdict.inventions += 1
        }
        issued = []
        acknowledged = 0
    }

    /// The state after so many of the issued records that looks like this.
    private func state(_ restored: [String], among counts: ClosedRange<Int>) -> NaiveTables? {
        var model = base
        for record in issued.prefix(counts.lowerBound) { model.write(record) }
        if model.description == restored { return model }
        for record in issued[counts.lowerBound..<min(counts.upperBound, issued.count)] {
            model.write(record)
            if model.description == restored { return model }
        }
        return nil
    }
}
