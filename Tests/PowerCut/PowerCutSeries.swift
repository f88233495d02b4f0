import Journal
import NIOConcurrencyHelpers
import StorageFixtures

/// Tables whose power is cut: what is written into them, and what they ought to hold, kept as plainly as possible.
protocol PowerCutSubject: SendableMetatype {
    associatedtype Tables: JournalTables
    /// What restarts are compared by.
    associatedtype Form: Equatable & Sendable

    /// Nothing was written yet.
    init()
    /// Does what a record says.
    mutating func write(_ record: Tables.Record)
    var form: Form { get }

    /// What a journal holds; what makes no sense in it goes to the damages.
    static func restored(from journal: Journal<Tables>, _ damages: inout [String]) throws -> Form

    /// Makes up records.
    associatedtype Generator: PowerCutGenerator where Generator.Record == Tables.Record
    /// How many write at once; the first of them waits for the disk only each so many records, as much of what is written does not wait.
    static var writers: (count: Int, patience: UInt64) { get }
}

/// Makes up what an owner of tables hands to its journal.
protocol PowerCutGenerator: Sendable {
    associatedtype Record: Sendable
    init(seed: UInt64)
    /// The records of one change.
    mutating func change() -> [Record]
}

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
private final class Ledger<Subject: PowerCutSubject>: Sendable {
    private struct State: Sendable {
        var generator: Subject.Generator
        var issued: [Subject.Tables.Record] = []
        var acknowledged: UInt64 = 0
    }

    private let state: NIOLockedValueBox<State>

    init(seed: UInt64) { state = NIOLockedValueBox(State(generator: Subject.Generator(seed: seed))) }

    /// Hands over the records of one change; tells the last one's sequence.
    func issue(to journal: Journal<Subject.Tables>) -> UInt64 {
        state.withLockedValue { state in
            let first = UInt64(state.issued.count) + 1
            let records = state.generator.change()
            state.issued += records
            journal.enqueue(zip(first..., records).map { Journal<Subject.Tables>.Entry(sequence: $0, record: $1) })
            return UInt64(state.issued.count)
        }
    }

    func acknowledge(_ sequence: UInt64) { state.withLockedValue { $0.acknowledged = max($0.acknowledged, sequence) } }

    var result: (issued: [Subject.Tables.Record], acknowledged: Int) { state.withLockedValue { ($0.issued, Int($0.acknowledged)) } }
}

/// Runs journals on a disk whose power is cut again and again, and compares what each restart finds with what had been acknowledged.
struct PowerCutSeries<Subject: PowerCutSubject> {
    let disk: PowerCutDisk
    private let directory = TemporaryDirectory()
    private let synchronous: JournalOptions.Synchronous
    private var random: Seeded

    /// What the last run left: a state, and the records after it of which the first `acknowledged` must be there.
    private var base = Subject()
    private var issued: [Subject.Tables.Record] = []
    private var acknowledged = 0

    init?(name: String, seed: UInt64, synchronous: JournalOptions.Synchronous) {
        guard let disk = PowerCutDisk(name: name, seed: seed) else { return nil }
        self.disk = disk
        self.synchronous = synchronous
        random = Seeded(seed)
    }

    /// Cuts on so many disks that each start empty.
    static func run(
        _ name: String, seed: UInt64, _ synchronous: JournalOptions.Synchronous, disks: Int = 10, cutsEach: Int = 20
    ) async -> (verdict: PowerCutVerdict, counts: DiskCounts) {
        var verdict = PowerCutVerdict()
        var counts = DiskCounts()
        for disk in 0..<disks {
            guard var series = Self(name: "\(name)-\(synchronous)-\(disk)", seed: seed + UInt64(disk), synchronous: synchronous) else {
                verdict.damages.append("disk \(disk) could not be made")
                continue
            }
            verdict += await series.run(cuts: cutsEach)
            counts += series.disk.counts
        }
        return (verdict, counts)
    }

    private mutating func run(cuts: Int) async -> PowerCutVerdict {
        var verdict = PowerCutVerdict()
        for round in 0..<cuts {
            // The first cuts of a disk come while its database is being made.
            disk.planCut(after: .random(in: 1...(round < 3 ? 25 : 400), using: &random))
            do {
                let journal = try Journal<Subject.Tables>.open(at: directory.path, options: disk.options(synchronous))
                defer { journal.close() }
                var damages: [String] = []
                settle(try Subject.restored(from: journal, &damages), &verdict)
                verdict.damages += damages.map { "round \(round): \($0)" }
                let ledger = Ledger<Subject>(seed: random.next())
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

    /// Writers who go on until they are told that a commit failed.
    private static func load(_ journal: Journal<Subject.Tables>, _ ledger: Ledger<Subject>) async {
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<Subject.writers.count {
                group.addTask {
                    while true {
                        let sequence = ledger.issue(to: journal)
                        if writer == 0, sequence % Subject.writers.patience != 0 {
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
    private mutating func settle(_ restored: Subject.Form, _ verdict: inout PowerCutVerdict) {
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
    private func state(_ restored: Subject.Form, among counts: ClosedRange<Int>) -> Subject? {
        var model = base
        for record in issued.prefix(counts.lowerBound) { model.write(record) }
        if model.form == restored { return model }
        for record in issued[counts.lowerBound..<min(counts.upperBound, issued.count)] {
            model.write(record)
            if model.form == restored { return model }
        }
        return nil
    }
}
