import CCurl
import Glibc
import Time

/// A request with every file read and every decision made: what the curl thread needs and nothing that can fail for a reason of ours.
struct PreparedRequest: Sendable {
    let method: String
    let url: String
    /// `host:port:host:port` of CURLOPT_CONNECT_TO, when the name to verify is not the URL's host.
    let connectTo: String?
    let headerLines: [String]
    /// The proxy's URL; empty means none, and keeps libcurl from looking at the environment.
    let proxy: String
    let proxyHeaderLines: [String]
    let body: [UInt8]
    /// The request's own limit, for the message, and what is left of it.
    let timeout: TimeSpan?
    let remaining: TimeSpan?
    let maximumResponseBytes: Int
    let bodyPolicy: HTTPRequest.BodyPolicy
    let acceptsGzip: Bool
    let expectedResponseBytes: Int
    let followRedirects: Bool
    let http2: Bool
    let tls: TLSMaterial
    let redaction: Redaction

    /// Whether the method sends a body at all.
    var sendsBody: Bool { method != "GET" && method != "HEAD" }

    /// Reads the secrets and fixes the request. `token` is the OAuth 2 token, if the options ask for one.
    init(
        _ request: HTTPRequest, token: String?, defaultUserAgent: String, remaining: TimeSpan?
    ) throws(TransportError) {
        guard !request.method.isEmpty, request.method.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) else {
            throw .invalidRequest("\"\(request.method)\" is not an HTTP method")
        }
        guard let parts = URLParts(request.url), parts.scheme == "http" || parts.scheme == "https" else {
            throw .invalidRequest("the URL is not of the form http://HOST… or https://HOST…")
        }
        guard request.url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw .invalidRequest("the URL holds a space or a control character; such characters must be percent-encoded")
        }
        let options = request.options
        var redaction = Redaction()
        redaction.add(url: request.url, parts: parts)

        var fields = HeaderFields(request.headers)
        let (credentials, secret) = try Self.authorization(options, token: token)
        if let secret { redaction.add(secret) }
        if let credentials, !fields.contains("Authorization") {
            redaction.add(credentials)
            fields.append("Authorization", credentials)
        }
        for header in options.headers {
            for value in header.values {
                let text = try value.read(as: "the value of header \(header.name)")
                redaction.add(text)
                fields.append(header.name, text)
            }
        }
        if !fields.contains("User-Agent") { fields.append("User-Agent", defaultUserAgent) }

        let serverName = parts.scheme == "https" ? options.tls.serverName.flatMap { $0.isEmpty ? nil : $0 } : nil
        if let serverName, serverName != parts.host {
            // libcurl asks for and verifies the URL's host; so the URL gets the name, and the connection goes where the URL said.
            guard let named = URLParts("https://\(serverName)"), named.host == serverName, named.rest.isEmpty else {
                throw .invalidRequest("tls_config: server_name \"\(serverName)\" is not a host name")
            }
            let userInfo = parts.userInfo.map { "\($0)@" } ?? ""
            url = "https://\(userInfo)\(serverName):\(parts.port)\(parts.rest)"
            connectTo = "\(serverName):\(parts.port):\(parts.bracketedHost):\(parts.port)"
            if !fields.contains("Host") { fields.append("Host", parts.authority) }
        } else {
            url = request.url
            connectTo = nil
        }

        let sendsBody = request.method != "GET" && request.method != "HEAD"
        var lines = try fields.curlLines()
        // An empty field takes away what libcurl would add by itself.
        lines.append("Expect:")
        if sendsBody && !fields.contains("Content-Type") { lines.append("Content-Type:") }
        headerLines = lines

        proxy = options.proxy.choose(for: parts) { name in getenv(name).map { String(cString: $0) } } ?? ""
        if let proxyParts = URLParts(proxy) { redaction.add(url: proxy, parts: proxyParts) }
        var proxyFields = HeaderFields([])
        if parts.scheme == "https" && !proxy.isEmpty {
            for header in options.proxy.connectHeaders {
                for value in header.values {
                    let text = try value.read(as: "the value of proxy_connect_header \(header.name)")
                    redaction.add(text)
                    proxyFields.append(header.name, text)
                }
            }
        }
        proxyHeaderLines = try proxyFields.curlLines()

        tls = parts.scheme == "https" || options.followRedirects ? try TLSMaterial(options.tls) : TLSMaterial()
        method = request.method
        body = sendsBody ? request.body : []
        timeout = request.timeout
        self.remaining = remaining
        maximumResponseBytes = max(0, request.maximumResponseBytes)
        bodyPolicy = request.bodyPolicy
        acceptsGzip = request.acceptsGzip
        expectedResponseBytes = max(0, min(request.expectedResponseBytes, request.maximumResponseBytes))
        followRedirects = options.followRedirects
        http2 = options.http2
        self.redaction = redaction
    }

    /// The Authorization field, and the part of it that is secret by itself.
    private static func authorization(
        _ options: HTTPClientOptions, token: String?
    ) throws(TransportError) -> (field: String?, secret: String?) {
        if let basic = options.basicAuth {
            let username = try basic.username?.read(as: "the user name") ?? ""
            let password = try basic.password?.read(as: "the password") ?? ""
            return ("Basic " + base64(Array("\(username):\(password)".utf8)), password)
        }
        if let authorization = options.authorization {
            let credentials = try authorization.credentials?.read(as: "the credentials") ?? ""
            return (credentials.isEmpty ? authorization.type : "\(authorization.type) \(credentials)", credentials)
        }
        return (token, token)
    }
}

