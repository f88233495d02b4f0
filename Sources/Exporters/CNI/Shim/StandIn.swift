import CPlatform
import Glibc
import Time

/// One operation of a plugin, passed through.
///
/// The child gets all that this process has but standard output and error, which go through pipes. Nothing here may fail an operation: until
/// the child is started the way out is to become the plugin, and everything that thinks about its output happens in a copy of the process.
struct StandIn {
    let place: StandInPlace
    let operation: String
    let containerID: String

    /// How long the writing down of an operation may hold up its end.
    static let recordMilliseconds: Int32 = 200
    /// After this it is given up: no crowd of writers waits for a disk that hangs.
    static let recordSeconds: UInt32 = 10

    func run(_ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
        // Pipes would take the place of closed streams.
        guard fcntl(STDOUT_FILENO, F_GETFD) >= 0, fcntl(STDERR_FILENO, F_GETFD) >= 0, let output = RelayedStream(to: STDOUT_FILENO) else {
            return CNIShim.execute(place, arguments)
        }
        guard let errors = RelayedStream(to: STDERR_FILENO) else {
            output.abandon()
            return CNIShim.execute(place, arguments)
        }
        // Its settings may be gone with the stand-in when the plugin has ended.
        let log = EventLogFile(place: place)
        var signals = cplatform_signals()
        var signalSource: Int32 = -1
        var child: pid_t = 0
        guard cplatform_take_signals(&signals, &signalSource) == 0 else {
            output.abandon()
            errors.abandon()
            return CNIShim.execute(place, arguments)
        }
        let started = Clock.monotonic()
        guard cplatform_spawn_stand_in(place.real, arguments, &signals, output.childEnd, errors.childEnd, &child) == 0 else {
            cplatform_give_back_signals(&signals)
            close(signalSource)
            output.abandon()
            errors.abandon()
            return CNIShim.execute(place, arguments)
        }
        // What feeds the plugin must see that it went away.
        close(STDIN_FILENO)
        output.closeChildEnd()
        errors.closeChildEnd()
        let capture = OutputCapture()
        let scan = RegistrationScan()
        output.observer = capture.take
        errors.observer = scan.take
        var relay = Relay(output: output, errors: errors, signals: signalSource, child: child)
        let status = relay.run()
        let duration = Clock.monotonic() - started
        scan.finish()
        record(
            in: log,
            CNIEvent(
                operation: operation, containerID: containerID, ended: Clock.wall(), milliseconds: duration / 1_000_000, status: status,
                output: capture.bytes, registrations: scan.counts, remark: scan.remark))
        if case .signal(let number) = status { cplatform_die_of(number) }
        guard case .exit(let code) = status else { return 1 }
        return code
    }

    /// Writes the event down in a copy of this process, which goes on alone when a disk or a busy machine takes longer. A thread would not do: a
    /// process whose thread hangs in the kernel cannot end.
    private func record(in log: EventLogFile, _ event: @autoclosure () -> CNIEvent) {
        guard log.path != nil else { return }
        var ends: [Int32] = [-1, -1]
        guard cplatform_pipe(&ends) == 0 else { return }
        let writer = cplatform_fork()
        if writer == 0 {
            cplatform_keep_descriptors(ends[1], -1)
            cplatform_end_after(Self.recordSeconds)
            log.append(event().line)
            _exit(0)
        }
        close(ends[1])
        guard writer > 0 else {
            close(ends[0])
            return
        }
        // The pipe ends when the copy does.
        let isDone = cplatform_await(ends[0], Int16(POLLIN), Self.recordMilliseconds) > 0
        close(ends[0])
        var status: Int32 = 0
        while waitpid(writer, &status, isDone ? 0 : WNOHANG) < 0, errno == EINTR {}
    }
}

/// How a child ended.
enum ChildStatus: Equatable {
    /// With this code.
    case exit(Int32)
    /// Of this signal.
    case signal(Int32)

    /// What waitpid gave.
    init(_ status: Int32) {
        self = status & 0x7F == 0 ? .exit((status >> 8) & 0xFF) : .signal(status & 0x7F)
    }
}
