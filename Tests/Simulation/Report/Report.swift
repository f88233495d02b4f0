/// What a reader gets to see.
enum Report {
    /// How many lines of a failed run are shown.
    private static let tail = 60

    /// An error in words.
    static func text(_ error: any Error) -> String {
        guard let violation = error as? Violation else { return "ERROR \(error)" }
        return "VIOLATION \(violation.property): \(violation.property.title)\n  \(violation.message)"
    }

    /// Plays a failed seed once more and shows the end of its story.
    static func replay(_ seed: UInt64, _ arguments: Arguments) {
        let story = Story(isLive: false)
        var failure = "it passes when played alone"
        do {
            let run = try Run(seed: seed, onDisk: arguments.isOnDisk(seed), story: story)
            _ = try run.play()
        } catch {
            failure = text(error)
        }
        Output.line("--- seed \(seed), the last \(min(tail, story.lines.count)) of \(story.lines.count) lines")
        for line in story.lines.suffix(tail) { Output.line(line) }
        Output.line("seed \(seed): \(failure)")
    }

    /// The counts.
    static func summary(_ sum: Statistics, seeds: Int, seconds: Double) {
        let runs = max(seeds, 1)
        Output.line("seeds          \(seeds), \(sum.onDisk) of them on SQLite, in \(Int(seconds * 10) / 10) s")
        Output.line("events         \(sum.events) (\(sum.events / runs) a seed), outcomes \(sum.outcomes), wake-ups \(sum.wakeUps)")
        Output.line(
            "trouble        \(sum.crashes) crashes, \(sum.restarts) restarts, \(sum.reloads) reloads, \(sum.clockJumps) clock jumps, \(sum.standstills) standstills, "
                + "\(sum.failedCommits) failed commits, \(sum.prefixes) journal prefixes recovered")
        Output.line("notifications  \(sum.flushes) flushes, \(sum.attempts) attempts, \(sum.notifications) told")
        for row in 1...6 { Output.line("dedup row \(row)    told \(sum.dedup[row].told), not \(sum.dedup[row].not)") }
        for property in Property.allCases {
            let name = "\(property)"
            Output.line("checked        \(name)\(String(repeating: " ", count: max(1, 16 - name.count)))\(sum.checks[property.rawValue])")
        }
    }
}
