import CPlatform
import Glibc
import NIOConcurrencyHelpers
import Threads
import Time

/// Measures file systems, each on a thread of its own: a network mount whose server is gone holds up its thread and nothing else.
///
/// A mount whose former measurement is still under way is not measured again until that one returns, so at most one thread hangs a mount. Who
/// asks meanwhile gets its answer too, unless it has gone on for longer than the limit.
final class FilesystemProbe: Sendable {
    /// What is known of one file system.
    enum Outcome: Sendable {
        case measured(cplatform_space)
        /// The error of the system.
        case failed(Int32)
        /// No answer within the limit, or not yet to an earlier question.
        case hanging
    }

    private let limit: TimeSpan
    private let measure: @Sendable (String) -> Outcome
    private let underWay = NIOLockedValueBox<[String: Measurement]>([:])

    /// One place's measurement, and who waits for it.
    private struct Measurement {
        var start: Int64
        var rounds: [(round: Round, index: Int)]
    }

    init(limit: TimeSpan, measure: @escaping @Sendable (String) -> Outcome = FilesystemProbe.measure) {
        self.limit = limit
        self.measure = measure
    }

    /// The outcomes in the order of the places, at the latest after the limit.
    func outcomes(of places: [String]) async -> [Outcome] {
        guard !places.isEmpty else { return [] }
        let round = Round(count: places.count)
        return await withCheckedContinuation { continuation in
            round.begin(continuation)
            let now = Clock.monotonic()
            for (index, place) in places.enumerated() {
                let (isNew, isHanging) = underWay.withLockedValue { underWay in
                    guard let former = underWay[place] else {
                        underWay[place] = Measurement(start: now, rounds: [(round, index)])
                        return (true, false)
                    }
                    if now - former.start >= self.limit.nanoseconds { return (false, true) }
                    underWay[place]?.rounds.append((round, index))
                    return (false, false)
                }
                if isHanging { round.report(.hanging, at: index) }
                guard isNew else { continue }
                let started = Self.detach { [self] in finish(place, with: measure(place)) }
                if !started { finish(place, with: .failed(EAGAIN)) }
            }
            guard round.isOpen else { return }
            let limit = limit.nanoseconds
            if !Self.detach({ round.close(after: limit) }) { round.end() }
        }
    }

    private func finish(_ place: String, with outcome: Outcome) {
        let rounds = underWay.withLockedValue { $0.removeValue(forKey: place)?.rounds } ?? []
        for (round, index) in rounds { round.report(outcome, at: index) }
    }

    /// Runs what may never return on a thread of its own; false where the system gives none.
    private static func detach(_ work: @escaping @Sendable () -> Void) -> Bool {
        WorkerThread.detach(name: "filesystems", stackBytes: 256 << 10, work)
    }

    /// Asks the system; hangs for as long as it does.
    @Sendable private static func measure(_ place: String) -> Outcome {
        var space = cplatform_space()
        let code = cplatform_measure_space(place, &space)
        return code == 0 ? .measured(space) : .failed(code)
    }

    /// The answers to one question, and who waits for them.
    private final class Round: Sendable {
        private struct State {
            var outcomes: [Outcome]
            var isReported: [Bool]
            var missing: Int
            var continuation: CheckedContinuation<[Outcome], Never>?
        }

        private let state: NIOLockedValueBox<State>
        private let done = Signal()

        init(count: Int) {
            state = NIOLockedValueBox(
                State(
                    outcomes: Array(repeating: .hanging, count: count), isReported: Array(repeating: false, count: count), missing: count))
        }

        var isOpen: Bool { state.withLockedValue { $0.continuation != nil } }

        func begin(_ continuation: CheckedContinuation<[Outcome], Never>) {
            state.withLockedValue { $0.continuation = continuation }
        }

        func report(_ outcome: Outcome, at index: Int) {
            let isComplete = state.withLockedValue { state in
                guard !state.isReported[index] else { return false }
                state.isReported[index] = true
                state.outcomes[index] = outcome
                state.missing -= 1
                return state.missing == 0
            }
            if isComplete { end() }
        }

        /// Answers with what there is, once.
        func end() {
            let (outcomes, continuation) = state.withLockedValue { state in
                defer { state.continuation = nil }
                return (state.outcomes, state.continuation)
            }
            continuation?.resume(returning: outcomes)
            done.send()
        }

        /// Waits until all have answered, or so many nanoseconds; then answers with what there is.
        func close(after limit: Int64) {
            _ = done.wait(until: Clock.monotonic() + limit)
            end()
        }
    }
}
