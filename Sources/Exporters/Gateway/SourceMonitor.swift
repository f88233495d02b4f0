import Logging
import NIOConcurrencyHelpers

/// What is wrong with a source as of a look.
struct SourceProblem: Hashable, Sendable {
    /// By which a change is noticed; the message's details may differ from look to look.
    var kind: String
    /// What was found.
    var message: String
    /// What to do.
    var advice: String
}

/// How one source fares: says each change once in the log, and keeps the words for the front page.
final class SourceMonitor: Sendable {
    private struct State {
        var place: String
        var problem: SourceProblem?
        var wasLooked = false
    }

    private let name: String
    private let log: Logger
    private let state: NIOLockedValueBox<State>

    /// A source of which nothing is known yet.
    init(_ name: String, place: String, log: Logger) {
        self.name = name
        self.log = log
        state = NIOLockedValueBox(State(place: place))
    }

    /// Takes what a look found; nil is well.
    func report(_ problem: SourceProblem?, place: String? = nil) {
        let (before, place) = state.withLockedValue { state in
            defer {
                state.problem = problem
                state.wasLooked = true
                if let place { state.place = place }
            }
            return (state.problem, place ?? state.place)
        }
        if let problem {
            guard problem.kind != before?.kind else { return }
            log.warning("The \(name) cannot be read: \(problem.message). \(problem.advice)", metadata: ["place": .string(place)])
        } else if before != nil {
            log.notice("The \(name) can be read again", metadata: ["place": .string(place)])
        }
    }

    /// Whether the last look was well; false before the first.
    var isUp: Bool { state.withLockedValue { $0.wasLooked && $0.problem == nil } }

    /// In words for people.
    var source: SourceState {
        state.withLockedValue { state in
            SourceState(name: name, place: state.place, problem: state.problem?.message, advice: state.problem?.advice ?? "")
        }
    }
}

/// Lets scrapes that come at once share one look.
final class SharedLook: Sendable {
    private let running = NIOLockedValueBox<Task<Void, Never>?>(nil)

    /// Waits for the look that is under way, or for a new one.
    func callAsFunction(_ look: @escaping @Sendable () async -> Void) async {
        let task = running.withLockedValue { running in
            if let running { return running }
            let task = Task {
                await look()
                self.running.withLockedValue { $0 = nil }
            }
            running = task
            return task
        }
        await task.value
    }
}
