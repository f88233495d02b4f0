import Foundation
import Logging
import NIOConcurrencyHelpers
import Testing
import Time

@testable import AlertRouter

@Suite("The log writer")
struct LogWriterTests {
    private func lines(
        _ format: LogWriter.Format, clock: @escaping @Sendable () -> Int64 = Clock.monotonic, _ body: (Logger) -> Void
    ) -> [String] {
        let pipe = Pipe()
        let writer = LogWriter(format: format, descriptor: pipe.fileHandleForWriting.fileDescriptor, clock: clock)
        body(Logger(label: "test") { _ in LogWriterHandler(writer: writer, level: .info) })
        try? pipe.fileHandleForWriting.close()
        return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("quotes what a reader of logfmt would misread, and keeps every record on one line")
    func logfmt() {
        let lines = lines(.logfmt) { log in
            log.warning("two words", metadata: ["a": "plain", "b": "x=\"1\"\nnext"])
            log.debug("not written")
        }
        #expect(lines.count == 1)
        #expect(lines[0].hasSuffix(#"level=WARN msg="two words" a=plain b="x=\"1\"\nnext""#))
    }

    @Test("writes JSON objects that a parser takes")
    func json() throws {
        let lines = lines(.json) { log in log.error("oh \"no\"", metadata: ["k": "v"]) }
        let object = try #require(try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: String])
        #expect(object["level"] == "ERROR")
        #expect(object["msg"] == "oh \"no\"")
        #expect(object["k"] == "v")
    }

    @Test("folds a warning that repeats, and tells how often once its minute is over")
    func folding() {
        let now = NIOLockedValueBox<Int64>(1_000_000_000_000)
        let minute: Int64 = 60_000_000_000
        let lines = lines(.logfmt, clock: { now.withLockedValue { $0 } }) { log in
            for _ in 0..<5 { log.warning("again") }
            now.withLockedValue { $0 += minute }
            log.info("something else")
            log.warning("again")
            log.warning("again")
            now.withLockedValue { $0 += minute }
            log.warning("again")
        }
        #expect(
            lines.map { $0.split(separator: " ", maxSplits: 1).last.map(String.init) } == [
                "level=WARN msg=again", "level=WARN msg=again repeated=4", "level=INFO msg=\"something else\"", "level=WARN msg=again",
                "level=WARN msg=again repeated=1",
            ])
    }

    @Test("writes every line that tells of an event, also the same twice")
    func events() {
        let lines = lines(.json) { log in
            log.info("Notified", metadata: ["group": "{}:{}"])
            log.info("Notified", metadata: ["group": "{}:{}"])
        }
        #expect(lines.count == 2)
    }

    @Test("remembers a bounded number of lines, and loses no count")
    func bounded() {
        let lines = lines(.logfmt) { log in
            log.error("first")
            log.error("first")
            for number in 0..<600 { log.error("error", metadata: ["n": "\(number)"]) }
        }
        #expect(lines.count == 602)
        #expect(lines.filter { $0.hasSuffix("msg=first repeated=1") }.count == 1)
    }
}
