import Foundation
import Logging
import Testing

@testable import AlertRouter

@Suite("The log writer")
struct LogWriterTests {
    private func lines(_ format: LogWriter.Format, _ body: (Logger) -> Void) -> [String] {
        let pipe = Pipe()
        let writer = LogWriter(format: format, descriptor: pipe.fileHandleForWriting.fileDescriptor)
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

    @Test("folds a line that repeats")
    func folding() {
        let lines = lines(.logfmt) { log in
            for _ in 0..<5 { log.info("again") }
            log.info("other")
        }
        #expect(lines.count == 2)
    }
}
