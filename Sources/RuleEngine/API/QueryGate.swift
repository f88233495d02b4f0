import Dispatch
import NIOConcurrencyHelpers
import PromQL

/// Lets so many queries run at one time, each on a thread of its own, and ends those that take too long or that nobody waits for any longer.
final class QueryGate: Sendable {
    private struct State {
        var running = 0
        var waiting: [(id: UInt64, start: @Sendable (_ refusal: QueryError?) -> Void)] = []
        var nextID: UInt64 = 0
    }

    private let limit: Int
    private let state = NIOLockedValueBox(State())
    private let threads = DispatchQueue(label: "flatalert.queries", attributes: .concurrent)

    init(limit: Int) { self.limit = limit }

    /// Queries that run or wait.
    var load: (running: Int, waiting: Int) { state.withLockedValue { ($0.running, $0.waiting.count) } }

    /// Runs a query. The time counts from now, waiting included (milliseconds).
    func run<Answer: Sendable>(
        timeout: Int64, _ body: @escaping @Sendable (QueryControl) throws(QueryError) -> Answer
    ) async throws(QueryError) -> Answer {
        let control = QueryControl()
        let id = state.withLockedValue { state in
            state.nextID += 1
            return state.nextID
        }
        let deadline = DispatchWorkItem { [weak self] in
            control.expire()
            self?.withdraw(id, because: .timeout)
        }
        threads.asyncAfter(deadline: .now() + .milliseconds(Int(clamping: timeout)), execute: deadline)
        defer { deadline.cancel() }
        let result: Result<Answer, QueryError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                admit(id) { refusal in
                    if let refusal { return continuation.resume(returning: .failure(refusal)) }
                    self.threads.async {
                        let result = Result { () throws(QueryError) -> Answer in try body(control) }
                        self.leave()
                        continuation.resume(returning: result)
                    }
                }
            }
        } onCancel: {
            control.cancel()
            withdraw(id, because: .canceled)
        }
        return try result.get()
    }

    /// Calls `start` at once, or when there is room. It is called exactly once.
    private func admit(_ id: UInt64, start: @escaping @Sendable (_ refusal: QueryError?) -> Void) {
        let runs = state.withLockedValue { state in
            guard state.running >= limit else {
                state.running += 1
                return true
            }
            state.waiting.append((id, start))
            return false
        }
        if runs { start(nil) }
    }

    private func leave() {
        let next = state.withLockedValue { state -> (@Sendable (QueryError?) -> Void)? in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst().start
        }
        next?(nil)
    }

    /// Takes a query that still waits out of the queue.
    private func withdraw(_ id: UInt64, because refusal: QueryError) {
        let waiting = state.withLockedValue { state -> (@Sendable (QueryError?) -> Void)? in
            guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiting.remove(at: index).start
        }
        waiting?(refusal)
    }
}
