import Glibc

/// The system's resolver.
public enum HostLookup {
    /// Whether a name has an address now. Addresses have themselves. Blocks as long as the resolver does, which may be seconds.
    @Sendable public static func resolves(_ name: String) -> Bool {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &found) == 0 else { return false }
        freeaddrinfo(found)
        return true
    }
}
