import Foundation
import JSON
import Testing
import Time

@testable import struct AlertCore.SeededGenerator
@testable import Exporters

/// A server that writes numbered lines, a rotation script of any kind, and a reader that is killed at any moment, all on virtual time.
private struct RotatedServer {
    private static let name = "access.log"
    private let files = LogFiles()
    private var random: SeededGenerator
    private var log: DrivenLog
    private var saved: [UInt8]
    private var published: [String: Int] = [:]
    /// Virtual milliseconds.
    private var time = 0
    private var lastWrite = 0
    private var written = 0
    private var giants = 0
    /// Whether each file begins with the same line, which nothing but a copy tells from one that was read; and how many there were.
    private let hasHeadings: Bool
    private var headings = 0
    /// What a line needs to be whole; the words of begun lines are counted as lines if the end never comes.
    private var hasBegun = false
    /// Where the server writes: after a rename to the renamed file, until it reopens its log.
    private var target: String? = RotatedServer.name
    private(set) var problems: [String] = []
    private var journal: [String] = []

    private static var options: TailOptions { TailOptions(startsAtEnd: false, maximumLineBytes: 100) }

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        hasHeadings = seed % 2 == 1
        log = try DrivenLog(path: files.path(Self.name), options: Self.options)
        saved = log.saved(path: files.path(Self.name))
        files.append("", at: time)
        head()
        look(isWhole: true)
        save()
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    // MARK: The server

    private mutating func write() {
        guard let target else { return }
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            var line = hasBegun ? "" : "L\(written)"
            if !hasBegun { written += 1 }
            if chance(10) {
                hasBegun = true
            } else {
                hasBegun = false
                line += " rest" + (chance(20) ? "\r\n" : "\n")
            }
            if !hasBegun, chance(3) {
                giants += 1
                line += String(repeating: "G", count: Int.random(in: 103...900, using: &random)) + "\n"
            }
            files.append(line, to: target, at: time)
            lastWrite = time
            journal.append("\(target)@\(time): \(line.prefix(6))\(hasBegun ? "…" : "")")
        }
    }

    /// Begins an empty log as every other one began.
    private mutating func head() {
        guard hasHeadings else { return }
        headings += 1
        files.append("HEADING\n", at: time)
        lastWrite = time
        journal.append("heading@\(time)")
    }

    /// Ends what was begun: no line goes on in another file.
    private mutating func abandonLine() { hasBegun = false }

    // MARK: Rotations

    private mutating func rotate() throws {
        switch Int.random(in: 0..<7, using: &random) {
        case 0:
            journal.append("rename, numbered")
            shift()
            files.move(Self.name, to: "access.log.1")
            try afterRename("access.log.1")
        case 1:
            journal.append("rename, dated")
            files.move(Self.name, to: "access.log-\(1_000_000 + time)")
            try afterRename("access.log-\(1_000_000 + time)")
        case 2:
            journal.append("copy, clear, numbered")
            shift()
            try copy(to: "access.log.1")
            files.clear(at: time)
            head()
        case 3:
            journal.append("copy, clear, dated")
            try copy(to: "access.log.\(1_000_000 + time)")
            files.clear(at: time)
            head()
        case 4:
            journal.append("clear")
            // Without a copy only what has been read survives.
            look(isWhole: true)
            save()
            abandonLine()
            files.clear(at: time)
            head()
        case 5:
            journal.append("away and back")
            files.hide()
            if chance(50) { try readerStep() }
            if chance(50) { try readerStep() }
            files.show()
        default:
            journal.append("copy, remove")
            try copy(to: "access.log.\(1_000_000 + time)")
            files.remove(Self.name)
            files.append("", at: time)
            head()
        }
        tick()
    }

    private mutating func afterRename(_ name: String) throws {
        target = name
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            tick()
            if chance(50) { write() }
            if chance(30) { try readerStep() }
        }
        if chance(50) {
            // The new log is there before the server has turned to it.
            tick()
            files.append("", at: time)
            if chance(50) { try readerStep() }
            tick()
            write()
        }
        abandonLine()
        target = Self.name
        tick()
        files.append("", at: time)
        if files.size(Self.name) == 0 { head() }
        if chance(50) { write() }
    }

    /// With the time of the log or with that of the copying. What is written between the copy and the clearing must have been read by then.
    private mutating func copy(to name: String) throws {
        // A copy has the time of its making, or the log's.
        files.copy(Self.name, to: name, at: chance(50) ? time : lastWrite)
        tick()
        if chance(30) {
            write()
            tick()
            look(isWhole: true)
            save()
        }
        abandonLine()
    }

    private func shift() {
        for number in (1...9).reversed() { files.move("access.log.\(number)", to: "access.log.\(number + 1)") }
    }

    private mutating func tick() { time += Int.random(in: 1...900, using: &random) }

    // MARK: The reader

    private mutating func look(isWhole: Bool = false) {
        journal.append("look")
        let now = Int64(time) * 1_000_000
        if isWhole || chance(50) {
            log.poll(now: now)
        } else {
            // Ends in the middle of catching up.
            for _ in 0..<Int.random(in: 1...3, using: &random) { _ = log.follower.poll(now: now, budget: 1, into: log) }
        }
    }

    private mutating func save() {
        journal.append("save")
        saved = log.saved(path: files.path(Self.name))
        for (word, count) in published where (log.counts.totals.counts[word] ?? 0) < count {
            problems.append("\(word) went back after \(journal)")
        }
        published = log.counts.totals.counts
    }

    private mutating func readerStep() throws {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: look()
        case 4..<7:
            look()
            save()
        case 7: save()
        case 8:
            journal.append("kill")
            log = try DrivenLog(path: files.path(Self.name), options: Self.options, saved: saved)
        default: break
        }
    }

    // MARK: The run

    mutating func run(steps: Int) throws {
        for _ in 0..<steps {
            tick()
            if chance(60) { write() }
            if chance(60) { try readerStep() }
            if chance(12) { try rotate() }
        }
        while hasBegun { write() }
        for _ in 0..<4 {
            tick()
            time += 40_000
            log.poll(now: Int64(time) * 1_000_000)
        }
        let counts = log.counts.totals.counts
        for number in 0..<written where counts["L\(number)"] != 1 {
            problems.append("L\(number) was counted \(counts["L\(number)"] ?? 0) times after \(journal)")
        }
        if log.counts.unparsed != UInt64(giants) { problems.append("\(log.counts.unparsed) of \(giants) giant lines, after \(journal)") }
        // Of two that nothing tells apart one is counted.
        if counts["HEADING"] ?? 0 > headings { problems.append("a heading was counted twice after \(journal)") }
        for word in counts.keys where !word.hasPrefix("L") && word != "HEADING" { problems.append("there was no line \(word)") }
    }
}

@Suite("Random rotations and kills")
struct RandomRotationTests {
    /// How many runs there are; the environment may ask for more.
    private static let runs = ProcessInfo.processInfo.environment["ROTATION_SEEDS"].flatMap { Int($0) } ?? 300

    @Test("every line is counted once whatever the rotation does and whenever the reader is killed", arguments: 0..<20)
    func exact(block: Int) throws {
        let count = UInt64(Self.runs / 20)
        for seed in UInt64(block) * count..<UInt64(block + 1) * count {
            var server = try RotatedServer(seed: seed)
            try server.run(steps: 50)
            #expect(server.problems.isEmpty, "seed \(seed)")
            if !server.problems.isEmpty { return }
        }
    }
}
