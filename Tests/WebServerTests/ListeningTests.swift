import Foundation
import Testing
import WebServer

@Suite("Listening and stopping")
struct ListeningTests {
    static var hasIPv6: Bool {
        (try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8))?.contains(" lo\n") == true
    }

    @Test("an empty host serves IPv4 and IPv6 clients")
    func dualStack() async throws {
        let server = WebServer(options: WebServerOptions(listen: [":0"])) { WebResponse(status: 200, text: $0.peer) }
        let address = try await server.start()[0]
        let port = try #require(address.split(separator: ":").last)
        let over4 = try await onThread { try RawClient.request("127.0.0.1:\(port)", "GET", "/").text }
        #expect(over4.hasPrefix("127.0.0.1:"))
        if Self.hasIPv6 {
            #expect(address.hasPrefix("[::]:"))
            let over6 = try await onThread { try RawClient.request("[::1]:\(port)", "GET", "/").text }
            #expect(over6.hasPrefix("[::1]:"))
        }
        await server.shutdown()
    }

    @Test("several addresses are served; a name stands for its IPv4 address")
    func several() async throws {
        let server = WebServer(options: WebServerOptions(listen: ["127.0.0.1:0", "localhost:0"]), handler: echo)
        let addresses = try await server.start()
        #expect(addresses.count == 2)
        for address in addresses {
            #expect(address.hasPrefix("127.0.0.1:") && !address.hasSuffix(":0"))
            let status = try await onThread { try RawClient.request(address, "GET", "/").status }
            #expect(status == 200)
        }
        await server.shutdown()
    }

    @Test("a taken port is refused with its holder and the way out, and nothing stays open")
    func takenPort() async throws {
        try await withServer(handler: echo) { _, address in
            let port = Int(address.split(separator: ":").last ?? "") ?? 0
            let second = WebServer(options: WebServerOptions(listen: ["127.0.0.1:0", address]), handler: echo)
            let error = await #expect(throws: WebServerError.self) { _ = try await second.start() }
            guard case .portTaken(address, let holder?) = error else {
                Issue.record("unexpected error \(String(describing: error))")
                return
            }
            #expect(holder.pid == getpid())
            #expect(PortHolder.find(port: port)?.pid == getpid())
            let text = String(describing: try #require(error))
            #expect(text.contains("(pid \(getpid()))") && text.contains("--web.listen-address"))
            let everywhere = WebServer(options: WebServerOptions(listen: [":\(port)"]), handler: echo)
            await #expect(throws: WebServerError.self) { _ = try await everywhere.start() }
        }
    }

    @Test("an address that is none is refused and shown", arguments: ["9093", "localhost", "host:99999", "::1:9093", "host:http", ":"])
    func invalidAddress(text: String) async throws {
        let server = WebServer(options: WebServerOptions(listen: [text]), handler: echo)
        let error = await #expect(throws: WebServerError.self) { _ = try await server.start() }
        guard case .invalidAddress(text, _) = error else {
            Issue.record("unexpected error \(String(describing: error))")
            return
        }
    }

    @Test("a host that this machine does not have is refused", arguments: ["192.0.2.1:0", "no-such-host.invalid:0"])
    func foreignHost(address: String) async throws {
        let server = WebServer(options: WebServerOptions(listen: [address]), handler: echo)
        let error = await #expect(throws: WebServerError.self) { _ = try await server.start() }
        guard case .notAvailable = error else {
            Issue.record("unexpected error \(String(describing: error))")
            return
        }
    }

    @Test("a web configuration file that asks for something is refused, an empty one is not")
    func webConfiguration() async throws {
        let file = NSTemporaryDirectory() + "flatalert-web-\(UUID().uuidString).yml"
        defer { try? FileManager.default.removeItem(atPath: file) }
        var options = WebServerOptions(listen: ["127.0.0.1:0"], webConfigFile: file)
        func failure() async -> String {
            let server = WebServer(options: options, handler: echo)
            do {
                _ = try await server.start()
                await server.shutdown()
                return ""
            } catch { return String(describing: error) }
        }
        #expect(await failure() == "--web.config.file \(file): cannot be read: no such file or directory")
        try "# nothing\n\n{}\n".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(await failure() == "")
        try "basic_auth_users:\n  admin: x\n".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(await failure().contains("not in this version"))
        options.webConfigFile = ""
        #expect(await failure() == "")
    }

    @Test("shutdown closes idle connections, lets a request in work finish, and takes no new one")
    func drain() async throws {
        let gate = Gate()
        let server = WebServer(options: WebServerOptions(listen: ["127.0.0.1:0"])) { request in
            if request.path == "/hold" { await gate.pass() }
            return await echo(request)
        }
        let address = try await server.start()[0]
        let idle = try await onThread {
            let client = try RawClient(address)
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try client.answer()
            return UncheckedBox(client)
        }
        async let held = onThread { try RawClient.request(address, "GET", "/hold") }
        await gate.came(1)
        async let stopped: Void = server.shutdown(within: .seconds(60))
        let isClosed = try await onThread { idle.value.isAtEnd() }
        #expect(isClosed)
        await #expect(throws: RawClient.Failure.self) { try await onThread { _ = try RawClient.request(address, "GET", "/") } }
        await gate.open()
        let answer = try await held
        #expect(answer.text == "GET /hold? - 0")
        #expect(answer.field("connection") == "close")
        await stopped
    }

    @Test("shutdown cuts what does not finish in time")
    func cut() async throws {
        let arrived = Gate()
        let server = WebServer(options: WebServerOptions(listen: ["127.0.0.1:0"])) { _ in
            await arrived.open()
            try? await Task.sleep(for: .seconds(600))
            return WebResponse(status: 200)
        }
        let address = try await server.start()[0]
        async let failed = onThread {
            let client = try RawClient(address)
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            return client.isAtEnd()
        }
        await arrived.pass()
        await server.shutdown(within: .milliseconds(50))
        let isCut = try await failed
        #expect(isCut)
    }
}
