/// The proxy keys of `http_config`.
public struct ProxyOptions: Sendable, Hashable {
    /// `proxy_url`; may hold a user and password.
    public var url: String?
    /// `no_proxy`: a comma-separated list of hosts, domains, addresses and networks that are reached directly.
    public var noProxy: String
    /// `proxy_from_environment`: take `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. Without it the environment is not looked at.
    public var fromEnvironment: Bool
    /// `proxy_connect_header`: fields of the CONNECT request.
    public var connectHeaders: [CustomHeader]

    /// Makes options; the defaults mean no proxy.
    public init(url: String? = nil, noProxy: String = "", fromEnvironment: Bool = false, connectHeaders: [CustomHeader] = []) {
        self.url = url
        self.noProxy = noProxy
        self.fromEnvironment = fromEnvironment
        self.connectHeaders = connectHeaders
    }
}
