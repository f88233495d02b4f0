import NIOConcurrencyHelpers
import Threads
import Time

/// Calls back when a time is over, from one thread that all share and that ends when nobody waits for a time any more.
///
/// A task that sleeps instead would leave its timer behind until it has run out, also where the answer came at once.
final class Deadlines: Sendable {
    /// Those of the process.
    static let shared = Deadlines()

    /// Names one deadline.
    struct Entry: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    private struct State {
        var entries: [UInt64: (time: Int64, body: @Sendable () -> Void)] = [:]
        var last: UInt64 = 0
        var isRunning = false
        /// When the thread looks next.
        var nextLook = Int64.max
    }

    private let state = NIOLockedValueBox(State())
    private let change = Signal()

    /// How many times are waited for.
    var count: Int { state.withLockedValue { $0.entries.count } }

    /// Calls the body once this time is over, unless the entry is removed before. The body must not wait for anything.
    ///
    /// - Returns: nil when the system gives no thread; then the body is never called.
    func add(after limit: TimeSpan, _ body: @escaping @Sendable () -> Void) -> Entry? {
        let time = Clock.monotonic() + max(0, limit.nanoseconds)
        let (number, isFirst, isEarlier) = state.withLockedValue { state in
            state.last += 1
            state.entries[state.last] = (time, body)
            defer {
                state.isRunning = true
                state.nextLook = min(state.nextLook, time)
            }
            return (state.last, !state.isRunning, time < state.nextLook)
        }
        if isFirst {
            guard WorkerThread.detach(name: "deadlines", stackBytes: 128 << 10, { [self] in run() }) else {
                // Others may have come meanwhile; theirs are over now, rather than never.
                let others = state.withLockedValue { state in
                    state.entries[number] = nil
                    defer { state = State(last: state.last) }
                    return state.entries.values.map(\.body)
                }
                for body in others { body() }
                return nil
            }
        } else if isEarlier {
            change.send()
        }
        return Entry(number: number)
    }

    /// Forgets a deadline. Its body may be running.
    func remove(_ entry: Entry) { state.withLockedValue { _ = $0.entries.removeValue(forKey: entry.number) } }

    private func run() {
        while true {
            let now = Clock.monotonic()
            let (due, next) = state.withLockedValue { state in
                let due = state.entries.filter { $0.value.time <= now }
                for number in due.keys { state.entries[number] = nil }
                state.nextLook = state.entries.values.map(\.time).min() ?? .max
                state.isRunning = !state.entries.isEmpty
                return (due.values.map(\.body), state.isRunning ? state.nextLook : nil)
            }
            for body in due { body() }
            guard let next else { return }
            _ = change.wait(until: next)
        }
    }
}
