import NIOConcurrencyHelpers
import Threads
import Time

/// Looks at files and processes on a thread of its own, and is waited for no longer than is given. Who asks while a look is under way gets the
/// same answer.
final class BoundedLook<Value: Sendable>: Sendable {
    private struct State {
        var isRunning = false
        /// Somebody has given up on the look that runs.
        var isHanging = false
        var waiters: [UInt64: CheckedContinuation<Value?, Never>] = [:]
        var last: UInt64 = 0
    }

    private let name: String
    private let state = NIOLockedValueBox(State())

    init(name: String) { self.name = name }

    /// What the look gave; nil when it has not ended in time, when an earlier one hangs still, or when there is no thread.
    func run(limit: TimeSpan, _ look: @escaping @Sendable () -> Value) async -> Value? {
        let number = state.withLockedValue { state in
            state.last += 1
            return state.last
        }
        let timer = Task {
            try? await Task.sleep(for: .nanoseconds(limit.nanoseconds))
            if !Task.isCancelled { giveUp(number) }
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            let isHanging = state.withLockedValue { state in
                if !state.isHanging { state.waiters[number] = continuation }
                return state.isHanging
            }
            if isHanging { continuation.resume(returning: nil) } else { begin(look) }
        }
    }

    private func begin(_ look: @escaping @Sendable () -> Value) {
        let isFirst = state.withLockedValue { state in
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard isFirst else { return }
        if !WorkerThread.detach(name: name, { [self] in end(look()) }) { end(nil) }
    }

    private func end(_ value: Value?) {
        let waiters = state.withLockedValue { state in
            defer { state = State(last: state.last) }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume(returning: value) }
    }

    private func giveUp(_ number: UInt64) {
        let waiter = state.withLockedValue { state in
            let waiter = state.waiters.removeValue(forKey: number)
            if waiter != nil { state.isHanging = true }
            return waiter
        }
        waiter?.resume(returning: nil)
    }
}
