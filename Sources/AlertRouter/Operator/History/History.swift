public import AlertStorage
import Dispatch
public import Journal
import NIOConcurrencyHelpers
import Time

/// Keeps what happened for the people on call, without ever making anything else wait.
///
/// Events are written in portions, three seconds after the first, in a database of their own: what is lost with the host is the last three seconds.
/// Sooner would cost more: the journal's syncs of new alerts would have to carry the history's pages along.
public final class History: Sendable {
    private struct State {
        var waiting: [HistoryEvent] = []
        var sequence: UInt64 = 0
        var isWriting = false
        var isClosed = false
        var dropped: UInt64 = 0
    }

    /// Events that wait in memory at most; more are dropped and counted.
    private static let limit = 100_000
    /// Events in one transaction, so that queries in between are answered soon.
    private static let portion = 8192
    private static let delay = TimeSpan.seconds(3)

    private let journal: HistoryJournal
    private let state = NIOLockedValueBox(State())
    private let queries = DispatchQueue(label: "flatalert.history")

    /// Opens the history in the storage directory, beside the journal. A damaged one is set aside and a new one begun.
    ///
    /// - Parameter maxBytes: The limit of its files; the oldest events go when it is reached.
    public static func open(at storagePath: String, maxBytes: Int) throws(JournalError) -> History {
        var options = JournalOptions()
        options.name = "history"
        options.synchronous = .normal
        options.reserveBytes = 0
        // The rest is left to the write-ahead log.
        options.maxBytes = maxBytes / 16 * 13
        options.checkpointPages = 512
        do throws(JournalError) {
            return History(try HistoryJournal.open(at: storagePath, options: options))
        } catch .corrupt(_, .some, _) {
            return History(try HistoryJournal.open(at: storagePath, options: options))
        }
    }

    private init(_ journal: HistoryJournal) { self.journal = journal }

    /// Takes an event. Never waits and never fails.
    public func record(_ event: HistoryEvent) {
        let isFirst = state.withLockedValue { state in
            guard !state.isClosed, state.waiting.count < Self.limit else {
                state.dropped += 1
                return false
            }
            state.waiting.append(event)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        guard isFirst else { return }
        Task { await write() }
    }

    /// Events that found no room.
    public var dropped: UInt64 { state.withLockedValue { $0.dropped } }

    /// A page of the history, newest first, with everything that was recorded before.
    public func page(_ filter: HistoryFilter) async throws -> HistoryPage {
        // While the disk refuses, what waits stays here, where its number is limited.
        if journal.state == .durable { await flush() }
        return try await withCheckedThrowingContinuation { continuation in
            queries.async { [journal] in
                continuation.resume(with: Result { try journal.load { try HistoryPage.load(filter, from: $0) } })
            }
        }
    }

    /// Everything recorded so far is written when this returns, if it can be written at all.
    public func flush() async {
        while let sequence = take(all: true) { try? await journal.durable(through: sequence, within: .seconds(5)) }
    }

    /// Writes what waits and closes the file.
    public func close() {
        state.withLockedValue { $0.isClosed = true }
        while take(all: true) != nil {}
        journal.close()
    }

    /// Collects for a moment, then writes portion after portion until nothing waits.
    private func write() async {
        repeat {
            try? await Task.sleep(for: .nanoseconds(Self.delay.nanoseconds))
            while let sequence = take(all: false) {
                // While the disk refuses, what comes after waits here, where its number is limited.
                while (try? await journal.durable(through: sequence, within: .seconds(5))) == nil {
                    if state.withLockedValue({ $0.isClosed }) { return }
                    try? await Task.sleep(for: .seconds(1))
                }
            }
        } while !rest()
    }

    /// Hands a portion to the journal; nil when nothing waits.
    private func take(all: Bool) -> UInt64? {
        state.withLockedValue { state in
            guard !state.waiting.isEmpty else { return nil }
            let count = all ? state.waiting.count : min(state.waiting.count, Self.portion)
            let portion = count == state.waiting.count ? state.waiting : Array(state.waiting.prefix(count))
            if count == state.waiting.count { state.waiting = [] } else { state.waiting.removeFirst(count) }
            state.sequence += 1
            // Under the lock: sequences must reach the journal in order.
            journal.enqueue(portion, sequence: state.sequence)
            return state.sequence
        }
    }

    private func rest() -> Bool {
        state.withLockedValue { state in
            if state.waiting.isEmpty { state.isWriting = false }
            return state.waiting.isEmpty
        }
    }
}
