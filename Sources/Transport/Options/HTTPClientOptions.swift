/// How requests are authenticated, encrypted and routed: what `http_config` says (reference 1.6), already checked.
public struct HTTPClientOptions: Sendable, Hashable {
    /// User and password, sent as `Authorization: Basic`.
    public var basicAuth: BasicAuth?
    /// Any other `Authorization` scheme.
    public var authorization: Authorization?
    /// A token fetched from an OAuth 2 server.
    public var oauth2: OAuth2Options?
    /// Certificates and versions.
    public var tls: TLSOptions
    /// Proxy for every request.
    public var proxy: ProxyOptions
    /// Further header fields of every request.
    public var headers: [CustomHeader]
    /// Follow up to ten redirects. Credentials go to the first host only.
    public var followRedirects: Bool
    /// Offer HTTP/2 on TLS connections.
    public var http2: Bool

    /// Makes options; the defaults are those of an absent `http_config`.
    public init(
        basicAuth: BasicAuth? = nil,
        authorization: Authorization? = nil,
        oauth2: OAuth2Options? = nil,
        tls: TLSOptions = TLSOptions(),
        proxy: ProxyOptions = ProxyOptions(),
        headers: [CustomHeader] = [],
        followRedirects: Bool = true,
        http2: Bool = true
    ) {
        self.basicAuth = basicAuth
        self.authorization = authorization
        self.oauth2 = oauth2
        self.tls = tls
        self.proxy = proxy
        self.headers = headers
        self.followRedirects = followRedirects
        self.http2 = http2
    }
}

/// A text that the configuration holds itself, or names a file for. Files are read at every request, so a rotated secret is used at once.
public enum TextSource: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The text itself.
    case inline(String)
    /// The path of a file that holds the text; white space around it is dropped.
    case file(String)

    /// Never the text itself: it may be a secret.
    public var description: String {
        switch self {
        case .inline: "<secret>"
        case .file(let path): "file \(path)"
        }
    }

    /// The same as `description`, so that no dump shows a secret.
    public var debugDescription: String { description }
}

/// `basic_auth`.
public struct BasicAuth: Sendable, Hashable {
    /// The user; nil is the empty name.
    public var username: TextSource?
    /// The password; nil is the empty password.
    public var password: TextSource?

    /// Makes credentials.
    public init(username: TextSource?, password: TextSource?) {
        self.username = username
        self.password = password
    }
}

/// `authorization`, and the older `bearer_token`.
public struct Authorization: Sendable, Hashable {
    /// The scheme, `Bearer` unless told otherwise.
    public var type: String
    /// What follows the scheme; nil sends the scheme alone.
    public var credentials: TextSource?

    /// Makes an authorization.
    public init(type: String = "Bearer", credentials: TextSource?) {
        self.type = type
        self.credentials = credentials
    }
}

/// One entry of `http_headers`: a name and all its values.
public struct CustomHeader: Sendable, Hashable {
    /// The field's name.
    public var name: String
    /// Its values, each sent as a field of its own.
    public var values: [TextSource]

    /// Makes a header.
    public init(name: String, values: [TextSource]) {
        self.name = name
        self.values = values
    }
}