/// Header fields in order.
struct HeaderFields {
    private var fields: [(name: String, value: String)]

    init(_ fields: [(String, String)]) {
        self.fields = fields.map { (name: $0.0, value: $0.1) }
    }

    func contains(_ name: String) -> Bool {
        let wanted = name.lowercased()
        return fields.contains { $0.name.lowercased() == wanted }
    }

    mutating func append(_ name: String, _ value: String) { fields.append((name: name, value: value)) }

    /// The lines as libcurl takes them. A line break in a value would smuggle in another field, so it is an error.
    func curlLines() throws(TransportError) -> [String] {
        var lines: [String] = []
        for (name, value) in fields {
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isTokenByte) else {
                throw .invalidRequest("\"\(name)\" is not the name of a header field")
            }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
                throw .invalidRequest("the value of header \(name) holds a line break or another control character")
            }
            lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        return lines
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

/// TLS options with their files read. The bytes, not the paths, go to libcurl: it keeps connections apart by them, so a renewed
/// certificate gets a new connection.
struct TLSMaterial: Sendable {
    var ca: [UInt8]?
    var cert: [UInt8]?
    var key: [UInt8]?
    var insecureSkipVerify = false
    /// The value of CURLOPT_SSLVERSION.
    var versions = CURL_SSLVERSION_TLSv1_2
    /// TLS 1.0 and 1.1 need OpenSSL's lowest security level.
    var allowsOldCiphers = false

    init() {}

    init(_ options: TLSOptions) throws(TransportError) {
        ca = try options.ca?.readBytes(as: "the certificate authorities (tls_config ca)")
        cert = try options.cert?.readBytes(as: "the client certificate (tls_config cert)")
        key = try options.key?.readBytes(as: "the client key (tls_config key)")
        insecureSkipVerify = options.insecureSkipVerify
        versions = Self.curlVersion(options.minVersion)
        if let newest = options.maxVersion { versions |= Self.curlVersion(newest) << 16 }
        allowsOldCiphers = options.minVersion < .tls12
    }

    private static func curlVersion(_ version: TLSVersion) -> Int {
        switch version {
        case .tls10: CURL_SSLVERSION_TLSv1_0
        case .tls11: CURL_SSLVERSION_TLSv1_1
        case .tls12: CURL_SSLVERSION_TLSv1_2
        case .tls13: CURL_SSLVERSION_TLSv1_3
        }
    }
}
