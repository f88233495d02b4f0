import Dispatch
import NIOConcurrencyHelpers
import Threads
import Time

/// Lets a thread of its own wait for asynchronous work. The work runs on the cooperative pool, where nothing waits.
///
/// Never call it from a task: it would take a thread from the pool that the work needs.
final class BlockingCalls: Sendable {
    private struct State {
        var tasks: [UInt64: Task<Void, Never>] = [:]
        var pauses: [UInt64: Signal] = [:]
        var nextID: UInt64 = 0
        var isClosed = false

        mutating func id() -> UInt64 {
            nextID += 1
            return nextID
        }
    }

    private let state = NIOLockedValueBox(State())

    /// Waits for the work's result. After `close` the work is cancelled, or not begun: then nil.
    func wait<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Value? {
        let result = NIOLockedValueBox<Value?>(nil)
        let done = DispatchSemaphore(value: 0)
        let id = state.withLockedValue { state -> UInt64? in
            guard !state.isClosed else { return nil }
            let id = state.id()
            state.tasks[id] = Task {
                let value = await work()
                result.withLockedValue { $0 = value }
                done.signal()
            }
            return id
        }
        guard let id else { return nil }
        done.wait()
        state.withLockedValue { _ = $0.tasks.removeValue(forKey: id) }
        return result.withLockedValue { $0 }
    }

    /// Waits for this time; false when `close` came before its end.
    func pause(nanoseconds: Int64) -> Bool {
        let signal = Signal()
        let id = state.withLockedValue { state -> UInt64? in
            guard !state.isClosed else { return nil }
            let id = state.id()
            state.pauses[id] = signal
            return id
        }
        guard let id else { return false }
        let isClosed = signal.wait(until: Clock.monotonic() + nanoseconds)
        state.withLockedValue { _ = $0.pauses.removeValue(forKey: id) }
        return !isClosed
    }

    /// Cancels what is under way and refuses what comes later.
    func close() {
        let (tasks, pauses) = state.withLockedValue { state in
            state.isClosed = true
            return (Array(state.tasks.values), Array(state.pauses.values))
        }
        for task in tasks { task.cancel() }
        for signal in pauses { signal.send() }
    }
}
