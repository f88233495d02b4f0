import NIOConcurrencyHelpers
import PromQL
import Rules
import Time

/// A remote source during one pass of a group: once an outage has used up the pass's time, the rules that are left fail at once rather than
/// wait for their own timeouts, so that the next pass comes in time.
final class RemotePass: QuerySource, Sendable {
    /// The shortest timeout, milliseconds, however soon the next pass is due.
    private static let shortestTimeout: Int64 = 10_000

    private let source: RemoteSource
    private let deadline: Int64
    /// Milliseconds. An answer that takes longer than the pass has comes too late; while it is waited for, the source may long be well again.
    private let timeout: Int64
    private let outage = NIOLockedValueBox<QuerySourceError?>(nil)

    /// - Parameter deadline: The end of the pass, nanoseconds of the monotonic clock.
    init(_ source: RemoteSource, deadline: Int64) {
        self.source = source
        self.deadline = deadline
        timeout = max(Self.shortestTimeout, (deadline - Clock.monotonic()) / 1_000_000)
    }

    var name: String { source.name }

    func instant(_ query: RuleQuery, at time: Int64) throws(QuerySourceError) -> QueryResult {
        try ask(.instant(query.text, at: time))
    }

    func range(_ query: RuleQuery, from start: Int64, through end: Int64, step: Int64) throws(QuerySourceError) -> QueryResult {
        try ask(.range(query.text, from: start, through: end, step: step))
    }

    private func ask(_ call: RemoteCall) throws(QuerySourceError) -> QueryResult {
        if let outage = outage.withLockedValue({ $0 }), Clock.monotonic() >= deadline { throw outage }
        do throws(QuerySourceError) {
            let result = try source.ask(call, until: deadline, timeout: timeout)
            outage.withLockedValue { $0 = nil }
            return result
        } catch {
            outage.withLockedValue { $0 = error.isOutage ? error : nil }
            throw error
        }
    }
}
