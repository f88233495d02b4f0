import Threads
import Time

/// Looks at what may hang, such as a network drive or another program, on a thread of its own, and is waited for no longer than is given.
///
/// Who asks while a look is under way gets its answer. When somebody has waited for it in vain, those who come later are told at once, until it
/// has ended: what hangs costs one thread, not one a scrape.
final class BoundedLook<Value: Sendable>: Sendable {
    /// Why there is no value.
    enum Failure: Error, Hashable {
        /// It has not come within the limit.
        case late
        /// An earlier look hangs still.
        case hanging
        /// The system gives no thread.
        case noThread
    }

    struct State {
        var isRunning = false
        /// Somebody has given up on the look that runs.
        var isHanging = false
    }

    private let name: String
    private let stackBytes: Int
    let room: WaitingRoom<State, Result<Value, Failure>>

    /// Looks on threads of this name, of which 15 bytes are shown.
    init(name: String, stackBytes: Int = 512 << 10, deadlines: Deadlines = .shared) {
        self.name = name
        self.stackBytes = stackBytes
        room = WaitingRoom(State(), deadlines: deadlines)
    }

    /// Whether no look is under way.
    var isIdle: Bool { room.withState { !$0.isRunning } }

    /// What this look gives, or the one that is under way.
    func run(limit: TimeSpan, _ look: @escaping @Sendable () -> Value) async -> Result<Value, Failure> {
        await room.wait(limit: limit) { state, _ in
            if state.isHanging { return .answered(.failure(.hanging)) }
            if state.isRunning { return .waits }
            state.isRunning = true
            return .begins { [self] in
                let isStarted = WorkerThread.detach(name: name, stackBytes: stackBytes) { [self] in end(.success(look())) }
                if !isStarted { end(.failure(.noThread)) }
            }
        } late: { state, _ in
            // Its look runs still: had it ended, nobody would wait.
            state.isHanging = true
            return .failure(.late)
        }
    }

    private func end(_ result: Result<Value, Failure>) {
        room.answer { state in
            state = State()
            return result
        }
    }
}
