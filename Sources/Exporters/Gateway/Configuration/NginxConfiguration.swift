/// What an nginx configuration says about its upstreams.
struct NginxConfiguration: Hashable, Sendable {
    /// A group of servers, or a single address that a `proxy_pass` names.
    struct Upstream: Hashable, Sendable {
        /// The group's name; of a single address the address.
        var name: String
        /// The servers, as `HOST:PORT`. Those that are marked as down and sockets of the file system are left out.
        var addresses: [HostAndPort] = []
        /// Addresses as the error log may have them, sockets of the file system with them.
        var loggedAddresses: [String] = []
        /// A path that the Gateway passes on to it, where one is plain to see.
        var path: GatewayPath?
    }

    /// More upstreams, and more servers of one, are left out.
    static let maximumUpstreams = 256

    /// The `upstream` blocks in their order.
    var upstreams: [Upstream] = []
    /// Addresses that a `proxy_pass` names without a group, in their order.
    var bareAddresses: [Upstream] = []
    /// The files that it was read from, the main one first.
    var files: [String] = []
    /// Files that it includes and that could not be read, with the reason.
    var unreadable: [String: String] = [:]
}
