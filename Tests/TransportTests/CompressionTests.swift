import Foundation
import Testing
import Time

@testable import Transport

@Suite("compressed answers and many connections", .timeLimit(.minutes(10)))
struct CompressionTests {
    let transport = Transport(name: "test")

    /// The text `up_total 1\nx{a="b"} 2.5\n`.
    private static let small = "H4sIAAAAAAACAystiC/JL0nMUTDkqqhOtFVKUqpVMNIz5QIAac4/cBgAAAA="
    /// 100,104 bytes of text in 345.
    private static let large =
        "H4sIAAAAAAACA+3TQQkAQAgAwb8pBBMYyRbGN8EVOGYiLGzlAJ+LMjoYHTA6YHTA6IDRAaMDRgeMDkYHjA4YHTA6YHTA6IDRAaOD0QGjA0YHjA4YHTA6YHTA6GB0EcDo"
        + "gNEBowNGB4wOGB0wOmB0MDpgdMDogNEBowNGB4wOGB2MDhgdMDpgdMDogNEBowNGB6MDRgeMDhgdMDpgdMDogNEBo4PRAaMDRgeMDhgdMDpgdMDoYHTA6IDRAaMD"
        + "RgeMDhgdMDoYHTA6YHTA6IDRAaMDRgeMDhgdjA4YHTA6YHTA6IDRAaMDRgejA0YHjA4YHTA6YHTA6MB79M2OA03FPj0IhwEA"

    private func bytes(_ base64: String) throws -> [UInt8] { Array(try #require(Data(base64Encoded: base64))) }

    private func request(_ url: String, limit: Int = 1 << 20, policy: HTTPRequest.BodyPolicy = .whole) -> HTTPRequest {
        var request = HTTPRequest(url: url, timeout: .minutes(1), maximumResponseBytes: limit, bodyPolicy: policy)
        request.acceptsGzip = true
        request.expectedResponseBytes = 1 << 40
        return request
    }

    @Test("gzip is asked for and undone; an answer without it is taken as it is")
    func gzip() async throws {
        let body = try bytes(Self.small)
        try await withServer({ request in
            request.target == "/plain" ? .answer(200, body: "plain") : .bytes(body, headers: [("Content-Encoding", "gzip")])
        }) { server in
            let packed = try await transport.send(request(server.url))
            #expect(String(decoding: packed.body, as: UTF8.self) == "up_total 1\nx{a=\"b\"} 2.5\n")
            let plain = try await transport.send(request(server.url + "/plain"))
            #expect(String(decoding: plain.body, as: UTF8.self) == "plain")
            #expect(server.requests.map { $0[header: "Accept-Encoding"] } == ["gzip", "gzip"])
        }
    }

    @Test("who does not ask for gzip gets what the server sends, and sends no Accept-Encoding")
    func notAsked() async throws {
        let body = try bytes(Self.small)
        try await withServer({ _ in .bytes(body, headers: [("Content-Encoding", "gzip")]) }) { server in
            let answer = try await transport.send(HTTPRequest(url: server.url))
            #expect(answer.body == body)
            #expect(server.requests.first?[header: "Accept-Encoding"] == nil)
        }
    }

    @Test("the limit counts plain bytes")
    func limit() async throws {
        let body = try bytes(Self.large)
        #expect(body.count < 1000)
        try await withServer({ _ in .bytes(body, headers: [("Content-Encoding", "gzip")]) }) { server in
            #expect(try await transport.send(request(server.url, limit: 100_104)).body.count == 100_104)
            #expect(await failure(of: request(server.url, limit: 100_103), over: transport) == .responseTooLarge(limit: 100_103))
            let cut = try await transport.send(request(server.url, limit: 5000, policy: .prefix))
            #expect(cut.bodyWasCut && cut.body.count == 5000)
        }
    }

    @Test("a body that only says that it is compressed is an error")
    func broken() async throws {
        try await withServer({ _ in .answer(200, headers: [("Content-Encoding", "gzip")], body: "this is plain text of some length\n") }) {
            server in
            guard case .io = await failure(of: request(server.url), over: transport) else {
                Issue.record("no error")
                return
            }
        }
    }

    @Test("as many connections stay open as are wanted, so that the next round needs no new ones")
    func idleConnections() async throws {
        let servers = try (0..<100).map { _ in try LoopbackServer { _ in .answer(200, body: "x") } }
        defer { for server in servers { server.stop() } }
        for (wanted, reused) in [(200, 100), (10, 10)] {
            let transport = Transport(name: "test", idleConnections: wanted)
            defer { transport.shutdown() }
            let before = servers.map { Set($0.requests.map(\.connection)).count }
            for _ in 0..<2 { for server in servers { _ = try await transport.send(HTTPRequest(url: server.url)) } }
            let opened = zip(servers, before).map { Set($0.requests.map(\.connection)).count - $1 }
            #expect(opened.filter { $0 == 1 }.count <= reused)
            if wanted >= servers.count { #expect(opened == servers.map { _ in 1 }) } else { #expect(opened.filter { $0 == 2 }.count >= 90) }
        }
    }
}
