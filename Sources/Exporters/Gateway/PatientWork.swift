import NIOConcurrencyHelpers
import Threads
import Time

/// Does work that may hang, such as a look at a network drive, on a thread of its own, and waits for it for a limited time.
///
/// While one piece of work hangs no other is begun: a dead drive costs one thread, not one a scrape.
final class PatientWork<Value: Sendable>: Sendable {
    private struct State {
        var isBusy = false
        var continuation: CheckedContinuation<Value?, Never>?
        var timer: Task<Void, Never>?
        var number: UInt64 = 0
    }

    private let name: String
    private let state = NIOLockedValueBox(State())

    /// Work on threads of this name (15 bytes are shown).
    init(_ name: String) { self.name = name }

    /// The result; nil when the work, or that of an earlier call, has not ended within the limit. One call at a time.
    func run(limit: TimeSpan, _ work: @escaping @Sendable () -> Value) async -> Value? {
        let number = state.withLockedValue { state -> UInt64? in
            guard !state.isBusy else { return nil }
            state.isBusy = true
            state.number += 1
            return state.number
        }
        guard let number else { return nil }
        return await withCheckedContinuation { continuation in
            state.withLockedValue { state in
                state.continuation = continuation
                state.timer = Task { [self] in
                    try? await Task.sleep(for: .nanoseconds(limit.nanoseconds))
                    if !Task.isCancelled { answer(nil, to: number) }
                }
            }
            let isStarted = WorkerThread.detach(name: name) { [self] in
                let value = work()
                state.withLockedValue { $0.isBusy = false }
                answer(value, to: number)
            }
            guard !isStarted else { return }
            state.withLockedValue { $0.isBusy = false }
            answer(nil, to: number)
        }
    }

    private func answer(_ value: Value?, to number: UInt64) {
        let (continuation, timer) = state.withLockedValue { state in
            guard state.number == number else { return (nil as CheckedContinuation<Value?, Never>?, nil as Task<Void, Never>?) }
            defer { (state.continuation, state.timer) = (nil, nil) }
            return (state.continuation, state.timer)
        }
        timer?.cancel()
        continuation?.resume(returning: value)
    }
}
