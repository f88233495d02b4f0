import Glibc

/// A UDP port that datagrams are read from, and a way to end a wait for them.
final class SyslogSocket: Sendable {
    private let descriptor: Int32
    private let wakeReader: Int32
    private let wakeWriter: Int32
    /// The port that the system gave, where any was asked for.
    let port: UInt16

    /// Takes the port of `HOST:PORT` or `:PORT`.
    init(_ text: String) throws(GatewayOptionsError) {
        func invalid(_ advice: String) -> GatewayOptionsError { .invalid(flag: "gateway.syslog-listen", value: text, advice: advice) }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw invalid("give HOST:PORT, such as 0.0.0.0:5514")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_family = host.isEmpty ? AF_INET : AF_UNSPEC
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host.isEmpty ? nil : String(host), String(port), &hints, &list) == 0, let first = list?.pointee else {
            throw invalid("the host is not known; give an address of this machine")
        }
        defer { freeaddrinfo(list) }
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(first.ai_family, kind, 0)
        guard descriptor >= 0 else { throw invalid(String(cString: strerror(errno))) }
        // Bursts wait here while the thread counts; the system may give less.
        var size: Int32 = 4 << 20
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, first.ai_addr, first.ai_addrlen) == 0 else {
            let code = errno
            close(descriptor)
            throw invalid(
                code == EADDRINUSE
                    ? "another program has this port (see \"ss -ulpn\"); choose another"
                    : "cannot listen there: \(String(cString: strerror(code)))")
        }
        var pair: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else {
            let code = errno
            close(descriptor)
            throw invalid(String(cString: strerror(code)))
        }
        self.descriptor = descriptor
        (wakeReader, wakeWriter) = (pair[0], pair[1])
        var name = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        self.port = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
            // The port has the same place in the addresses of both families.
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { UInt16(bigEndian: $0.pointee.sin_port) }
        }
    }

    deinit {
        close(descriptor)
        close(wakeReader)
        close(wakeWriter)
    }

    /// Waits for datagrams; false when `wake` was called.
    func wait() -> Bool {
        var polled = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0)]
        while poll(&polled, 2, -1) < 0 && errno == EINTR {}
        return polled[1].revents == 0
    }

    /// Ends all waits from now on.
    func wake() {
        var byte: UInt8 = 0
        _ = write(wakeWriter, &byte, 1)
    }

    /// The size of the next datagram, which may be larger than the buffer; nil when none is there.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC))
            if count >= 0 { return count }
            // An earlier datagram of nobody's came back, or a signal came.
            guard errno == EINTR || errno == ECONNREFUSED else { return nil }
        }
    }
}
