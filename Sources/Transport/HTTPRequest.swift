public import Time

/// One request to send: everything that differs from call to call, and the options of the configuration that it belongs to.
public struct HTTPRequest: Sendable {
    /// The method, in capitals.
    public var method: String
    /// An absolute http or https URL, percent-encoded. It may hold a user and password, which become basic authentication.
    public var url: String
    /// Header fields in order. Authorization and proxy fields come from `options`.
    public var headers: [(String, String)]
    /// The body; sent for every method but GET and HEAD.
    public var body: [UInt8]
    /// The longest that the whole exchange may take, token fetch and redirects included; nil means no limit but the one for connecting.
    public var timeout: TimeSpan?
    /// How many bytes of the answer's body are read.
    public var maximumResponseBytes: Int
    /// What the body of the answer is worth to the caller.
    public var bodyPolicy: BodyPolicy
    /// Authentication, TLS, proxy and redirects.
    public var options: HTTPClientOptions
    /// Asks for a body compressed with gzip. The answer's body is plain again, and `maximumResponseBytes` counts plain bytes.
    public var acceptsGzip = false
    /// How long the answer's body probably is: so much memory is taken at once instead of bit by bit. At most `maximumResponseBytes`.
    public var expectedResponseBytes = 0

    /// What an answer's body is worth to the caller.
    public enum BodyPolicy: Sendable, Hashable {
        /// The status is the answer. Once the header fields have arrived the request has succeeded: a body that is too long, too slow or
        /// breaks off is cut (`HTTPResponse.bodyWasCut`). A notification that was accepted must not be sent again for its body's sake.
        case prefix
        /// The body is the answer. Anything but the whole of it is an error.
        case whole
    }

    /// Makes a request; only the URL is needed for a GET.
    public init(
        method: String = "GET",
        url: String,
        headers: [(String, String)] = [],
        body: [UInt8] = [],
        timeout: TimeSpan? = nil,
        maximumResponseBytes: Int = 1 << 20,
        bodyPolicy: BodyPolicy = .prefix,
        options: HTTPClientOptions = HTTPClientOptions()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maximumResponseBytes = maximumResponseBytes
        self.bodyPolicy = bodyPolicy
        self.options = options
    }
}

/// What a server answered, after redirects.
public struct HTTPResponse: Sendable {
    /// The status code.
    public let status: Int
    /// The header fields in the order in which they came.
    public let headers: [(String, String)]
    /// The body, at most `maximumResponseBytes` of it.
    public let body: [UInt8]
    /// The body is only the beginning of what the server wanted to send.
    public let bodyWasCut: Bool
    /// What was secret about the request.
    let redaction: Redaction

    /// Makes an answer, for tests of those who read answers.
    public init(status: Int, headers: [(String, String)] = [], body: [UInt8] = [], bodyWasCut: Bool = false) {
        self.init(status: status, headers: headers, body: body, bodyWasCut: bodyWasCut, redaction: Redaction())
    }

    init(status: Int, headers: [(String, String)], body: [UInt8], bodyWasCut: Bool, redaction: Redaction) {
        self.status = status
        self.headers = headers
        self.body = body
        self.bodyWasCut = bodyWasCut
        self.redaction = redaction
    }

    /// The beginning of the body as a text for messages. Servers like to repeat what they were sent: secrets of the request are taken out.
    public func excerpt(bytes: Int) -> String {
        // Cleaned before it is cut, so that no half of a secret stays at the end.
        let cleaned = redaction.clean(String(decoding: body.prefix(8 * bytes), as: UTF8.self))
        return String(decoding: cleaned.utf8.prefix(bytes), as: UTF8.self)
    }

    /// The first value of a header field, its name compared without case.
    public subscript(header name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.0.lowercased() == wanted }?.1
    }
}
