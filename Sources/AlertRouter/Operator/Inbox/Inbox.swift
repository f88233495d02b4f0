import Logging
import NIOConcurrencyHelpers
import Time

/// The built-in receiver: keeps the last messages in memory and writes a line for each, so that a first run without Slack shows something.
final class Inbox: Sendable {
    /// A message with when it came.
    struct Entry: Sendable, Hashable {
        /// Counts from 1 since the start of the process.
        let number: Int64
        let time: Timestamp
        let message: InboxMessage
    }

    private struct State {
        var entries: [Entry] = []
        var last: Int64 = 0
        var bytes = 0
    }

    /// Messages kept; the oldest go.
    static let limit = 200
    /// Bytes of bodies kept; the oldest go, but for the newest one.
    static let byteLimit = 8 << 20
    /// Bytes of one body.
    static let bodyLimit = 2 << 20

    private let state = NIOLockedValueBox(State())
    private let log: Logger

    init(log: Logger) { self.log = log }

    /// Takes a message in. Gives its number.
    @discardableResult
    func take(_ message: InboxMessage, at time: Timestamp) -> Int64 {
        let number = state.withLockedValue { state in
            state.last += 1
            state.entries.append(Entry(number: state.last, time: time, message: message))
            state.bytes += message.size
            while state.entries.count > Self.limit || state.bytes > Self.byteLimit && state.entries.count > 1 {
                state.bytes -= state.entries.removeFirst().message.size
            }
            return state.last
        }
        log.info("\(Self.line(message, at: time))")
        return number
    }

    /// The messages kept, newest first.
    var entries: [Entry] { state.withLockedValue { $0.entries.reversed() } }

    /// What a terminal shows: the title, the way that the message took, and how long after what it tells it came.
    static func line(_ message: InboxMessage, at time: Timestamp) -> String {
        var line = "INBOX \(message.title)   route \(message.route) → \(message.receiver)"
        if let newest = message.newest, newest != .goZero, newest <= time { line += "   \(age(newest, at: time))" }
        return line
    }

    /// `41 ms` for what has just happened, `1.2 s` and `3m10s` for what began earlier.
    private static func age(_ since: Timestamp, at time: Timestamp) -> String {
        let milliseconds = (time - since).milliseconds
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        if milliseconds < 60_000 { return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s" }
        return GoDuration.format(.seconds(milliseconds / 1000))
    }
}
