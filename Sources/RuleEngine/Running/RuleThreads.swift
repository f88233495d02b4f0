import Dispatch
import Glibc
import NIOConcurrencyHelpers
import Threads

/// Threads for the evaluations of one source, which block: on samples, on a remote answer, on the router. Each source has its own, so one that hangs holds up
/// nobody else. They begin when they are first needed and end with `stop`.
final class RuleThreads: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var threads = 0
        var resting = 0
        var isStopped = false
    }

    /// Expressions may nest deep. Only what is touched takes memory.
    private static let stackBytes = 8 << 20

    private let name: String
    private let limit: Int
    private let state = NIOLockedValueBox(State())
    private let signal = Signal()

    /// - Parameters:
    ///   - name: At most 15 bytes, seen in debuggers.
    ///   - limit: How many threads there are at most.
    init(name: String, limit: Int) {
        self.name = name
        self.limit = max(1, limit)
    }

    /// Runs the work when a thread is free. After `stop` it is forgotten.
    func run(_ work: @escaping @Sendable () -> Void) {
        let (isTaken, needsThread) = state.withLockedValue { state in
            guard !state.isStopped else { return (false, false) }
            state.waiting.append(work)
            guard state.waiting.count > state.resting, state.threads < limit else { return (true, false) }
            state.threads += 1
            return (true, true)
        }
        guard isTaken else { return }
        signal.send()
        guard needsThread, !WorkerThread.detach(name: name, stackBytes: Self.stackBytes, { self.work() }) else { return }
        let hasOthers = state.withLockedValue { state in
            state.threads -= 1
            return state.threads > 0
        }
        // Without any thread of our own a shared one is better than none.
        if !hasOthers { DispatchQueue.global().async { self.take()?() } }
    }

    /// Lets the threads end after what they are doing; what waits is forgotten.
    func stop() {
        let count = state.withLockedValue { state in
            state.isStopped = true
            state.waiting = []
            return state.threads
        }
        for _ in 0..<count { signal.send() }
    }

    private func work() {
        // Nobody joins it: one that hangs in its source must not hold up `stop`.
        while true {
            state.withLockedValue { $0.resting += 1 }
            _ = signal.wait(until: nil)
            let isStopped = state.withLockedValue { state in
                state.resting -= 1
                return state.isStopped
            }
            if isStopped { return }
            take()?()
        }
    }

    private func take() -> (@Sendable () -> Void)? {
        state.withLockedValue { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    }
}
