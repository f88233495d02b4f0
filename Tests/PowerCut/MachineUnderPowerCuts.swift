import AlertCore
import AlertStorage
import Journal
import Labels
import NIOConcurrencyHelpers
import StorageFixtures
import Time

/// What came of running the machine under power cuts.
struct MachineVerdict {
    /// Acknowledged alerts and silences that a restart did not find, and states it found that never were.
    var faults: [String] = []
    /// Alerts whose end or whose firing the receiver never heard of.
    var untold: [String] = []
    var duplicates: [String] = []
    var forgivenDuplicates = 0
    var acknowledgements = 0
    var notifications = 0
    var cuts = 0

    static func += (left: inout MachineVerdict, right: MachineVerdict) {
        left.faults += right.faults
        left.untold += right.untold
        left.duplicates += right.duplicates
        left.forgivenDuplicates += right.forgivenDuplicates
        left.acknowledgements += right.acknowledgements
        left.notifications += right.notifications
        left.cuts += right.cuts
    }
}

/// Runs the real machine on the real journal, on a disk whose power is cut again and again, with senders, an operator and a receiver around it.
struct MachineUnderPowerCuts {
    private static let senders = 3
    private static let alertsEach = 6
    /// The alert of each sender that the operator silences now and then.
    private static let silencedIndex = 0

    let disk: PowerCutDisk
    private let directory = TemporaryDirectory()
    private let synchronous: JournalOptions.Synchronous
    private var random: Seeded
    private var now = ClockReading(wall: Timestamp(seconds: 1_760_000_000), monotonic: 1_000_000_000)
    private var sink = Sink()
    private var promises = Promises()
    private var verdict = MachineVerdict()

    init?(name: String, seed: UInt64, synchronous: JournalOptions.Synchronous) {
        guard let disk = PowerCutDisk(name: name, seed: seed) else { return nil }
        self.disk = disk
        self.synchronous = synchronous
        random = Seeded(seed)
    }

    private static func labelSet(_ sender: Int, _ index: Int) -> LabelSet {
        LabelSet([("name", "s\(sender)a\(index)"), ("group", "g\(index % 3)")])
    }

    mutating func run(cuts: Int) async -> MachineVerdict {
        for _ in 0..<cuts {
            disk.planCut(after: .random(in: 20...400, using: &random))
            if let shell = start() {
                await Self.load(shell)
                stop(shell)
            }
            disk.cut()
            disk.powerOn()
            // Off for a moment, for some minutes, or overnight.
            let pause = [TimeSpan.milliseconds(1), .seconds(1), .minutes(10), .hours(8)].randomElement(using: &random) ?? .zero
            now = ClockReading(wall: now.wall + pause, monotonic: now.monotonic + 1_000_000)
        }
        await finish()
        verdict.duplicates = sink.duplicates
        verdict.forgivenDuplicates = sink.forgivenDuplicates
        verdict.notifications = sink.taken
        verdict.acknowledgements = promises.acknowledgements
        verdict.cuts = disk.counts.cuts
        return verdict
    }

    /// Opens the journal, looks at what it holds, and starts a machine with it.
    private mutating func start() -> NIOLockedValueBox<VirtualShell>? {
        do {
            let journal = try AlertJournal.open(at: directory.path, options: disk.options(synchronous))
            do {
                let state = try journal.restoredState()
                verdict.faults += promises.settle(state)
                let shell = VirtualShell(
                    restoring: state, journal: journal, disk: disk, at: now, sink: sink, promises: promises, seed: random.next())
                return NIOLockedValueBox(shell)
            } catch {
                journal.close()
                throw error
            }
        } catch {
            if !disk.isOff { verdict.faults.append("\(error)") }
            return nil
        }
    }

    private mutating func stop(_ shell: NIOLockedValueBox<VirtualShell>) {
        shell.withLockedValue { shell in
            shell.journal.close()
            (sink, promises, now) = (shell.sink, shell.promises, shell.now)
        }
        sink.noteCut(at: now.wall)
    }

    private static func load(_ shell: NIOLockedValueBox<VirtualShell>) async {
        await withTaskGroup(of: Void.self) { group in
            for sender in 0..<senders { group.addTask { await send(shell, sender) } }
            group.addTask { await operate(shell) }
            group.addTask { await turn(shell, times: .max, longest: 400) }
        }
    }

