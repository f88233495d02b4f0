import JSON
import Testing
import Time

@testable import Exporters

@Suite("A log that is followed")
struct LogFollowerTests {
    private let files = LogFiles()
    private var path: String { files.path("access.log") }

    private func follow(fromStart: Bool = true, _ saved: [UInt8]? = nil) throws -> DrivenLog {
        try DrivenLog(path: path, options: TailOptions(startsAtEnd: !fromStart), saved: saved)
    }

    @Test("a log that is there at the very first start is counted from its end, and one that appears later from its start")
    func firstStart() throws {
        files.append("a\nb\n")
        let log = try follow(fromStart: false)
        log.poll()
        files.append("c\n")
        log.poll()
        #expect(log.words == ["c"])
        files.remove("access.log")
        let other = try DrivenLog(path: files.path("other.log"))
        other.poll()
        #expect(other.follower.problem == "there is no file at \(files.path("other.log")); its lines are counted as soon as there is one")
        files.append("x\n", to: "other.log")
        other.poll()
        #expect(other.words == ["x"])
        #expect(other.follower.problem == nil)
    }

    @Test("a log that appears while the program is stopped is read from its start when its absence was known")
    func appearsWhileStopped() throws {
        let log = try follow(fromStart: false)
        log.poll()
        let saved = log.saved(path: path)
        files.append("a\n")
        let next = try follow(fromStart: false, saved)
        next.poll()
        #expect(next.words == ["a"])
    }

    @Test("a log in a directory that was not there at first is taken for an old one on a drive that was not mounted")
    func driveMountedLate() throws {
        let log = try DrivenLog(path: files.path("logs/access.log"))
        log.poll()
        #expect(log.follower.problem != nil)
        files.makeDirectory("logs")
        files.append("old\n", to: "logs/access.log")
        log.poll()
        files.append("new\n", to: "logs/access.log")
        log.poll()
        #expect(log.words == ["new"])
        #expect(log.follower.problem == nil)
    }

    @Test("a line is counted when its end comes, without carriage returns and with any bytes in it")
    func lines() throws {
        let log = try follow()
        files.append("one\r\ntw")
        log.poll()
        #expect(log.words == ["one"])
        files.append("o 2\n")
        files.append([0, 0, 0] + Array("three\n".utf8) + [0xFF, 0x20, 0, 0x0A, 0x0A])
        log.poll()
        #expect(log.words == ["", "one", "three", "two", "\u{FFFD}"])
    }

    @Test("a line over the limit is counted once as unparsed, however it comes", arguments: [1, 7, 70_000, 400_000])
    func giantLines(piece: Int) throws {
        let log = try follow()
        var text = [UInt8]("a\n".utf8) + [UInt8](repeating: 0x78, count: 65_537) + [0x0A]
        text += [UInt8](repeating: 0x79, count: 65_536) + [0x0D, 0x0A] + [UInt8](repeating: 0x7A, count: 300_000) + Array("\nb\n".utf8)
        var rest = text[...]
        while !rest.isEmpty {
            let part = piece < 100 && rest.count > 200_000 ? 150_000 : piece < 100 && rest.count > 3000 ? 2999 : piece
            files.append(Array(rest.prefix(part)))
            rest = rest.dropFirst(part)
            log.poll()
        }
        #expect(log.counts.lines == [.ok: 3, .unparsed: 2, .ignored: 0])
        #expect(log.counts.totals.counts[String(repeating: "y", count: 65_536)] == 1)
    }

    @Test("a cleared log is read from its start, and what was left of a line is a line")
    func cleared() throws {
        let log = try follow()
        files.append("first line of some length\npart")
        log.poll()
        files.clear()
        files.append("second\n")
        log.poll()
        #expect(log.words == ["first", "part", "second"])
        #expect(log.follower.rotations == 1)
    }

    @Test("a log that was cleared and has grown beyond the old place is told by the bytes before the place")
    func clearedAndGrown() throws {
        let log = try follow()
        files.append("aaaa\nbbbb\n")
        log.poll()
        files.clear()
        files.append("cccc\ndddd\neeee\nffff\n")
        log.poll()
        #expect(log.words == ["aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff"])
    }

    @Test("what was not read of a log before it was copied and cleared is read from the copy")
    func copiedAndCleared() throws {
        let log = try follow()
        files.append("a\nb\npar")
        log.poll()
        files.append("tial\nc\nd")
        files.copy("access.log", to: "access.log.20260115-103002")
        files.clear()
        files.append("e\n")
        log.poll()
        #expect(log.words == ["a", "b", "c", "d", "e", "partial"])
        #expect(log.follower.rotations == 1)
        log.poll()
        #expect(log.words.count == 6)
    }

