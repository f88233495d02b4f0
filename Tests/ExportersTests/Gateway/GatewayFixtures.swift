import Exposition
import Glibc
import Logging
import NIOConcurrencyHelpers
import Transport
import WebServer

@testable import Exporters

/// A web server whose answers the test sets, by path; other paths get 404. `seen` is what was asked, as METHOD PATH.
final class FakeGateway: Sendable {
    private let answers = NIOLockedValueBox<[String: (status: Int, body: String)]>([:])
    private let requests = NIOLockedValueBox<[String]>([])

    var seen: [String] { requests.withLockedValue { $0 } }

    func set(_ path: String, _ status: Int = 200, _ body: String = "OK") { answers.withLockedValue { $0[path] = (status, body) } }

    func setAll(_ status: Int, _ body: String = "") {
        answers.withLockedValue { answers in for path in answers.keys { answers[path] = (status, body) } }
    }

    /// Runs a body with the address that the server listens on.
    func serve<Value>(_ body: (_ address: String) async throws -> Value) async throws -> Value {
        let server = WebServer(options: WebServerOptions(listen: ["127.0.0.1:0"])) { [self] request in
            requests.withLockedValue { $0.append("\(request.method) \(request.path)") }
            let answer = answers.withLockedValue { $0[request.path] } ?? (status: 404, body: "nothing")
            return WebResponse(status: answer.status, text: answer.body)
        }
        let address = try await server.start()[0]
        do {
            let value = try await body(address)
            await server.shutdown(within: .seconds(0))
            return value
        } catch {
            await server.shutdown(within: .seconds(0))
            throw error
        }
    }
}

/// A server that answers every connection in one way that no web server should.
final class OddServer: Sendable {
    enum Manner: Sendable {
        /// Reads and never answers.
        case hangs
        /// These bytes, then the end.
        case sends(String)
        /// Takes no connection: its queue is full, so that nothing comes back, as behind a firewall.
        case drops
    }

    let address: String
    private let listener: Int32
    private let fillers: [Int32]

    init(_ manner: Manner) {
        let (listener, port) = Self.listen(backlog: { if case .drops = manner { 0 } else { 64 } }())
        self.listener = listener
        address = "127.0.0.1:\(port)"
        if case .drops = manner {
            fillers = (0..<4).map { _ in Self.knock(port) }
        } else {
            fillers = []
            Self.serve(listener, manner)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        for filler in fillers { close(filler) }
    }

    /// A port of the loopback that nobody listens on.
    static func closedPort() -> String {
        let (listener, port) = listen(backlog: 1)
        close(listener)
        return "127.0.0.1:\(port)"
    }

    private static func listen(backlog: Int32) -> (Int32, UInt16) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                precondition(bind(listener, name, length) == 0 && Glibc.listen(listener, backlog) == 0, "cannot listen")
                getsockname(listener, name, &length)
            }
            return (listener, UInt16(bigEndian: pointer.pointee.sin_port))
        }
    }

    /// A connection that fills a place of the queue.
    private static func knock(_ port: UInt16) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                _ = connect(descriptor, name, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return descriptor
    }

    private static func serve(_ listener: Int32, _ manner: Manner) {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(listener: listener, manner: manner))
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, work.toOpaque())
        precondition(code == 0, "no thread")
        pthread_detach(thread)
    }

    private final class Work: Sendable {
        let listener: Int32
        let manner: Manner

        init(listener: Int32, manner: Manner) {
            self.listener = listener
            self.manner = manner
        }

        func run() {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                var buffer = [UInt8](repeating: 0, count: 4096)
                _ = recv(connection, &buffer, buffer.count, 0)
                if case .sends(let text) = manner {
                    _ = send(connection, text, text.utf8.count, Int32(MSG_NOSIGNAL))
                } else {
                    // Until the client gives up.
                    while recv(connection, &buffer, buffer.count, 0) > 0 {}
                }
                shutdown(connection, Int32(SHUT_RDWR))
                close(connection)
            }
        }
    }
}

/// Options that look at nothing of this machine but what the test gives.
func gatewayOptions(_ url: String, limit: Int64 = 5000, _ change: (inout GatewayOptions) -> Void = { _ in }) -> GatewayOptions {
    var options = GatewayOptions(version: "1.2.3")
    options.url = url
    options.apiURL = ""
    options.stubStatusURL = ""
    options.accessLog = nil
    options.errorLog = nil
    options.registryLog = nil
    options.nginxConfig = nil
    options.requestLimit = .milliseconds(limit)
    change(&options)
    return options
}

/// An exporter under test: its page as lines, and what it logged.
struct GatewayPage {
    let exporter: Exporter
    let lines: CapturedLog.Lines
    private let transport: Transport

    init(_ options: GatewayOptions) throws {
        let (log, lines) = CapturedLog.logger()
        transport = Transport(name: "test")
        exporter = try GatewayExporter.make(options: options, transport: transport, log: log)
        self.lines = lines
    }

    /// The samples of the families that begin so, after a new look at everything.
    func samples(_ prefixes: String...) async -> [String] {
        await exporter.collect()
        return shown(prefixes)
    }

    /// The samples without a new look.
    func shown(_ prefixes: [String]) -> [String] {
        String(decoding: exporter.registry.render(), as: UTF8.self).split(separator: "\n").map(String.init).filter { line in
            prefixes.contains { line.hasPrefix($0) }
        }
    }

    /// The log's lines that hold a word, since the last call from here.
    func logged(_ word: String) -> [String] { lines.all.filter { $0.contains(word) } }

    func stop() async {
        await exporter.stop()
        transport.shutdown()
    }
}
