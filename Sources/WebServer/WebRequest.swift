import NIOHTTP1

/// One HTTP request, read completely.
public struct WebRequest: Sendable {
    /// The method as received: `GET`, `POST`, …
    public var method: String
    /// The path of the request target, percent-encoded as received; starts with `/`.
    public var path: String
    /// What follows the first `?` of the request target, undecoded; empty when there is none.
    public var query: String
    /// The header fields.
    public var headers: WebHeaders
    /// The whole body; empty when there is none.
    public var body: [UInt8]
    /// The client's address as `HOST:PORT`.
    public var peer: String

    /// A request of these parts; the server makes its own, tests make theirs with this.
    public init(
        method: String, path: String, query: String = "", headers: WebHeaders = WebHeaders(), body: [UInt8] = [],
        peer: String = "127.0.0.1:1"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
    }
}

/// Header fields in the order received. Names are compared without regard to case.
public struct WebHeaders: Sendable, ExpressibleByDictionaryLiteral {
    private var fields: HTTPHeaders

    /// No fields, or these.
    public init(_ fields: [(String, String)] = []) { self.fields = HTTPHeaders(fields) }

    /// The fields of a literal such as `["Accept": "*/*"]`.
    public init(dictionaryLiteral elements: (String, String)...) { self.fields = HTTPHeaders(elements) }

    init(fields: HTTPHeaders) { self.fields = fields }

    /// The value of the first field of this name, nil when there is none.
    public subscript(_ name: String) -> String? { fields.first(name: name) }

    /// All values of the fields of this name, each as received.
    public subscript(all name: String) -> [String] { fields[name] }
}
