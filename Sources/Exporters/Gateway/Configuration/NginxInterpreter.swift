/// Makes a configuration of tokens. It knows the few directives that matter and passes over all others with their blocks.
///
/// It reads in two steps because a group may be defined after the location that uses it.
struct NginxInterpreter {
    /// Deeper blocks are passed over.
    private static let maximumDepth = 64

    /// What is around a directive.
    private struct Scope {
        enum Kind { case other, http, upstream, server, location }

        var kind = Kind.other
        /// In an upstream: its place in the list.
        var upstream: Int?
        /// In a server: its place in the list.
        var server: Int?
        /// In a location: the path that it takes, nil where it is a pattern or not for visitors.
        var path: String?
    }

    private struct Server {
        /// Ports of plain HTTP that it listens on.
        var ports: [UInt16] = []
        /// One that says nothing of it listens on port 80.
        var saysListen = false
        /// Those of them of which it is the default server by its own word.
        var defaultPorts: [UInt16] = []
    }

    private struct Pass {
        var url: String
        var server: Int?
        var path: String?
    }

    private(set) var configuration = NginxConfiguration()
    private var scopes = [Scope()]
    private var tooDeep = 0
    private var servers: [Server] = []
    private var passes: [Pass] = []

    /// Reads a text; `include` gets the argument of each include directive, and the reader that stands where it stands.
    mutating func read(_ text: [UInt8], include: (_ pattern: String, _ interpreter: inout NginxInterpreter) -> Void) {
        var tokens = NginxTokens(text)
        // What an included file leaves open must not swallow what follows it.
        let depth = (scopes.count, tooDeep)
        defer {
            scopes.removeLast(max(0, scopes.count - depth.0))
            tooDeep = depth.1
        }
        var words: [String] = []
        while let token = tokens.next() {
            switch token {
            case .word(let word):
                if words.count < 64 { words.append(word) }
            case .end:
                if words.count > 1, words[0] == "include" { include(words[1], &self) } else { directive(words) }
                words.removeAll()
            case .open:
                if words.first?.hasSuffix("_by_lua_block") == true { tokens.skipLua() } else { open(words) }
                words.removeAll()
            case .close:
                words.removeAll()
                if tooDeep > depth.1 { tooDeep -= 1 } else if scopes.count > depth.0 { scopes.removeLast() }
            }
        }
    }

    /// The configuration, when all has been read.
    func finished() -> NginxConfiguration {
        var configuration = configuration
        var defaults: [UInt16: Int] = [:]
        var servers = servers
        for index in servers.indices where !servers[index].saysListen { servers[index].ports = [80] }
        for (index, server) in servers.enumerated() {
            for port in server.ports where defaults[port] == nil { defaults[port] = index }
        }
        for (index, server) in servers.enumerated() {
            for port in server.defaultPorts { defaults[port] = index }
        }
        for pass in passes {
            guard let target = Target(pass.url) else { continue }
            var path: GatewayPath?
            // A request without a known name reaches the default server of a port only.
            if let server = pass.server, let text = pass.path, let port = servers[server].ports.first(where: { defaults[$0] == server }) {
                path = GatewayPath(text).map { GatewayPath(port: port, path: $0.path) }
            }
            if let index = configuration.upstreams.firstIndex(where: { $0.name == target.authority }) {
                if configuration.upstreams[index].path == nil { configuration.upstreams[index].path = path }
            } else if let address = HostAndPort(target.authority, defaultPort: target.defaultPort) {
                if let index = configuration.bareAddresses.firstIndex(where: { $0.name == address.text }) {
                    if configuration.bareAddresses[index].path == nil { configuration.bareAddresses[index].path = path }
                } else if configuration.bareAddresses.count < NginxConfiguration.maximumUpstreams {
                    configuration.bareAddresses.append(.init(name: address.text, addresses: [address], path: path))
                }
            }
        }
        return configuration
    }

    // MARK: Directives

