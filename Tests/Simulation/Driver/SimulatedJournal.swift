import AlertCore

/// The journal of a run: what the machine wrote, what of it is durable, and when the rest becomes so. The disk, where there is one, follows it.
struct SimulatedJournal {
    /// A row that waits for its commit.
    struct Pending {
        let entry: JournalEntry
        /// The model's counts of durable changes when the row was made.
        let versions: [Int]
    }

    /// All rows applied, durable or not.
    private(set) var full = Image()
    /// What would be found after a crash.
    private(set) var durable = Image()
    private(set) var pending: [Pending] = []
    /// The last sequence of this process.
    private(set) var lastSequence: UInt64 = 0
    /// Everything up to this is durable.
    private(set) var durableSequence: UInt64 = 0
    /// When the next commit ends.
    private(set) var nextCommit: Nanos?
    /// Commits fail until then.
    var failingUntil: Nanos = .min
    /// The file behind it; nil for runs in memory.
    var disk: Disk?

    /// Takes rows in. `version` counts an alert's durable changes.
    mutating func enqueue(_ entry: JournalEntry, versions: [Int], world: World) {
        lastSequence = entry.sequence
        full.apply(entry.record) { versions[world.subject($0.body.labels.fingerprint) ?? 0] }
        pending.append(Pending(entry: entry, versions: versions))
    }

    /// Plans a commit when rows wait and none is planned.
    mutating func schedule(at now: Nanos, dice: inout Dice) {
        guard nextCommit == nil, !pending.isEmpty else { return }
        switch dice.below(20) {
        case 0: nextCommit = now
        case 1...2: nextCommit = now + dice.within(.milliseconds(50)...(.milliseconds(900)))
        default: nextCommit = now + dice.within(.milliseconds(1)...(.milliseconds(30)))
        }
    }

    /// Ends the commit that was planned. Returns false when it failed.
    mutating func commit(at now: Nanos, dice: inout Dice, world: World) throws -> Bool {
        nextCommit = nil
        if now < failingUntil {
            nextCommit = now + .seconds(1)
            return false
        }
        // Now and then only what had arrived when the commit began.
        let count = dice.chance(20) ? 1 + dice.below(pending.count) : pending.count
        try advance(by: count, world: world)
        return true
    }

    /// Makes the first rows that wait durable.
    mutating func advance(by count: Int, world: World) throws {
        guard count > 0 else { return }
        for row in pending[..<count] {
            durable.apply(row.entry.record) { row.versions[world.subject($0.body.labels.fingerprint) ?? 0] }
            durableSequence = row.entry.sequence
        }
        try disk?.write(pending[..<count].map(\.entry))
        pending.removeFirst(count)
    }

    /// What a crash that kept these many waiting rows would leave.
    func prefix(keeping count: Int, world: World) -> Image {
        var image = durable
        for row in pending[..<count] { image.apply(row.entry.record) { row.versions[world.subject($0.body.labels.fingerprint) ?? 0] } }
        return image
    }

    /// The process died: what was not durable is gone, sequences begin anew.
    mutating func crash() {
        full = durable
        pending.removeAll()
        lastSequence = 0
        durableSequence = 0
        nextCommit = nil
        failingUntil = .min
    }
}
