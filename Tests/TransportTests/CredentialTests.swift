import Foundation
import Testing
import Time

@testable import Transport

/// A file with this text for the length of a test body.
func withFile<R>(_ text: String, _ body: (String) async throws -> R) async throws -> R {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("flatalert-\(UUID().uuidString)").path
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

@Suite("credentials")
struct CredentialTests {
    let transport = Transport(name: "test")

    private func authorization(_ options: HTTPClientOptions, url: (LoopbackServer) -> String = { $0.url }) async throws -> String? {
        try await withServer({ _ in .answer(200) }) { server in
            _ = try await transport.send(HTTPRequest(url: url(server), options: options))
            return server.requests.first?[header: "Authorization"]
        }
    }

    @Test("basic authentication")
    func basic() async throws {
        let options = HTTPClientOptions(basicAuth: BasicAuth(username: .inline("Aladdin"), password: .inline("open sesame")))
        #expect(try await authorization(options) == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    }

    @Test("a user and password in the URL are basic authentication")
    func inURL() async throws {
        let sent = try await authorization(HTTPClientOptions()) { "http://me:pass%20word@127.0.0.1:\($0.port)/" }
        #expect(sent == "Basic " + base64(Array("me:pass word".utf8)))
    }

    @Test("a bearer token, and any other scheme")
    func bearer() async throws {
        #expect(try await authorization(HTTPClientOptions(authorization: Authorization(credentials: .inline("t0")))) == "Bearer t0")
        let other = Authorization(type: "GenieKey", credentials: .inline("k"))
        #expect(try await authorization(HTTPClientOptions(authorization: other)) == "GenieKey k")
    }

    @Test("a secret's file is read at every request, without the white space around it")
    func files() async throws {
        try await withFile(" first\n") { path in
            let options = HTTPClientOptions(
                authorization: Authorization(credentials: .file(path)), headers: [CustomHeader(name: "X-Key", values: [.file(path)])])
            #expect(try await authorization(options) == "Bearer first")
            try Data("second\r\n".utf8).write(to: URL(fileURLWithPath: path))
            #expect(try await authorization(options) == "Bearer second")
        }
    }

    @Test("an unreadable file is named, with the reason, and nothing is sent")
    func unreadable() async throws {
        let options = HTTPClientOptions(authorization: Authorization(credentials: .file("/nonexistent/token")))
        let error = try #require(await failure(of: HTTPRequest(url: "http://127.0.0.1:1", options: options)))
        #expect(
            error.description == "could not read the credentials from /nonexistent/token: No such file or directory" && !error.reachedWire)
    }

    @Test("a line break inside a secret cannot smuggle in a header field")
    func smuggling() async throws {
        try await withFile("a\r\nX-Evil: 1") { path in
            let options = HTTPClientOptions(authorization: Authorization(credentials: .file(path)))
            let error = try #require(await failure(of: HTTPRequest(url: "http://127.0.0.1:1", options: options)))
            #expect(
                error == .invalidRequest("the value of header Authorization holds a line break or another control character"))
        }
    }

    @Test("custom headers are sent with all their values")
    func customHeaders() async throws {
        try await withServer({ _ in .answer(200) }) { server in
            let options = HTTPClientOptions(headers: [CustomHeader(name: "X-Scope", values: [.inline("a"), .inline("b")])])
            _ = try await transport.send(HTTPRequest(url: server.url, options: options))
            let sent = try #require(server.requests.first).headers.filter { $0.0 == "X-Scope" }.map(\.1)
            #expect(sent == ["a", "b"])
        }
    }

    @Test("a redirect to another host does not get the credentials, one to the same host does")
    func redirects() async throws {
        try await withServer({ _ in .answer(200, body: "there") }) { other in
            try await withServer({ request in
                switch request.target {
                case "/away": .answer(302, headers: [("Location", "http://127.0.0.1:\(other.port)/there")])
                case "/near": .answer(307, headers: [("Location", "/here")])
                default: .answer(200, body: "here")
                }
            }) { server in
                let options = HTTPClientOptions(authorization: Authorization(credentials: .inline("sesame")))
                let near = try await transport.send(
                    HTTPRequest(method: "POST", url: server.url + "/near", body: [65], options: options))
                #expect(String(decoding: near.body, as: UTF8.self) == "here")
                #expect(server.requests.map { $0[header: "Authorization"] } == ["Bearer sesame", "Bearer sesame"])
                #expect(server.requests.map(\.method) == ["POST", "POST"])

                let away = try await transport.send(
                    HTTPRequest(method: "POST", url: server.url + "/away", body: [65], options: options))
                #expect(String(decoding: away.body, as: UTF8.self) == "there")
                let arrived = try #require(other.requests.first)
                #expect(arrived[header: "Authorization"] == nil)
                #expect(arrived.method == "GET" && arrived.body.isEmpty)

                let withUser = "http://me:sesame@127.0.0.1:\(server.port)/away"
                _ = try await transport.send(HTTPRequest(url: withUser))
                #expect(other.requests.last?[header: "Authorization"] == nil)
            }
        }
    }

    @Test("redirects are answers when they are not to be followed, and endless ones fail")
    func redirectLimits() async throws {
        try await withServer({ _ in .answer(302, headers: [("Location", "/again")]) }) { server in
            let stay = try await transport.send(HTTPRequest(url: server.url, options: HTTPClientOptions(followRedirects: false)))
            #expect(stay.status == 302 && stay[header: "Location"] == "/again")
            let error = try #require(await failure(of: HTTPRequest(url: server.url), over: transport))
            #expect(error.reachedWire)
            #expect(server.requests.count == 12)
        }
    }

    @Test("a redirect to a file or another protocol is not followed")
    func redirectProtocol() async throws {
        try await withServer({ _ in .answer(302, headers: [("Location", "file:///etc/passwd")]) }) { server in
            let error = try #require(await failure(of: HTTPRequest(url: server.url), over: transport))
            #expect(error.reachedWire)
        }
    }

    /// A label of 64 letters is longer than DNS allows, so the look-up fails without asking anyone.
    private static let impossibleHost = String(repeating: "a", count: 64) + ".invalid"

    @Test(
        "no error shows a secret",
        arguments: [
            "http://user:hunter2secret@\(impossibleHost)/services/T000/XYZZYSECRET?token=PLUGHSECRET",
            "https://user:hunter2secret@127.0.0.1:1/services/T000/XYZZYSECRET?token=PLUGHSECRET#FRAGSECRET",
            "http://user:hunter2secret@127.0.0.1:0/XYZZYSECRET", "http://user:hunter2secret@[::1/XYZZYSECRET",
            "gopher://user:hunter2secret@localhost/XYZZYSECRET", "http://user:hunter2secret@a b/XYZZYSECRET",
            "http://user:hunter2secret@127.0.0.1:1/%zzXYZZYSECRET",
        ])
    func redaction(url: String) async throws {
        let options = HTTPClientOptions(
            authorization: Authorization(credentials: .inline("BEARERSECRET")),
            headers: [CustomHeader(name: "X-Key", values: [.inline("HEADERSECRET")])])
        for proxy in [nil, "http://proxyuser:PROXYSECRET@127.0.0.1:1/PROXYPATHSECRET"] {
            var request = HTTPRequest(method: "POST", url: url, body: Array("BODYSECRET".utf8), options: options)
            request.options.proxy.url = proxy
            let error = try #require(await failure(of: request))
            #expect(!error.reachedWire)
            for text in ["\(error)", String(reflecting: error), error.description] {
                #expect(!text.lowercased().contains("secret"), "\(text)")
                #expect(!text.isEmpty)
            }
        }
    }

    @Test("an unknown host is named")
    func unknownHost() async throws {
        let error = try #require(await failure(of: HTTPRequest(url: "http://\(Self.impossibleHost)/SECRET")))
        guard case .resolve(let message) = error else {
            Issue.record("got \(error)")
            return
        }
        #expect(message.contains(Self.impossibleHost) && !message.contains("SECRET"))
    }

    @Test("an answer that repeats the request shows no secret in its excerpt, not even half of one at the end")
    func excerpt() async throws {
        let echo = "Cannot POST /hooks/XYZZYSECRET, Authorization: Bearer PLUGHSECRET, key HEADERSECRET"
        let excerpts = try await withServer({ _ in .answer(404, body: echo) }) { server in
            let options = HTTPClientOptions(
                authorization: Authorization(credentials: .inline("PLUGHSECRET")),
                headers: [CustomHeader(name: "X-Key", values: [.inline("HEADERSECRET")])])
            let answer = try await transport.send(HTTPRequest(method: "POST", url: server.url + "/hooks/XYZZYSECRET?a=b", options: options))
            return (0...echo.utf8.count).map { answer.excerpt(bytes: $0) }
        }
        #expect(excerpts.last == "Cannot POST <redacted>, Authorization: <redacted>, key <redacted>")
        #expect(excerpts.allSatisfy { !$0.contains("XYZ") && !$0.contains("PLU") && !$0.contains("HEAD") })
    }

    @Test("options do not show their secrets when they are printed")
    func printing() {
        let options = HTTPClientOptions(basicAuth: BasicAuth(username: .inline("me"), password: .inline("hunter2")))
        #expect(!"\(options)".contains("hunter2"))
        #expect(!String(reflecting: options).contains("hunter2"))
        #expect("\(TextSource.file("/etc/token"))" == "file /etc/token")
    }
}

@Suite("the redaction of texts")
struct RedactionTests {
    @Test("secrets go, longer ones first, very short ones stay")
    func clean() {
        var redaction = Redaction()
        redaction.add("hunter2")
        redaction.add("hunter2hunter2")
        redaction.add("a")
        #expect(redaction.clean("a: hunter2hunter2 and hunter2") == "a: <redacted> and <redacted>")
    }

    @Test("of a URL only scheme, host and port stay")
    func url() throws {
        let url = "https://me:sesame@host:1/path?q"
        var redaction = Redaction()
        redaction.add(url: url, parts: try #require(URLParts(url)))
        #expect(redaction.clean("bad \(url) at host:1, /path?q, sesame") == "bad <redacted> at host:1, <redacted>, <redacted>")
    }
}