    @Test("a renamed log is read to its end while its server still writes to it, for half a minute after its last line")
    func renamed() throws {
        let log = try follow()
        files.append("a\n")
        log.poll()
        files.move("access.log", to: "access.log.1")
        files.append("b\n", to: "access.log.1")
        log.poll()
        #expect(log.words == ["a", "b"])
        files.append("c\n")
        log.poll(now: 1_000_000_000)
        files.append("d\nrest", to: "access.log.1")
        log.poll(now: 20_000_000_000)
        #expect(log.words == ["a", "b", "c", "d"])
        log.poll(now: 49_000_000_000)
        #expect(log.words == ["a", "b", "c", "d"])
        log.poll(now: 51_000_000_000)
        #expect(log.words == ["a", "b", "c", "d", "rest"])
        #expect(log.follower.draining.isEmpty)
        #expect(log.follower.rotations == 1)
    }

    @Test("two rotations between two looks lose nothing", arguments: [true, false], [true, false])
    func twoRotations(byRename: Bool, isRestarted: Bool) throws {
        var log = try follow()
        files.append("a\n", at: 1)
        log.poll()
        let saved = log.saved(path: path)
        for (index, word) in ["b", "c"].enumerated() {
            files.append("\(word)1\n", at: 10 + 10 * index)
            if index == 1 { files.move("access.log.1", to: "access.log.2") }
            if byRename {
                files.move("access.log", to: "access.log.1")
            } else {
                files.copy("access.log", to: "access.log.1", at: 12 + 10 * index)
                files.clear(at: 13 + 10 * index)
            }
            files.append("\(word)2\n", at: 14 + 10 * index)
        }
        if isRestarted { log = try follow(saved) }
        log.poll()
        log.poll()
        #expect(log.words == ["a", "b1", "b2", "c1", "c2"])
        #expect(log.follower.rotations == 2)
        #expect(log.follower.gaps == 0)
    }

    /// What happens to a log after it was copied and cleared, before the next look.
    enum Later: CaseIterable {
        case nothing, rename, copyAndClear, copyAndClearAlike
    }

    @Test(
        "a log that was copied and cleared loses nothing where its new lines begin as those that were read did",
        arguments: Later.allCases, [1, 3])
    func sameBeginning(later: Later, newLines: Int) throws {
        for isRestarted in [false, true] {
            let files = LogFiles()
            let path = files.path("access.log")
            var log = try DrivenLog(path: path, options: TailOptions(startsAtEnd: false))
            files.append("same\n", at: 1)
            log.poll()
            let saved = log.saved(path: path)
            files.append("b1\nb2\n", at: 10)
            files.copy("access.log", to: "access.log.1", at: 12)
            files.clear(at: 13)
            files.append("same\n", at: 14)
            for line in 0..<newLines { files.append("c\(line) of some length\n", at: 15) }
            var expected = ["b1", "b2"] + (0..<newLines).map { "c\($0)" } + ["same", "same"]
            switch later {
            case .nothing: break
            case .rename:
                files.move("access.log.1", to: "access.log.2")
                files.move("access.log", to: "access.log.1")
                files.append("d\n", at: 20)
                expected.append("d")
            case .copyAndClear, .copyAndClearAlike:
                files.move("access.log.1", to: "access.log.2")
                files.copy("access.log", to: "access.log.1", at: 20)
                files.clear(at: 21)
                if later == .copyAndClearAlike {
                    files.append("same\n", at: 22)
                    expected.append("same")
                }
                files.append("d\n", at: 22)
                expected.append("d")
            }
            if isRestarted { log = try DrivenLog(path: path, saved: saved) }
            log.poll()
            log.poll(now: 1_000_000_000)
            #expect(log.words == expected.sorted(), "\(isRestarted ? "after a restart" : "without a restart")")
            #expect(log.follower.gaps == 0)
        }
    }

    @Test(
        "a renamed log goes on at its place although the new log, which was copied and cleared since, began as it did",
        arguments: [false, true])
    func sameBeginningAfterRename(isRestarted: Bool) throws {
        var log = try follow()
        files.append("same\n", at: 1)
        log.poll()
        let saved = log.saved(path: path)
        files.append("b\n", at: 10)
        files.move("access.log", to: "access.log.2")
        files.append("same\nc1\nc2\n", at: 12)
        files.copy("access.log", to: "access.log.1", at: 20)
        files.clear(at: 21)
        files.append("d\n", at: 22)
        if isRestarted { log = try follow(saved) }
        log.poll()
        log.poll()
        #expect(log.words == ["b", "c1", "c2", "d", "same", "same"])
        #expect(log.follower.gaps == 0)
    }

