import Foundation
import Testing

@testable import Transport

/// A certificate authority and what it signed, made by the openssl command in a directory of their own.
final class TestAuthority: Sendable {
    let directory: URL

    static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    init() async throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("flatalert-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try await run(["req", "-x509"] + Self.newKey + ["-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem"])
        try await issue("server", extensions: "subjectAltName=DNS:flatalert.test")
        try await issue("client", extensions: "extendedKeyUsage=clientAuth")
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }
    func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

    private func issue(_ name: String, extensions: String) async throws {
        try await run(["req"] + Self.newKey + ["-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).csr"])
        try Data(extensions.utf8).write(to: directory.appendingPathComponent("\(name).ext"))
        try await run([
            "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "\(name).ext",
            "-out", "\(name).pem",
        ])
    }

    private func run(_ arguments: [String]) async throws {
        let process = openssl(arguments)
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        try #require(status == 0, "openssl \(arguments[0]) failed")
    }

    private func openssl(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return process
    }

    /// Runs the body with a TLS server that answers every GET with status 200, and its port.
    func withTLSServer<R>(_ arguments: [String] = [], _ body: (Int) async throws -> R) async throws -> R {
        let process = openssl(["s_server", "-accept", "127.0.0.1:0", "-www", "-cert", "server.pem", "-key", "server.key"] + arguments)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        // Not SIGTERM: the child inherits the signal mask of the thread that started it, and Dispatch's threads block signals.
        defer { kill(process.processIdentifier, SIGKILL) }
        // It says "ACCEPT 127.0.0.1:PORT" once it listens. Reading blocks, so it gets a thread.
        let said = await withCheckedContinuation { continuation in
            let reader = output.fileHandleForReading
            startThread {
                var said = ""
                while !(said.contains("ACCEPT") && said.hasSuffix("\n")) {
                    let data = reader.availableData
                    if data.isEmpty { break }
                    said += String(decoding: data, as: UTF8.self)
                }
                continuation.resume(returning: said)
            }
        }
        let line = try #require(said.split(separator: "\n").first { $0.hasPrefix("ACCEPT") }, "openssl s_server ended: \(said)")
        let port = try #require(line.split(separator: ":").last.flatMap { Int($0) })
        return try await body(port)
    }
}

@Suite("TLS", .serialized, .enabled(if: TestAuthority.isAvailable, "the openssl command is not installed"))
struct TLSTests {
    let transport = Transport(name: "test")
    let authority: TestAuthority

    init() async throws {
        authority = try await TestAuthority()
    }

    private func request(_ port: Int, _ tls: TLSOptions, host: String = "127.0.0.1") -> HTTPRequest {
        HTTPRequest(url: "https://\(host):\(port)/", timeout: .minutes(1), options: HTTPClientOptions(tls: tls))
    }

    private func expectTLSFailure(_ request: HTTPRequest, reachedWire: Bool = false) async throws {
        let error = try #require(await failure(of: request, over: transport))
        guard case .tls(_, reachedWire) = error else {
            Issue.record("got \(String(reflecting: error))")
            return
        }
    }

    @Test("a server is verified against the given authority under the given name")
    func verified() async throws {
        try await authority.withTLSServer { port in
            let inline = TLSOptions(ca: .inline(try authority.text("ca.pem")), serverName: "flatalert.test")
            let file = TLSOptions(ca: .file(authority.path("ca.pem")), serverName: "flatalert.test")
            for tls in [inline, file] {
                let answer = try await transport.send(request(port, tls))
                #expect(answer.status == 200)
            }
        }
    }

    @Test("an unknown authority or another name is refused before anything is sent")
    func refused() async throws {
        try await authority.withTLSServer { port in
            let ca = TextSource.file(authority.path("ca.pem"))
            try await expectTLSFailure(request(port, TLSOptions(serverName: "flatalert.test")))
            try await expectTLSFailure(request(port, TLSOptions(ca: ca)))
            try await expectTLSFailure(request(port, TLSOptions(ca: ca, serverName: "other.test")))
            // One that trusts the server must not open the door for one that does not.
            _ = try await transport.send(request(port, TLSOptions(insecureSkipVerify: true)))
            try await expectTLSFailure(request(port, TLSOptions(ca: ca)))
        }
    }

    @Test("verification can be switched off")
    func insecure() async throws {
        try await authority.withTLSServer { port in
            let answer = try await transport.send(request(port, TLSOptions(insecureSkipVerify: true)))
            #expect(answer.status == 200)
        }
    }

    @Test("the client shows its certificate")
    func clientCertificate() async throws {
        try await authority.withTLSServer(["-Verify", "1", "-verify_return_error", "-CAfile", "ca.pem", "-tls1_2"]) { port in
            var tls = TLSOptions(ca: .file(authority.path("ca.pem")), serverName: "flatalert.test")
            try await expectTLSFailure(request(port, tls))
            tls.cert = .file(authority.path("client.pem"))
            tls.key = .inline(try authority.text("client.key"))
            let answer = try await transport.send(request(port, tls))
            #expect(answer.status == 200)
        }
    }

    @Test("versions outside the limits are not spoken")
    func versions() async throws {
        try await authority.withTLSServer(["-tls1_3"]) { port in
            try await expectTLSFailure(request(port, TLSOptions(insecureSkipVerify: true, maxVersion: .tls12)))
            let answer = try await transport.send(request(port, TLSOptions(insecureSkipVerify: true, minVersion: .tls13)))
            #expect(answer.status == 200)
        }
    }

    @Test("nonsense in place of certificates is a TLS error without the key's text")
    func nonsense() async throws {
        try await authority.withTLSServer { port in
            try await expectTLSFailure(request(port, TLSOptions(ca: .inline("nonsense"))))
            let tls = TLSOptions(cert: .inline("nonsense"), key: .inline("KEYSECRET"), insecureSkipVerify: true)
            try await expectTLSFailure(request(port, tls))
            let error = try #require(await failure(of: request(port, tls), over: transport))
            #expect(!"\(error)".contains("KEYSECRET"))
        }
    }

    @Test("the Host field names the URL's host, whatever name is verified")
    func hostField() throws {
        var request = HTTPRequest(url: "https://me:pw@10.0.0.1:8443/x?y")
        request.options.tls.serverName = "flatalert.test"
        let prepared = try PreparedRequest(request, token: nil, defaultUserAgent: "t", remaining: nil)
        #expect(prepared.url == "https://me:pw@flatalert.test:8443/x?y")
        #expect(prepared.connectTo == "flatalert.test:8443:10.0.0.1:8443")
        #expect(prepared.headerLines.contains("Host: 10.0.0.1:8443"))
    }
}
