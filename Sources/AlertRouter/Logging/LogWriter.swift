import Glibc
import JSON
public import Logging
import NIOConcurrencyHelpers
import Time

/// Writes log lines to stderr as logfmt or JSON and folds repeats: an identical line within a minute is counted, not written again.
public final class LogWriter: Sendable {
    /// The form of a line.
    public enum Format: String, Sendable, CaseIterable {
        /// `key=value` pairs.
        case logfmt
        /// One JSON object a line.
        case json
    }

    private struct Repeats {
        var counts: [[UInt8]: (count: Int, since: Int64)] = [:]
    }

    /// Nanoseconds within which an identical line is folded.
    private static let foldingWindow: Int64 = 60_000_000_000

    private let format: Format
    private let descriptor: Int32
    private let repeats = NIOLockedValueBox(Repeats())

    /// A writer to this file descriptor.
    public init(format: Format, descriptor: Int32 = 2) {
        self.format = format
        self.descriptor = descriptor
    }

    func write(level: Logger.Level, message: String, metadata: [(String, String)]) {
        let body = render(level: level, message: message, metadata: metadata)
        let now = Clock.monotonic()
        let folded: Int? = repeats.withLockedValue { repeats in
            if let seen = repeats.counts[body], now - seen.since < Self.foldingWindow {
                repeats.counts[body] = (seen.count + 1, seen.since)
                return nil
            }
            let earlier = (repeats.counts[body]?.count ?? 1) - 1
            if repeats.counts.count > 512 { repeats.counts.removeAll(keepingCapacity: true) }
            repeats.counts[body] = (1, now)
            return earlier
        }
        guard let folded else { return }
        var line = prefix()
        line.append(contentsOf: body)
        if folded > 0 { appendRepeats(folded, to: &line) }
        if format == .json { line.append(UInt8(ascii: "}")) }
        line.append(UInt8(ascii: "\n"))
        line.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let written = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
                if written <= 0 { break }
                offset += written
            }
        }
    }

    private func prefix() -> [UInt8] {
        let time = RFC3339.string(Clock.wall(), fraction: .milliseconds)
        return Array((format == .json ? "{\"time\":\"\(time)\"," : "time=\(time) ").utf8)
    }

    private func appendRepeats(_ count: Int, to line: inout [UInt8]) {
        line.append(contentsOf: (format == .json ? ",\"repeated\":\(count)" : " repeated=\(count)").utf8)
    }

    private func render(level: Logger.Level, message: String, metadata: [(String, String)]) -> [UInt8] {
        let name = Self.name(of: level)
        switch format {
        case .logfmt:
            var line = Array("level=\(name) msg=".utf8)
            Self.appendLogfmt(message, to: &line)
            for (key, value) in metadata {
                line.append(contentsOf: " \(key)=".utf8)
                Self.appendLogfmt(value, to: &line)
            }
            return line
        case .json:
            var writer = JSONWriter()
            writer.beginObject()
            for (key, value) in [("level", name), ("msg", message)] + metadata {
                writer.key(key)
                writer.string(value)
            }
            writer.endObject()
            return Array(writer.bytes.dropFirst().dropLast())
        }
    }

    private static func name(of level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "DEBUG"
        case .info, .notice: "INFO"
        case .warning: "WARN"
        case .error, .critical: "ERROR"
        }
    }

    /// Appends a value, quoted where a reader of logfmt needs it.
    private static func appendLogfmt(_ value: String, to line: inout [UInt8]) {
        let plain =
            !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") }
        if plain {
            line.append(contentsOf: value.utf8)
            return
        }
        line.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                line.append(UInt8(ascii: "\\"))
                line.append(byte)
            case UInt8(ascii: "\n"): line.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\t"): line.append(contentsOf: "\\t".utf8)
            case UInt8(ascii: "\r"): line.append(contentsOf: "\\r".utf8)
            case 0..<0x20, 0x7f: line.append(contentsOf: "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: line.append(byte)
            }
        }
        line.append(UInt8(ascii: "\""))
    }
}

/// Hands swift-log's records to a `LogWriter`.
public struct LogWriterHandler: LogHandler {
    /// Fixed pairs of this logger.
    public var metadata: Logger.Metadata = [:]
    /// The least level that is written.
    public var logLevel: Logger.Level
    private let writer: LogWriter

    /// A handler for one logger.
    public init(writer: LogWriter, level: Logger.Level) {
        self.writer = writer
        self.logLevel = level
    }

    /// Reads or sets one fixed pair.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one record.
    public func log(event: LogEvent) {
        var pairs = metadata
        if let own = event.metadata { pairs.merge(own) { $1 } }
        writer.write(
            level: event.level, message: event.message.description,
            metadata: pairs.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) })
    }
}