    @Test("a copy that is there before the log is cleared is not read until it is, however long that takes")
    func copiedLongBefore() throws {
        let log = try follow()
        files.append("same\n", at: 1)
        log.poll()
        files.append("b\n", at: 10)
        files.copy("access.log", to: "access.log.1", at: 12)
        log.poll()
        log.poll()
        #expect(log.words == ["b", "same"])
        #expect(log.follower.rotations == 0)
        files.clear(at: 13)
        files.append("same\nb\nc\n", at: 14)
        log.poll()
        log.poll()
        // What was copied was read, and what came is nothing that could be told from it but by its end.
        #expect(log.words == ["b", "c", "same"])
        files.append("d\n", at: 15)
        log.poll()
        #expect(log.words == ["b", "c", "d", "same"])
    }

    @Test("a file that was there before, and one that is done with, is never taken for a new one")
    func oldFiles() throws {
        files.append("old\n", to: "access.log.3", at: 1)
        files.append("a\n", at: 5)
        let log = try follow()
        log.poll()
        files.touch("access.log.3", at: 100)
        files.move("access.log", to: "access.log.1")
        files.append("b\n", at: 101)
        log.poll()
        #expect(log.words == ["a", "b"])
        files.touch("access.log.1", at: 200)
        log.poll(now: 40_000_000_000)
        files.copy("access.log", to: "access.log.9", at: 300)
        files.clear(at: 301)
        log.poll()
        #expect(log.words == ["a", "b"])
    }

    @Test("a copy of the log that was put back, and a log that came back, go on at their place")
    func putBack() throws {
        let log = try follow()
        files.append("a\nb\n")
        log.poll()
        files.copy("access.log", to: "access.log.new")
        files.move("access.log.new", to: "access.log")
        files.append("c\n")
        log.poll()
        #expect(log.words == ["a", "b", "c"])
        #expect(log.follower.rotations == 0)
        files.move("access.log", to: "elsewhere")
        log.poll()
        #expect(log.follower.problem != nil)
        files.move("elsewhere", to: "access.log")
        files.append("d\n")
        log.poll()
        #expect(log.words == ["a", "b", "c", "d"])
        #expect(log.follower.problem == nil)
    }

    @Test("a log that was rotated and compressed while the program was stopped is told as a gap")
    func compressed() throws {
        files.append("a\n", at: 1000)
        let log = try follow()
        log.poll()
        let saved = log.saved(path: path)
        files.move("access.log", to: "access.log.1")
        files.append("lost\n", to: "access.log.1", at: 5000)
        files.move("access.log.1", to: "access.log.1.gz")
        files.append("b\n", at: 6000)
        let next = try follow(saved)
        next.poll()
        #expect(next.words == ["a", "b"])
        #expect(next.follower.gaps == 1)
    }

    @Test("a compressed file that had been read to its end is no gap")
    func compressedAfterReading() throws {
        files.append("a\n", at: 1000)
        let log = try follow()
        log.poll()
        let saved = log.saved(path: path)
        files.move("access.log", to: "access.log.1.gz")
        files.append("b\n", at: 6000)
        let next = try follow(saved)
        next.poll()
        #expect(next.words == ["a", "b"])
        #expect(next.follower.gaps == 0)
    }

    @Test("a place is found again in a log that was still short when it was written down")
    func shortLog() throws {
        let log = try follow()
        files.append("ab")
        log.poll()
        let saved = log.saved(path: path)
        files.append("c\n" + String(repeating: "x\n", count: 2000))
        let next = try follow(saved)
        next.poll()
        #expect(next.counts.totals.counts == ["abc": 1, "x": 2000])
        #expect(next.follower.gaps == 0)
    }

    @Test("what is no file is told once, with what to do")
    func noFile() throws {
        let log = try DrivenLog(path: files.directory)
        log.poll()
        #expect(log.follower.problem == "\(files.directory) is a directory, not a log file; give the path of the file")
    }

    @Test("a reading in small pieces counts the same")
    func pieces() throws {
        var text = ""
        for index in 0..<60_000 { text += "\(index) \(String(repeating: "y", count: index % 40))\n" }
        files.append(text)
        let log = try follow()
        var polls = 0
        while !log.follower.poll(now: 0, budget: 1, into: log) { polls += 1 }
        #expect(polls > 3)
        #expect(log.counts.totals.counts.count == 60_000)
        #expect(log.counts.totals.counts.values.allSatisfy { $0 == 1 })
    }
}
