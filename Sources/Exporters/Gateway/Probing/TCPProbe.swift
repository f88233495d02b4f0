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

    /// A connection on its way to one of a target's addresses.
    private struct Attempt {
        let target: Int
        let descriptor: Int32
        let start: Int64
    }

    /// The outcomes in the order of the targets, after at most `limit`; looking up names is not limited.
    ///
    /// A name's addresses are tried all at once, so that a service counts as up which listens on `127.0.0.1` while `localhost` is `::1` first.
    static func connect(
        _ targets: [HostAndPort], limit: TimeSpan, lookup: (HostAndPort) -> [Address] = Self.addresses
    ) -> [Outcome] {
        var outcomes = [[Outcome]](repeating: [], count: targets.count)
        var open: [Attempt] = []
        for (index, target) in targets.enumerated() {
            for address in lookup(target) {
                switch begin(address) {
                case .failure(let end): outcomes[index].append(end.outcome)
                case .success(let descriptor): open.append(Attempt(target: index, descriptor: descriptor, start: Clock.monotonic()))
                }
            }
        }
        let deadline = Clock.monotonic() + limit.nanoseconds
        while !open.isEmpty {
            let left = deadline - Clock.monotonic()
            guard left > 0 else { break }
            var polled = open.map { pollfd(fd: $0.descriptor, events: Int16(POLLOUT), revents: 0) }
            guard poll(&polled, nfds_t(polled.count), Int32(min(left / 1_000_000 + 1, 60_000))) >= 0 || errno == EINTR else { break }
            var rest: [Attempt] = []
            for (entry, one) in zip(polled, open) {
                guard entry.revents != 0 else {
                    rest.append(one)
                    continue
                }
                var code: Int32 = 0
                var length = socklen_t(MemoryLayout<Int32>.size)
                if getsockopt(one.descriptor, SOL_SOCKET, SO_ERROR, &code, &length) != 0 { code = errno }
                let time = TimeSpan(nanoseconds: Clock.monotonic() - one.start)
                outcomes[one.target].append(code == 0 ? .connected(time) : code == ETIMEDOUT ? .noAnswer : .failed(code))
                close(one.descriptor)
            }
            // Nobody waits for the other addresses of a target that answered.
            open = rest.filter { one in
                guard outcomes[one.target].contains(where: \.isUp) else { return true }
                close(one.descriptor)
                return false
            }
        }
        for one in open {
            outcomes[one.target].append(.noAnswer)
            close(one.descriptor)
        }
        return outcomes.map(together)
    }

    /// What the outcomes of one target's addresses say of it: a connection is one; else silence tells more than a refusal, and a refusal more than an
    /// address that no way leads to.
    static func together(_ outcomes: [Outcome]) -> Outcome {
        outcomes.first(where: \.isUp) ?? outcomes.first { $0 == .noAnswer } ?? outcomes.first { $0 == .failed(ECONNREFUSED) }
            ?? outcomes.first ?? .unknownName
    }

    /// An address and a port, as the system calls take them.
    struct Address {
        let family: Int32
        let bytes: [UInt8]
    }

    /// The addresses of a target in the system's order; none when the name is not known.
    static func addresses(of target: HostAndPort) -> [Address] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(target.host, String(target.port), &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [Address] = []
        var next = list
        while let entry = next?.pointee {
            found.append(
                Address(family: entry.ai_family, bytes: Array(UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen)))))
            next = entry.ai_next
        }
        return found
    }

    private struct Ended: Error {
        let outcome: Outcome
    }

    /// A socket on its way to the address. That a connection stands at once is seen by the poll as well.
    private static func begin(_ address: Address) -> Result<Int32, Ended> {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else { return .failure(Ended(outcome: .failed(errno))) }
        let answer = address.bytes.withUnsafeBytes { bytes -> Int32 in
            guard let start = bytes.bindMemory(to: sockaddr.self).baseAddress else { return -1 }
            return Glibc.connect(descriptor, start, socklen_t(bytes.count))
        }
        if answer == 0 || errno == EINPROGRESS { return .success(descriptor) }
        let code = errno
        close(descriptor)
        return .failure(Ended(outcome: .failed(code)))
    }
}
