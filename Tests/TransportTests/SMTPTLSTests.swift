import Foundation
import Glibc
import Testing

@testable import Transport

extension TestAuthority {
    /// Takes over a connected socket and speaks TLS on it as the server, by an openssl command between the two; gives its decrypted side.
    func decrypted(_ socket: Int32) -> ScriptedMailServer.Channel? {
        guard let port = try? LoopbackServer.closedPort() else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "s_server", "-quiet", "-accept", "127.0.0.1:\(port)", "-cert", "server.pem", "-key", "server.key", "-naccept", "1",
        ]
        process.currentDirectoryURL = directory
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil, let tunnel = connect(to: port, while: { process.isRunning }) else { return nil }
        startThread { copy(from: socket, to: tunnel) }
        startThread { copy(from: tunnel, to: socket) }
        let pid = process.processIdentifier
        return ScriptedMailServer.Channel(
            input: dup(output.fileHandleForReading.fileDescriptor), output: dup(input.fileHandleForWriting.fileDescriptor)
        ) {
            // The pipes and the process live until here.
            withExtendedLifetime((process, input, output)) {
                kill(pid, SIGKILL)
                shutdown(socket, Int32(SHUT_RDWR))
                shutdown(tunnel, Int32(SHUT_RDWR))
            }
        }
    }

    /// Connects to a listener that is just starting.
    private func connect(to port: Int, while isStarting: () -> Bool) -> Int32? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        while isStarting() {
            let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            let isConnected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isConnected { return connection }
            close(connection)
            sched_yield()
        }
        return nil
    }
}

/// Carries bytes until one side ends.
private func copy(from source: Int32, to target: Int32) {
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while true {
        let count = read(source, &chunk, chunk.count)
        guard count > 0 else { break }
        var sent = 0
        while sent < count {
            let written = chunk.withUnsafeBytes { send(target, $0.baseAddress! + sent, count - sent, Int32(MSG_NOSIGNAL)) }
            guard written > 0 else { return }
            sent += written
        }
    }
    shutdown(target, Int32(SHUT_WR))
}

@Suite("SMTP over TLS", .serialized, .enabled(if: TestAuthority.isAvailable, "the openssl command is not installed"))
struct SMTPTLSTests {
    let transport = Transport(name: "test")
    let authority: TestAuthority

    init() async throws {
        authority = try await TestAuthority()
    }

    /// A server that offers STARTTLS and, over TLS, AUTH.
    private func withServer<R>(_ mode: SMTPMode, _ body: (ScriptedMailServer) async throws -> R) async throws -> R {
        let authority = authority
        let script = ScriptedMailServer.Script(extensions: ["STARTTLS", "AUTH LOGIN"], extensionsOverTLS: ["AUTH PLAIN LOGIN"])
        let server = try ScriptedMailServer(script, implicitTLS: mode == .implicitTLS) { authority.decrypted($0) }
        defer { server.stop() }
        return try await body(server)
    }

    private func mail(_ server: ScriptedMailServer, _ mode: SMTPMode, _ tls: TLSOptions) -> SMTPRequest {
        SMTPRequest(
            host: "127.0.0.1", port: server.port, mode: mode, tls: tls,
            authentication: SMTPAuthentication(username: "user", password: .inline("secret word")), sender: "a@b", recipients: ["c@d"],
            message: Array("Subject: x\r\n\r\nbody\r\n".utf8), timeout: .minutes(1))
    }

    private func failure(_ mail: SMTPRequest) async -> SMTPError? {
        do throws(SMTPError) {
            _ = try await transport.send(mail)
            return nil
        } catch { return error }
    }

    @Test(
        "the mail and the password go over TLS to a server that the authority vouches for",
        arguments: [SMTPMode.startTLSRequired, .implicitTLS])
    func delivered(_ mode: SMTPMode) async throws {
        try await withServer(mode) { server in
            let tls = TLSOptions(ca: .file(authority.path("ca.pem")), serverName: "flatalert.test")
            let response = try await transport.send(mail(server, mode, tls))
            #expect(response.code == 250 && response.mechanism == .plain)
            let said = server.conversations[0]
            let hello = "EHLO localhost"
            #expect(
                said.commands.prefix(while: { $0 != "DATA" })
                    == (mode == .implicitTLS ? [hello] : [hello, "STARTTLS", hello]) + [
                        "AUTH PLAIN " + base64(Array("\0user\0secret word".utf8)), "MAIL FROM:<a@b>", "RCPT TO:<c@d>",
                    ])
            #expect(said.isEncrypted && said.message == "Subject: x\r\n\r\nbody\r\n")
        }
    }

    @Test("an unknown authority or another name is refused before anything is said", arguments: [SMTPMode.startTLSRequired, .implicitTLS])
    func refused(_ mode: SMTPMode) async throws {
        try await withServer(mode) { server in
            let ca = TextSource.file(authority.path("ca.pem"))
            for tls in [TLSOptions(serverName: "flatalert.test"), TLSOptions(ca: ca), TLSOptions(ca: ca, serverName: "other.test")] {
                let error = await failure(mail(server, mode, tls))
                #expect(
                    error?.kind == .tls && error?.stage == (mode == .implicitTLS ? .connection : .startTLS), "\(String(describing: error))")
            }
            #expect(server.conversations.flatMap(\.commands).allSatisfy { ["EHLO localhost", "STARTTLS"].contains($0) })
        }
    }

    @Test("verification can be switched off")
    func insecure() async throws {
        try await withServer(.startTLSRequired) { server in
            let response = try await transport.send(mail(server, .startTLSRequired, TLSOptions(insecureSkipVerify: true)))
            #expect(response.code == 250)
        }
    }

    @Test("an authority that is none is an error of the configuration")
    func badAuthority() async throws {
        try await withServer(.startTLSRequired) { server in
            let error = await failure(mail(server, .startTLSRequired, TLSOptions(ca: .inline("no certificate"))))
            #expect(error?.kind == .tlsConfiguration)
        }
    }
}
