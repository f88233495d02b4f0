import CPlatform
import Glibc

/// One of a child's output streams on its way to our own: a pipe, and what was read from it and not yet written.
final class RelayedStream {
    private static let capacity = 64 << 10

    /// Sees every byte once, in order.
    var observer: ((UnsafeBufferPointer<UInt8>) -> Void)?
    private let sink: Int32
    private let buffer: UnsafeMutablePointer<UInt8>
    private var source: Int32
    private(set) var childEnd: Int32
    private var start = 0
    private var end = 0
    /// How much may be written at once without waiting: a pipe that poll(2) calls writable takes this much.
    private let portion: Int

    /// Nil when the system gives no pipe or no memory.
    init?(to sink: Int32) {
        guard let memory = malloc(Self.capacity) else { return nil }
        var ends: [Int32] = [-1, -1]
        guard cplatform_pipe(&ends) == 0 else {
            free(memory)
            return nil
        }
        self.sink = sink
        buffer = memory.assumingMemoryBound(to: UInt8.self)
        source = ends[0]
        childEnd = ends[1]
        var status = stat()
        let isFile = fstat(sink, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        portion = isFile ? Self.capacity : Int(PIPE_BUF)
    }

    deinit { free(buffer) }

    /// Undoes the beginning.
    func abandon() {
        closeSource()
        closeChildEnd()
    }

    func closeChildEnd() {
        if childEnd >= 0 { close(childEnd) }
        childEnd = -1
    }

    /// Whether there is something to write.
    var isPending: Bool { start < end }
    /// Whether more may come from the child, or from whom it left its stream to.
    var isOpen: Bool { source >= 0 }

    /// What to wait for: room at our own stream, or bytes from the child.
    var wanted: pollfd {
        if isPending { return pollfd(fd: sink, events: Int16(POLLOUT), revents: 0) }
        return pollfd(fd: source, events: Int16(POLLIN), revents: 0)
    }

    /// Does what was waited for.
    func proceed() {
        if isPending { writeOn() } else if isOpen { readOn() }
    }

    private func readOn() {
        let count = read(source, buffer, Self.capacity)
        if count > 0 {
            start = 0
            end = count
            observer?(UnsafeBufferPointer(start: buffer, count: count))
        } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
            closeSource()
        }
    }

    private func writeOn() {
        let count = write(sink, buffer + start, min(end - start, portion))
        if count >= 0 {
            start += count
        } else if errno != EINTR, errno != EAGAIN {
            // Nobody reads any more: the child is told the way it would have been.
            start = end
            closeSource()
        }
    }

    private func closeSource() {
        if source >= 0 { close(source) }
        source = -1
    }
}

/// Passes a child's output to our own and our signals to the child until it has ended and all that it wrote is passed on.
struct Relay {
    let output: RelayedStream
    let errors: RelayedStream
    let signals: Int32
    let child: pid_t
    private var status: ChildStatus?

    init(output: RelayedStream, errors: RelayedStream, signals: Int32, child: pid_t) {
        self.output = output
        self.errors = errors
        self.signals = signals
        self.child = child
    }

    mutating func run() -> ChildStatus {
        // It may have ended before its SIGCHLD could be seen.
        reap()
        while true {
            let isBusy = output.isPending || errors.isPending
            if let status, !isBusy, !output.isOpen, !errors.isOpen { return status }
            let found = wait(milliseconds: status != nil && !isBusy ? 0 : -1)
            if found == 0, let status {
                // The child has left its streams to others. Whoever waits for its end must not wait for theirs.
                leaveToCopy()
                return status
            }
        }
    }

    /// Waits once and does what there is to do.
    private mutating func wait(milliseconds: Int32) -> Int32 {
        var asked = (pollfd(fd: signals, events: Int16(POLLIN), revents: 0), output.wanted, errors.wanted)
        let found = withUnsafeMutableBytes(of: &asked) { poll($0.baseAddress?.assumingMemoryBound(to: pollfd.self), 3, milliseconds) }
        guard found > 0 else { return found == 0 ? 0 : 1 }
        if asked.1.revents != 0 { output.proceed() }
        if asked.2.revents != 0 { errors.proceed() }
        guard asked.0.revents != 0 else { return found }
        var isFromTerminal: Int32 = 0
        while case let signal = cplatform_next_signal(signals, &isFromTerminal), signal != 0 {
            if signal == SIGCHLD {
                reap()
            } else if isFromTerminal == 0, status == nil {
                // A terminal's signals go to the whole group: the child has them already.
                kill(child, signal)
            }
        }
        return found
    }

    private mutating func reap() {
        guard status == nil else { return }
        var ended: Int32 = 0
        let found = waitpid(child, &ended, WNOHANG)
        if found == child { status = ChildStatus(ended) }
        // Somebody took the child's end away: there is nothing left to learn about it.
        if found < 0, errno == ECHILD { status = .exit(1) }
    }

    /// Goes on with the streams in a copy of this process, until their last writer has ended.
    private func leaveToCopy() {
        guard cplatform_fork() == 0 else { return }
        close(signals)
        var set = sigset_t()
        sigemptyset(&set)
        sigprocmask(SIG_SETMASK, &set, nil)
        output.observer = nil
        errors.observer = nil
        while output.isOpen || errors.isOpen || output.isPending || errors.isPending {
            var asked = (output.wanted, errors.wanted)
            _ = withUnsafeMutableBytes(of: &asked) { poll($0.baseAddress?.assumingMemoryBound(to: pollfd.self), 2, -1) }
            if asked.0.revents != 0 { output.proceed() }
            if asked.1.revents != 0 { errors.proceed() }
        }
        _exit(0)
    }
}
