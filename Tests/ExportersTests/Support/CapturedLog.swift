import Logging
import NIOConcurrencyHelpers

/// What was logged, a line an event.
struct CapturedLog: LogHandler {
    final class Lines: Sendable {
        private let lines = NIOLockedValueBox<[String]>([])
        var all: [String] { lines.withLockedValue { $0 } }
        func append(_ line: String) { lines.withLockedValue { $0.append(line) } }
    }

    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.append("\(event.level) \(event.message)") }

    static func logger() -> (log: Logger, lines: Lines) {
        let lines = Lines()
        return (Logger(label: "tests") { _ in CapturedLog(lines: lines) }, lines)
    }
}