    private mutating func open(_ words: [String]) {
        guard scopes.count < Self.maximumDepth else {
            tooDeep += 1
            return
        }
        var scope = scopes[scopes.count - 1]
        let kind = scope.kind
        switch (words.first, words.count) {
        case ("http", 1) where scopes.count == 1: scope.kind = .http
        case ("upstream", 2) where kind == .http || scopes.count == 1:
            scope.kind = .upstream
            scope.upstream = upstream(named: words[1])
        case ("server", 1) where kind == .http || scopes.count == 1:
            scope.kind = .server
            scope.server = servers.count
            servers.append(Server())
        case ("location", 2...3) where scope.server != nil:
            scope.kind = .location
            scope.path = path(of: words.dropFirst())
        case ("if", _), ("limit_except", _):
            // What holds under a condition only is not plain to see.
            scope.path = nil
        default:
            // Blocks such as stream { } have servers of their own, which are none of HTTP's.
            scope = Scope()
        }
        scopes.append(scope)
    }

    private mutating func directive(_ words: [String]) {
        guard tooDeep == 0, words.count > 1 else {
            if words == ["internal"], tooDeep == 0 { scopes[scopes.count - 1].path = nil }
            return
        }
        let scope = scopes[scopes.count - 1]
        switch (words[0], scope.kind) {
        case ("server", .upstream): addServer(words, to: scope.upstream)
        case ("listen", .server): if let server = scope.server { addListen(words, to: server) }
        case ("proxy_pass", .location):
            if passes.count < 1024 { passes.append(Pass(url: words[1], server: scope.server, path: scope.path)) }
        default: break
        }
    }

    private mutating func upstream(named name: String) -> Int? {
        if let known = configuration.upstreams.firstIndex(where: { $0.name == name }) { return known }
        guard configuration.upstreams.count < NginxConfiguration.maximumUpstreams, name != UpstreamNames.other, name.utf8.count <= 200
        else {
            return nil
        }
        configuration.upstreams.append(.init(name: name))
        return configuration.upstreams.count - 1
    }

    private mutating func addServer(_ words: [String], to upstream: Int?) {
        guard let upstream, configuration.upstreams[upstream].loggedAddresses.count < NginxConfiguration.maximumUpstreams else { return }
        if words[1].hasPrefix("unix:") {
            configuration.upstreams[upstream].loggedAddresses.append(words[1])
            return
        }
        guard let address = HostAndPort(words[1], defaultPort: 80) else { return }
        configuration.upstreams[upstream].loggedAddresses.append(address.text)
        if address.host == "localhost" {
            configuration.upstreams[upstream].loggedAddresses += ["127.0.0.1:\(address.port)", "[::1]:\(address.port)"]
        }
        let isDown = words.dropFirst(2).contains("down")
        if !isDown, !configuration.upstreams[upstream].addresses.contains(address) {
            configuration.upstreams[upstream].addresses.append(address)
        }
    }

    private mutating func addListen(_ words: [String], to server: Int) {
        servers[server].saysListen = true
        let parameters = words.dropFirst(2)
        guard !words[1].hasPrefix("unix:"), !parameters.contains("ssl"), !parameters.contains("quic"), servers[server].ports.count < 64
        else {
            return
        }
        let text = words[1].hasPrefix("*:") ? String(words[1].dropFirst(2)) : words[1]
        guard let port = UInt16(text) ?? HostAndPort(text, defaultPort: 80)?.port else { return }
        servers[server].ports.append(port)
        if parameters.contains("default_server") || parameters.contains("default") { servers[server].defaultPorts.append(port) }
    }

    /// The path of a location's arguments; nil where they are a pattern or a name.
    private func path(of arguments: ArraySlice<String>) -> String? {
        guard let last = arguments.last, last.hasPrefix("/") else { return nil }
        return arguments.count == 1 || arguments.first == "=" || arguments.first == "^~" ? last : nil
    }

    /// Where a `proxy_pass` leads.
    private struct Target {
        let authority: String
        let defaultPort: UInt16

        /// nil where the way is only known at run time, and for what is not HTTP.
        init?(_ url: String) {
            guard !url.contains("$"), let separator = url.firstRange(of: "://") else { return nil }
            switch url[..<separator.lowerBound].lowercased() {
            case "http": defaultPort = 80
            case "https": defaultPort = 443
            default: return nil
            }
            let rest = url[separator.upperBound...]
            authority = String(rest[..<(rest.firstIndex(of: "/") ?? rest.endIndex)])
            guard !authority.isEmpty, authority != "unix:" else { return nil }
        }
    }
}
