import Glibc
import JSON
public import Logging
import NIOConcurrencyHelpers
public import Time

/// Writes log lines to stderr as logfmt or JSON and folds repeats: a warning or error that is identical to one within the last minute is
/// counted, not written again, and the count is written with the next line after that minute. Other lines tell of single events, such as a
/// notification or a reload, and are always written.
public final class LogWriter: Sendable {
    /// The form of a line.
    public enum Format: String, Sendable, CaseIterable {
        /// `key=value` pairs.
        case logfmt
        /// One JSON object a line.
        case json
    }

    fileprivate struct Repeat {
        let since: Int64
        var hidden = 0
    }

    fileprivate struct Repeats {
        var lines: [[UInt8]: Repeat] = [:]
        var sweptAt: Int64 = 0
    }

    /// Nanoseconds within which an identical line is folded.
    fileprivate static let foldingWindow: Int64 = 60_000_000_000
    /// Nanoseconds between two looks for windows that are over.
    fileprivate static let sweepInterval: Int64 = 1_000_000_000
    /// Lines remembered; beyond that all are forgotten and their counts written.
    fileprivate static let memory = 512

    private let format: Format
    private let descriptor: Int32
    private let clock: @Sendable () -> Int64
    private let repeats = NIOLockedValueBox(Repeats())

    /// A writer to this file descriptor.
    public init(format: Format, descriptor: Int32 = 2, clock: @escaping @Sendable () -> Int64 = Clock.monotonic) {
        self.format = format
        self.descriptor = descriptor
        self.clock = clock
    }

    func write(level: Logger.Level, message: String, metadata: [(String, String)]) {
        let body = render(level: level, message: message, metadata: metadata)
        let isFolded = level >= .warning
        let now = clock()
        let lines = repeats.withLockedValue { repeats in
            var lines = repeats.sweep(at: now, keeping: isFolded ? body : nil)
            if !isFolded {
                lines.append((body, 0))
            } else if let hidden = repeats.take(body, at: now) {
                lines.append((body, hidden))
            }
            return lines
        }
        for (body, hidden) in lines { emit(body, repeats: hidden) }
    }

    /// Writes one line in one call, so that lines of several threads do not mix.
    private func emit(_ body: [UInt8], repeats: Int) {
        var line = prefix()
        line.append(contentsOf: body)
        if repeats > 0 { appendRepeats(repeats, to: &line) }
        if format == .json { line.append(UInt8(ascii: "}")) }
        line.append(UInt8(ascii: "\n"))
        line.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
                let written = Glibc.write(descriptor, start, rest.count)
                if written <= 0 { break }
                rest = rest.dropFirst(written)
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

extension LogWriter.Repeats {
    /// Forgets lines whose window is over, and all when there are too many. Returns those that were hidden, with how often.
    fileprivate mutating func sweep(at now: Int64, keeping current: [UInt8]?) -> [([UInt8], Int)] {
        let isFull = lines.count > LogWriter.memory
        guard isFull || now - sweptAt >= LogWriter.sweepInterval else { return [] }
        sweptAt = now
        let over = lines.filter { $0.key != current && (isFull || now - $0.value.since >= LogWriter.foldingWindow) }
        for line in over.keys { lines[line] = nil }
        return over.filter { $0.value.hidden > 0 }.sorted { $0.value.since < $1.value.since }.map { ($0.key, $0.value.hidden) }
    }

    /// Takes in a line. Nil when it is folded, else how often it was since it was last written.
    fileprivate mutating func take(_ line: [UInt8], at now: Int64) -> Int? {
        if let seen = lines[line], now - seen.since < LogWriter.foldingWindow {
            lines[line]?.hidden += 1
            return nil
        }
        let hidden = lines[line]?.hidden ?? 0
        lines[line] = LogWriter.Repeat(since: now)
        return hidden
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
