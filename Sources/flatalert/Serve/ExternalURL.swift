import Transport

/// The URL that people reach this instance under and the path that its routes live under (reference 3.1, 17.1).
struct ExternalURL {
    /// Without a trailing slash.
    let url: String
    /// One leading and no trailing slash; `/` is none.
    let prefix: String

    /// Derives both from the flags. An empty `flag` is `http://<hostname>:<port>`.
    init(flag: String, prefix: String?, listenAddress: String) throws {
        var url = flag
        if url.isEmpty {
            let port = listenAddress.split(separator: ":", omittingEmptySubsequences: false).last.map(String.init) ?? "9093"
            url = "http://\((HostName.own ?? "localhost")):\(port)"
        }
        guard let scheme = ["http://", "https://"].first(where: { url.lowercased().hasPrefix($0) }), url.count > scheme.count else {
            throw StartError("--web.external-url: \"\(flag)\" is not a URL; give one that starts with http:// or https:// and names a host")
        }
        while url.hasSuffix("/") { url.removeLast() }
        self.url = url
        let rest = url.dropFirst(scheme.count)
        let path = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? ""
        self.prefix = Self.normalised(prefix.flatMap { $0.isEmpty ? nil : $0 } ?? path)
    }

    private static func normalised(_ path: String) -> String {
        "/" + path.split(separator: "/").joined(separator: "/")
    }
}
