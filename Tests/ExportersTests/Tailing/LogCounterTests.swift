import Glibc
import Logging
import NIOConcurrencyHelpers
import Testing
import Time

@testable import struct AlertCore.SeededGenerator
@testable import Exporters

/// Keeps what is logged.
private struct LogLines: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace
    let lines: NIOLockedValueBox<[String]>

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.withLockedValue { $0.append("\(event.level): \(event.message)") }
    }
}

@Suite("A log's counter")
struct LogCounterTests {
    private let files = LogFiles()
    private let logged = NIOLockedValueBox<[String]>([])
    private var path: String { files.path("access.log") }

    private func counter(
        _ options: TailOptions = TailOptions(startsAtEnd: false), path: String? = nil, state: String = "state"
    ) -> LogCounter<LineTotals> {
        LogCounter(
            log: "access", path: path ?? self.path, totals: LineTotals(), options: options,
            store: PositionStore(directory: files.path(state)), log: Logger(label: "test") { _ in LogLines(lines: logged) })
    }

    private var busy: TailOptions { TailOptions(pollInterval: .milliseconds(1), startsAtEnd: false) }

    private func warnings() -> [String] { logged.withLockedValue { $0.filter { $0.hasPrefix("warning") } } }

    @Test("a scrape shows all lines that were written before it")
    func collects() async {
        files.append("a\nb\nskip\n?\n")
        let log = counter()
        await log.collect()
        #expect(log.published.counts == ["a": 1, "b": 1])
        files.append("a\n")
        await log.collect()
        #expect(log.published.counts == ["a": 2, "b": 1])
        #expect(log.report.lines == [.ok: 3, .ignored: 1, .unparsed: 1])
        #expect(log.report.isReadable)
        #expect(log.report.problem == nil)
        await log.stop()
    }

    @Test("a counter that is killed between two scrapes goes on where its last page ended")
    func killed() async {
        var random = SeededGenerator(seed: 11)
        var written = 0
        var state = "state"
        var log = counter(busy)
        await log.collect()
        var shown: [String: Int] = [:]
        for round in 0..<40 {
            for _ in 0..<Int.random(in: 0...50, using: &random) {
                files.append("L\(written)\n", at: round * 1000)
                written += 1
            }
            if round % 3 == 1 {
                await log.collect()
                #expect(log.published.counts.count == written)
                shown = log.published.counts
            }
            if round % 7 == 6 {
                files.move("access.log", to: "access.log.\(1000 + round)")
                files.append("", at: round * 1000 + 500)
            }
            if round % 5 == 4 {
                // What a kill leaves behind is the store's file alone.
                files.makeDirectory("killed-\(round)")
                files.copy("\(state)/access.json", to: "killed-\(round)/access.json")
                await log.stop()
                state = "killed-\(round)"
                log = counter(busy, state: state)
                #expect(log.published.counts == shown)
            }
        }
        await log.collect()
        #expect(log.published.counts.count == written)
        #expect(log.published.counts.values.allSatisfy { $0 == 1 })
        #expect(warnings().allSatisfy { $0.contains("there is no file") })
        await log.stop()
    }

    @Test("what was restored is shown before the file is looked at, and stop writes down what came last")
    func stopped() async {
        files.append("a\n")
        let log = counter()
        await log.collect()
        files.append("b\n")
        await log.stop()
        let next = counter()
        #expect(next.published.counts == ["a": 1, "b": 1])
        await next.collect()
        #expect(next.published.counts == ["a": 1, "b": 1])
        await next.stop()
    }

    @Test("lines that are received are published by the next collect and kept")
    func received() async {
        let log = LogCounter(
            log: "syslog", path: nil, totals: LineTotals(), store: PositionStore(directory: files.path("state")), log: quietLog)
        log.receive(Array("a".utf8))
        log.receive(Array("b\r".utf8))
        #expect(log.published.counts.isEmpty)
        await log.collect()
        #expect(log.published.counts == ["a": 1, "b": 1])
        #expect(log.report.isReadable)
        await log.stop()
        let next = LogCounter(
            log: "syslog", path: nil, totals: LineTotals(), store: PositionStore(directory: files.path("state")), log: quietLog)
        #expect(next.published.counts == ["a": 1, "b": 1])
    }

