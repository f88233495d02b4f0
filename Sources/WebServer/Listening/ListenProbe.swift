import Glibc

/// Tries a listen address without serving on it.
public enum ListenProbe {
    /// Why a server could not listen there now; nil when it could. Opens and closes a socket; nobody can connect to it.
    public static func problem(of address: String) -> WebServerError? {
        let parsed: ListenAddress
        do throws(WebServerError) { parsed = try ListenAddress(address) } catch { return error }
        let text = ListenAddress.text(host: parsed.host, port: parsed.port)
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let host = parsed.host.isEmpty ? nil : parsed.host
        guard getaddrinfo(host, String(parsed.port), &hints, &found) == 0, let first = found else {
            return .notAvailable(address: text, reason: "no address is known for the host \"\(parsed.host)\"")
        }
        defer { freeaddrinfo(first) }
        var isPossible = false
        var code: Int32 = 0
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let candidate = next {
            next = candidate.pointee.ai_next
            switch bind(candidate.pointee) {
            case 0: isPossible = true
            case EADDRINUSE: return .portTaken(address: text, holder: PortHolder.find(port: parsed.port))
            case let other: code = other
            }
        }
        // A machine without one of the two kinds of addresses still listens on the other.
        if isPossible { return nil }
        return code == EACCES || code == EPERM
            ? .notPermitted(address: text) : .notAvailable(address: text, reason: String(cString: strerror(code)).lowercased())
    }

    /// Binds a socket for a moment; 0 or the errno.
    private static func bind(_ address: addrinfo) -> Int32 {
        let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        // As a server does: connections of an earlier run that linger are no hindrance.
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
        if address.ai_family == AF_INET6 { setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &on, size) }
        return Glibc.bind(descriptor, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno
    }
}
