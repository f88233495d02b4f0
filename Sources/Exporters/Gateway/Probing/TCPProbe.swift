import Glibc
import Time

/// Tries whether TCP connections to some addresses come about, all at once, on the calling thread.
enum TCPProbe {
    /// What came of a try.
    enum Outcome: Hashable, Sendable {
        /// It came about after this time.
        case connected(TimeSpan)
        /// The system's number says why not.
        case failed(Int32)
        /// Nothing came back within the limit.
        case noAnswer
        /// The name is not known.
        case unknownName

        var isUp: Bool {
            if case .connected = self { true } else { false }
        }

        /// In words for people.
        var words: String {
            switch self {
            case .connected: "connected"
            case .failed(let code): String(cString: strerror(code)).lowercased()
            case .noAnswer: "no answer"
            case .unknownName: "the name is not known"
            }
        }
    }

    /// The outcomes in the order of the targets, after at most `limit`; looking up names is not limited.
    static func connect(_ targets: [HostAndPort], limit: TimeSpan) -> [Outcome] {
        var outcomes = [Outcome](repeating: .noAnswer, count: targets.count)
        var open: [(index: Int, descriptor: Int32, start: Int64)] = []
        for (index, target) in targets.enumerated() {
            switch begin(target) {
            case .failure(let end): outcomes[index] = end.outcome
            case .success(let descriptor): open.append((index, descriptor, Clock.monotonic()))
            }
        }
        let deadline = Clock.monotonic() + limit.nanoseconds
        while !open.isEmpty {
            let left = deadline - Clock.monotonic()
            guard left > 0 else { break }
            var polled = open.map { pollfd(fd: $0.descriptor, events: Int16(POLLOUT), revents: 0) }
            guard poll(&polled, nfds_t(polled.count), Int32(min(left / 1_000_000 + 1, 60_000))) >= 0 || errno == EINTR else { break }
            var rest: [(index: Int, descriptor: Int32, start: Int64)] = []
            for (entry, one) in zip(polled, open) {
                guard entry.revents != 0 else {
                    rest.append(one)
                    continue
                }
                var code: Int32 = 0
                var length = socklen_t(MemoryLayout<Int32>.size)
                if getsockopt(one.descriptor, SOL_SOCKET, SO_ERROR, &code, &length) != 0 { code = errno }
                let time = TimeSpan(nanoseconds: Clock.monotonic() - one.start)
                outcomes[one.index] = code == 0 ? .connected(time) : code == ETIMEDOUT ? .noAnswer : .failed(code)
                close(one.descriptor)
            }
            open = rest
        }
        for one in open { close(one.descriptor) }
        return outcomes
    }

    private struct Ended: Error {
        let outcome: Outcome
    }

    /// A socket on its way to the target. That a connection stands at once is seen by the poll as well.
    private static func begin(_ target: HostAndPort) -> Result<Int32, Ended> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(target.host, String(target.port), &hints, &list) == 0, let first = list else {
            return .failure(Ended(outcome: .unknownName))
        }
        defer { freeaddrinfo(list) }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(first.pointee.ai_family, kind, 0)
        guard descriptor >= 0 else { return .failure(Ended(outcome: .failed(errno))) }
        if Glibc.connect(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 || errno == EINPROGRESS {
            return .success(descriptor)
        }
        let code = errno
        close(descriptor)
        return .failure(Ended(outcome: .failed(code)))
    }
}