    @Test(
        "a file of the store that cannot be used is set aside, and counting begins at the log's end",
        arguments: ["{\"version\":1,\"tot", "", "\u{0}\u{0}\u{0}", "{\"version\":99}", "[]"])
    func corrupt(text: String) async {
        files.append("old\n")
        files.makeDirectory("state")
        files.append(text, to: "state/access.json")
        let log = counter()
        await log.collect()
        files.append("new\n")
        await log.collect()
        #expect(log.published.counts == ["new": 1])
        #expect(files.size("state/access.json.unusable") == text.utf8.count)
        #expect(warnings().count == 1)
        #expect(warnings().first?.contains("counted from the log's end on") == true)
        await log.stop()
    }

    @Test("a store that cannot be written is told once, and counting goes on")
    func unwritable() async {
        files.append("", to: "state")
        files.append("a\n")
        let log = counter()
        await log.collect()
        files.append("b\n")
        await log.collect()
        #expect(log.published.counts == ["a": 1, "b": 1])
        #expect(warnings().count == 1)
        #expect(warnings().first?.contains("after a restart the counters begin anew") == true)
        await log.stop()
    }

    @Test("a drive that hangs does not hold up a scrape: it shows what was known, and says that the log cannot be read")
    func hanging() async {
        files.append("a\n")
        let log = counter(TailOptions(startsAtEnd: false, collectLimit: .milliseconds(50)))
        await log.collect()
        while !log.report.isReadable { await log.collect() }
        // Opening a named pipe waits for its reader.
        mkfifo(files.path("state/access.json.tmp"), 0o600)
        files.append("b\n")
        await log.collect()
        #expect(log.published.counts == ["a": 1])
        #expect(!log.report.isReadable)
        #expect(log.report.problem?.contains("does not answer") == true)
        await log.collect()
        #expect(!log.report.isReadable)
        let reader = open(files.path("state/access.json.tmp"), O_RDONLY | O_NONBLOCK)
        while !log.report.isReadable { await log.collect() }
        #expect(log.published.counts == ["a": 1, "b": 1])
        close(reader)
        await log.stop()
    }

    @Test("that a log cannot be read is told when it begins and when it ends, not at every look")
    func changes() async {
        files.append("a\n")
        let log = counter()
        await log.collect()
        files.move("access.log", to: "elsewhere")
        for _ in 0..<3 { await log.collect() }
        #expect(!log.report.isReadable)
        #expect(log.sources.first?.problem == "there is no file at \(path)")
        #expect(log.sources.first?.advice == "its lines are counted as soon as there is one")
        files.move("elsewhere", to: "access.log")
        for _ in 0..<3 { await log.collect() }
        #expect(log.report.isReadable)
        let told = logged.withLockedValue { $0 }
        #expect(
            told == [
                "warning: The log cannot be read: there is no file at \(path); its lines are counted as soon as there is one",
                "notice: The log can be read again",
            ])
        #expect(log.published.counts == ["a": 1])
        await log.stop()
    }

    @Test("a counter whose path is another than the store's goes on counting at the new log's end")
    func movedPath() async {
        files.append("a\n")
        let log = counter()
        await log.collect()
        await log.stop()
        files.append("old\n", to: "other.log")
        let next = counter(path: files.path("other.log"))
        await next.collect()
        files.append("b\n", to: "other.log")
        await next.collect()
        #expect(next.published.counts == ["a": 1, "b": 1])
        await next.stop()
    }

    @Test("names of logs become names of files that cannot leave the directory")
    func fileNames() {
        let store = PositionStore(directory: "/s")
        #expect(store.file("access-2.tls") == "/s/access-2.tls.json")
        #expect(store.file("../a b") == "/s/%2e.%2fa%20b.json")
    }
}
