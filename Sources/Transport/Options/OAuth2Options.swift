/// `oauth2` with the grant `client_credentials`. The other grant, `jwt-bearer`, signs with a private key, which libcurl cannot; the
/// configuration refuses it.
public struct OAuth2Options: Sendable, Hashable {
    /// The client's name.
    public var clientID: String
    /// The client's secret.
    public var clientSecret: TextSource?
    /// The scopes to ask for.
    public var scopes: [String]
    /// Where tokens are fetched.
    public var tokenURL: String
    /// Further form fields of the token request, sorted by name.
    public var endpointParameters: [Parameter]
    /// TLS towards the token server.
    public var tls: TLSOptions
    /// Proxy towards the token server.
    public var proxy: ProxyOptions

    /// One form field.
    public struct Parameter: Sendable, Hashable {
        /// The field's name.
        public var name: String
        /// The field's value.
        public var value: String

        /// Makes a field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Makes options.
    public init(
        clientID: String,
        clientSecret: TextSource?,
        scopes: [String] = [],
        tokenURL: String,
        endpointParameters: [Parameter] = [],
        tls: TLSOptions = TLSOptions(),
        proxy: ProxyOptions = ProxyOptions()
    ) {
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.scopes = scopes
        self.tokenURL = tokenURL
        self.endpointParameters = endpointParameters
        self.tls = tls
        self.proxy = proxy
    }
}
