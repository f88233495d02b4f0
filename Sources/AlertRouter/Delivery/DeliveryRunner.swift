import AlertCore
import NIOConcurrencyHelpers

/// Carries out the machine's deliveries: one task an attempt, cancelled by id, its outcome handed back.
final class DeliveryRunner: Sendable {
    /// Makes one attempt and says how it ended. Must return soon after cancellation.
    typealias Attempt = @Sendable (Delivery) async -> DeliveryOutcome

    private struct State {
        var tasks: [DeliveryID: Task<Void, Never>] = [:]
        /// Attempts begun whose outcome is not handed back yet.
        var unreported = 0
        var isClosed = false
        var idle: [CheckedContinuation<Void, Never>] = []
    }

    private let state = NIOLockedValueBox(State())

    /// Starts an attempt, unless the runner is closed. `report` is called exactly once, from another task.
    ///
    /// - Returns: Whether it was started.
    @discardableResult
    func start(_ delivery: Delivery, attempt: @escaping Attempt, report: @escaping @Sendable (DeliveryID, DeliveryOutcome) -> Void) -> Bool
    {
        state.withLockedValue { state in
            guard !state.isClosed else { return false }
            state.unreported += 1
            state.tasks[delivery.id] = Task {
                let outcome = await attempt(delivery)
                // Out of the table first: a retry of the same id may start as soon as the outcome is reported.
                self.forget(delivery.id)
                report(delivery.id, outcome)
                self.noteReported()
            }
            return true
        }
    }

    /// Aborts an attempt; it still reports.
    func cancel(_ id: DeliveryID) {
        state.withLockedValue { $0.tasks[id] }?.cancel()
    }

    /// Aborts every attempt.
    func cancelAll() {
        for task in state.withLockedValue({ Array($0.tasks.values) }) { task.cancel() }
    }

    /// Starts nothing any more; what is under way goes on.
    func close() { state.withLockedValue { $0.isClosed = true } }

    /// How many attempts are under way.
    var count: Int { state.withLockedValue { $0.tasks.count } }

    /// Returns when no attempt is under way and every outcome was handed back: what a receiver took is in the log then.
    func drained() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLockedValue { state in
                if state.unreported == 0 { return true }
                state.idle.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    private func forget(_ id: DeliveryID) {
        state.withLockedValue { $0.tasks[id] = nil }
    }

    private func noteReported() {
        let waiting = state.withLockedValue { state in
            state.unreported -= 1
            guard state.unreported == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.idle = [] }
            return state.idle
        }
        for continuation in waiting { continuation.resume() }
    }
}
