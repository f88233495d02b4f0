/// Counts of what a run did and checked.
struct Statistics: Sendable {
    /// Scripted events: posts, silence calls, reloads, crashes, clock changes.
    var events = 0
    /// Outcomes of deliveries handed to the machine.
    var outcomes = 0
    /// Wake-ups.
    var wakeUps = 0
    /// Process deaths.
    var crashes = 0
    /// Orderly restarts.
    var restarts = 0
    /// Reloads, equal ones among them.
    var reloads = 0
    /// Suspends and clock steps.
    var clockJumps = 0
    /// Times that the process was stopped.
    var standstills = 0
    /// Failed commits.
    var failedCommits = 0
    /// Journal prefixes that were recovered and compared.
    var prefixes = 0
    /// Flushes.
    var flushes = 0
    /// Attempts.
    var attempts = 0
    /// Messages that a receiver took.
    var notifications = 0
    /// Runs on a real database.
    var onDisk = 0
    /// Dedup decisions by row (1…6): told and not.
    var dedup: [(told: Int, not: Int)] = Array(repeating: (0, 0), count: 7)
    /// Checks by property.
    var checks = [Int](repeating: 0, count: Property.allCases.count)

    /// Counts one check.
    mutating func checked(_ property: Property) { checks[property.rawValue] += 1 }

    /// Adds another run's counts.
    mutating func add(_ other: Statistics) {
        events += other.events
        outcomes += other.outcomes
        wakeUps += other.wakeUps
        crashes += other.crashes
        restarts += other.restarts
        reloads += other.reloads
        clockJumps += other.clockJumps
        standstills += other.standstills
        failedCommits += other.failedCommits
        prefixes += other.prefixes
        flushes += other.flushes
        attempts += other.attempts
        notifications += other.notifications
        onDisk += other.onDisk
        for row in dedup.indices {
            dedup[row].told += other.dedup[row].told
            dedup[row].not += other.dedup[row].not
        }
        for index in checks.indices { checks[index] += other.checks[index] }
    }

    /// Dedup outcomes that the table of reference 5.3 can give.
    private static let reachable: [(row: Int, told: Bool)] = [
        (1, true), (1, false), (2, true), (3, true), (3, false), (4, true), (5, true), (6, false),
    ]

    /// What a full run should have done and did not.
    func gaps(onDiskExpected: Bool) -> [String] {
        var gaps: [String] = []
        for (row, told) in Statistics.reachable where (told ? dedup[row].told : dedup[row].not) == 0 {
            gaps.append("dedup row \(row) never \(told ? "told" : "kept silent")")
        }
        for property in Property.allCases where checks[property.rawValue] == 0 && (property != .storage || onDiskExpected) {
            gaps.append("never checked: \(property.title)")
        }
        return gaps
    }
}