    /// The shell's loop. Before the time goes on everything is on the disk, so that what the sink took less than a second ago is all that may be forgotten:
    /// it is told to the machine one turn later, and durable before the turn after that.
    private static func turn(_ shell: NIOLockedValueBox<VirtualShell>, times: Int, longest: Int64) async {
        var turns = 0
        while turns < times {
            turns += 1
            let (journal, sequence) = shell.withLockedValue { shell -> (AlertJournal, UInt64) in
                shell.turn(.milliseconds(.random(in: 50...longest, using: &shell.random)))
                return (shell.journal, shell.lastSequence)
            }
            do { try await journal.durable(through: sequence, within: .minutes(1)) } catch { return }
        }
    }

    /// A sender with alerts of its own: it waits for each answer.
    private static func send(_ shell: NIOLockedValueBox<VirtualShell>, _ sender: Int) async {
        while true {
            let (journal, sequence, labels) = shell.withLockedValue { shell -> (AlertJournal, UInt64, LabelSet) in
                let labels = labelSet(sender, .random(in: 0..<alertsEach, using: &shell.random))
                let known = shell.promises.alerts[labels.fingerprint]?.issued
                let isRefresh = known?.fires == true && Bool.random(using: &shell.random)
                let fires = isRefresh || Int.random(in: 0..<3, using: &shell.random) > 0
                return (shell.journal, shell.post(labels, fires: fires, isNew: !isRefresh), labels)
            }
            do { try await journal.durable(through: sequence, within: .minutes(1)) } catch { return }
            shell.withLockedValue { $0.promises.acknowledge(labels.fingerprint) }
        }
    }

    /// An operator who makes, changes and ends silences, one at a time.
    private static func operate(_ shell: NIOLockedValueBox<VirtualShell>) async {
        while true {
            let planned = shell.withLockedValue { shell -> (AlertJournal, SilenceChange, UInt64)? in
                let number = shell.random.next() % 1_000_000
                let target = labelSet(.random(in: 0..<senders, using: &shell.random), silencedIndex)["name"] ?? ""
                let id = shell.promises.silences.keys.sorted().randomElement(using: &shell.random) ?? ""
                let expires = Int.random(in: 0..<3, using: &shell.random) == 0
                guard
                    let (change, sequence) = shell.plan(
                        (Bool.random(using: &shell.random) || expires ? id : "", "version \(number)"), newID: "silence-\(number)",
                        name: target,
                        expires: expires)
                else { return nil }
                return (shell.journal, change, sequence)
            }
            guard let (journal, change, sequence) = planned else {
                // The last cut may have come while there was nothing to do.
                if shell.withLockedValue({ $0.disk.isOff }) { return }
                await Task.yield()
                continue
            }
            do { try await journal.durable(through: sequence, within: .minutes(1)) } catch { return }
            shell.withLockedValue { $0.apply(change) }
        }
    }

    /// A last start without cuts: silences end, everybody is told what fires, then everything ends and everybody is told that.
    private mutating func finish() async {
        guard let shell = start() else { return verdict.faults.append("the last start failed") }
        let silences = shell.withLockedValue { $0.promises.silences.keys.sorted() }
        for id in silences {
            guard let (change, _) = shell.withLockedValue({ $0.plan((id, ""), newID: "", name: "", expires: true) }) else { continue }
            shell.withLockedValue { $0.apply(change) }
        }
        await Self.turn(shell, times: 400, longest: 2000)
        let alerts = shell.withLockedValue { $0.promises.alerts }
        let told = shell.withLockedValue { $0.sink }
        let integrations = 2
        for (fingerprint, promise) in alerts where promise.issued.fires {
            if told.count(of: fingerprint, fires: true) != integrations { verdict.untold.append("\(fingerprint) fires") }
        }
        for sender in 0..<Self.senders {
            for index in 0..<Self.alertsEach {
                let labels = Self.labelSet(sender, index)
                guard alerts[labels.fingerprint]?.issued.fires == true else { continue }
                _ = shell.withLockedValue { $0.post(labels, fires: false, isNew: true) }
            }
        }
        await Self.turn(shell, times: 400, longest: 2000)
        shell.withLockedValue { shell in
            // The end of an alert that was silenced meanwhile is nobody's to be told: a notification without it made the log forget it.
            let silenced = Set((0..<Self.senders).map { Self.labelSet($0, Self.silencedIndex).fingerprint })
            for fingerprint in Set(alerts.keys).subtracting(silenced)
            where shell.sink.count(of: fingerprint, fires: false) != shell.sink.count(of: fingerprint) {
                verdict.untold.append("\(fingerprint) ended")
            }
        }
        stop(shell)
    }
}
