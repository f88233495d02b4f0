import Dispatch
import Glibc

/// Turns SIGHUP, SIGINT and SIGTERM into calls.
final class ProcessSignals: Sendable {
    private enum Arrival: Sendable {
        case hangUp
        case stop
    }

    private let arrivals: AsyncStream<Arrival>
    // Held so that the sources live; never touched again.
    nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

    /// Takes the signals over from now on: one that arrives before `run` is not lost.
    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Arrival.self)
        arrivals = stream
        sources = [(SIGHUP, Arrival.hangUp), (SIGINT, .stop), (SIGTERM, .stop)].map { number, arrival in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(arrival) }
            source.activate()
            return source
        }
    }

    /// Calls `onHangUp` for each SIGHUP and returns on the first SIGINT or SIGTERM.
    func run(onHangUp: @Sendable () async -> Void) async {
        for await arrival in arrivals {
            switch arrival {
            case .hangUp: await onHangUp()
            case .stop: return
            }
        }
    }
}
