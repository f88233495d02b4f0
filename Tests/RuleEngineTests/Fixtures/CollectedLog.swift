import Logging
import NIOConcurrencyHelpers

/// The lines that a logger was told: level, message and the metadata `err`.
final class CollectedLog: Sendable {
    private let lines = NIOLockedValueBox<[String]>([])

    var all: [String] { lines.withLockedValue { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self.lines) } }

    private struct Handler: LogHandler {
        let lines: NIOLockedValueBox<[String]>
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let error = event.metadata?["err"].map { ": \($0)" } ?? ""
            lines.withLockedValue { $0.append("\(event.level) \(event.message)\(error)") }
        }
    }
}
