import JSON
import Time
import Transport

/// The server's API v2 (reference 3), and our own beside it, as far as the commands need them.
struct APIClient: Sendable {
    /// Which of the server's interfaces.
    enum Interface: String {
        case v2 = "/api/v2"
        case flatalert = "/api/flatalert/v1"
        /// Prometheus's query API.
        case prometheus = "/api/v1"
    }

    private let base: String
    /// The same without user and password.
    private let shownBase: String
    private let options: HTTPClientOptions
    private let timeout: TimeSpan
    private let log: Console?
    private let sendRequest: @Sendable (HTTPRequest) async throws(TransportError) -> HTTPResponse

    /// Enough for a million alerts; a server that never stops talking must not fill the memory.
    private static let longestAnswer = 1 << 30

    /// A client for the server at this URL, whose path is a prefix of the API's. `log` is told every request.
    init(
        url: String, options: HTTPClientOptions, timeout: TimeSpan, log: Console?,
        send: @escaping @Sendable (HTTPRequest) async throws(TransportError) -> HTTPResponse
    ) throws(ClientError) {
        var url = url.contains("://") ? url : "http://\(url)"
        while url.hasSuffix("/") { url.removeLast() }
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw .failed("unsupported protocol scheme \"\(scheme)\" in --alertmanager.url")
        }
        base = url
        let authority = url.dropFirst(scheme.count + 3)
        let host = authority.prefix { $0 != "/" }.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        shownBase = "\(scheme)://\(host)\(authority.drop { $0 != "/" })"
        self.options = options
        self.timeout = timeout
        self.log = log
        sendRequest = send
    }

    /// The answer to a GET.
    func get(_ path: String, query: [(String, String)] = [], of interface: Interface = .v2) async throws(ClientError) -> JSONValue {
        let text = query.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&")
        return try await send("GET", path, of: interface, query: text.isEmpty ? "" : "?" + text)
    }

    /// The answer to a POST of a JSON value; null when it has no body. `limit` is the least that it may take.
    @discardableResult
    func post(
        _ path: String, _ body: JSONValue, of interface: Interface = .v2, within limit: TimeSpan = .zero
    ) async throws(ClientError) -> JSONValue {
        try await send("POST", path, of: interface, body: Array(body.text.utf8), within: max(limit, timeout))
    }

    /// The answer to a POST of a form.
    func postForm(_ path: String, _ form: [(String, String)], of interface: Interface) async throws(ClientError) -> JSONValue {
        let text = form.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&")
        return try await send("POST", path, of: interface, body: Array(text.utf8), type: "application/x-www-form-urlencoded")
    }

    /// Deletes.
    func delete(_ path: String) async throws(ClientError) {
        _ = try await send("DELETE", path, of: .v2)
    }

    /// The bytes of a GET's answer, whatever they mean. `limit` is the longest that it may take.
    func download(_ path: String, of interface: Interface, within limit: TimeSpan) async throws(ClientError) -> [UInt8] {
        try await exchange("GET", path, of: interface, within: limit).answer.body
    }

    private func send(
        _ method: String, _ path: String, of interface: Interface, query: String = "", body: [UInt8]? = nil,
        type: String = "application/json", within limit: TimeSpan? = nil
    ) async throws(ClientError) -> JSONValue {
        let (answer, shown) = try await exchange(
            method, path, of: interface, query: query, body: body, type: type, within: limit ?? timeout)
        if answer.body.isEmpty { return .null }
        do throws(JSONError) {
            return try JSONValue.parse(answer.body)
        } catch {
            throw .failed("\(shown): the answer is not JSON, is an Alertmanager listening there? \(error)")
        }
    }

    private func exchange(
        _ method: String, _ path: String, of interface: Interface, query: String = "", body: [UInt8]? = nil,
        type: String = "application/json",
        within limit: TimeSpan
    ) async throws(ClientError) -> (answer: HTTPResponse, shown: String) {
        var request = HTTPRequest(
            method: method, url: base + interface.rawValue + path + query, headers: [("Accept", "application/json")], timeout: limit,
            maximumResponseBytes: Self.longestAnswer, bodyPolicy: .whole, options: options)
        if let body {
            request.headers.append(("Content-Type", type))
            request.body = body
        }
        let shown = "\(method) \(shownBase)\(interface.rawValue)\(path)\(query)"
        let answer: HTTPResponse
        do throws(TransportError) {
            answer = try await sendRequest(request)
        } catch {
            throw .failed("\(shown): \(error)")
        }
        log?.complain("\(shown): \(answer.status)")
        guard (200..<300).contains(answer.status) else {
            throw .refused(status: answer.status, message: "[\(method) \(path)][\(answer.status)] \(Self.reason(in: answer))")
        }
        return (answer, shown)
    }

    /// The server's own words out of its three shapes of errors (reference 3.2).
    private static func reason(in answer: HTTPResponse) -> String {
        let body = try? JSONValue.parse(answer.body)
        if let text = body?.stringValue ?? body?["message"]?.stringValue { return text }
        if let text = body?["error"]?.stringValue { return body?["advice"]?.stringValue.map { "\(text); \($0)" } ?? text }
        if answer.status == 404 { return "not found" }
        let text = String(decoding: answer.body.prefix(500), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "no reason given"
    }
}
