import AlertCore
import NIOConcurrencyHelpers

/// Carries out the machine's deliveries: one task an attempt, cancelled by id, its outcome handed back.
final class DeliveryRunner: Sendable {
    /// Makes one attempt and says how it ended. Must return soon after cancellation.
    typealias Attempt = @Sendable (Delivery) async -> DeliveryOutcome

    private struct State {
        var tasks: [DeliveryID: Task<Void, Never>] = [:]
        var idle: [CheckedContinuation<Void, Never>] = []
    }

    private let state = NIOLockedValueBox(State())

    /// Starts an attempt. `report` is called exactly once, from another task.
    func start(_ delivery: Delivery, attempt: @escaping Attempt, report: @escaping @Sendable (DeliveryID, DeliveryOutcome) -> Void) {
        state.withLockedValue { state in
            state.tasks[delivery.id] = Task {
                let outcome = await attempt(delivery)
                // Out of the table first: a retry of the same id may start as soon as the outcome is reported.
                self.remove(delivery.id)
                report(delivery.id, outcome)
            }
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

    /// How many attempts are under way.
    var count: Int { state.withLockedValue { $0.tasks.count } }

    /// Returns when no attempt is under way.
    func drained() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLockedValue { state in
                if state.tasks.isEmpty { return true }
                state.idle.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    private func remove(_ id: DeliveryID) {
        let waiting = state.withLockedValue { state in
            state.tasks[id] = nil
            guard state.tasks.isEmpty else { return [CheckedContinuation<Void, Never>]() }
            defer { state.idle = [] }
            return state.idle
        }
        for continuation in waiting { continuation.resume() }
    }
}
