import Testing
import Time

@testable import Transport

@Suite("SMTP")
struct SMTPTests {
    let transport = Transport(name: "test")

    private static let body = "Subject: x\r\n\r\nfirst\r\n.leading dot\r\n"

    private func mail(
        _ server: ScriptedMailServer, mode: SMTPMode = .plain, authentication: SMTPAuthentication? = nil, to recipients: [String] = ["c@d"],
        message: String = body, timeout: TimeSpan = .minutes(1), host: String = "127.0.0.1"
    ) -> SMTPRequest {
        SMTPRequest(
            host: host, port: server.port, hello: "flatalert.test", mode: mode, authentication: authentication,
            sender: "a@b", recipients: recipients, message: Array(message.utf8), timeout: timeout)
    }

    private func withServer<R>(_ script: ScriptedMailServer.Script, _ body: (ScriptedMailServer) async throws -> R) async throws -> R {
        let server = try ScriptedMailServer(script)
        defer { server.stop() }
        return try await body(server)
    }

    private func failure(_ mail: SMTPRequest) async -> SMTPError? {
        do throws(SMTPError) {
            _ = try await transport.send(mail)
            return nil
        } catch { return error }
    }

    @Test("a mail is handed over as it is, to every recipient")
    func handsOver() async throws {
        try await withServer(.init()) { server in
            let response = try await transport.send(mail(server, to: ["c@d", #""e f"@g"#]))
            #expect(response == SMTPResponse(code: 250, text: "2.0.0 queued as 4711", mechanism: nil))
            await server.waitForCommand("QUIT")
            let said = server.conversations[0]
            #expect(
                said.commands == [
                    "EHLO flatalert.test", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", #"RCPT TO:<"e f"@g>"#, "DATA", "QUIT",
                ])
            #expect(said.message == "Subject: x\r\n\r\nfirst\r\n..leading dot\r\n")
        }
    }

    @Test("a server that knows no EHLO is greeted with HELO")
    func helo() async throws {
        try await withServer(.init(answers: ["EHLO": "502 unknown"])) { server in
            _ = try await transport.send(mail(server))
            #expect(server.conversations[0].commands.prefix(2) == ["EHLO flatalert.test", "HELO flatalert.test"])
        }
    }

    // MARK: Authentication

    private let both = SMTPAuthentication(username: "user", password: .inline("pa ss"), secret: .inline("geheim"), identity: "other")

    private func commands(
        offering mechanisms: String, _ authentication: SMTPAuthentication, host: String = "127.0.0.1"
    ) async throws -> (commands: [[String]], mechanism: SMTPMechanism?) {
        try await withServer(.init(extensions: mechanisms.isEmpty ? [] : ["AUTH \(mechanisms)", "SIZE 100"])) { server in
            let response = try await transport.send(mail(server, authentication: authentication, host: host))
            return (server.conversations.map { $0.commands.filter { !$0.hasPrefix("EHLO") && $0 != "QUIT" } }, response.mechanism)
        }
    }

    @Test("PLAIN carries identity, user and password")
    func plain() async throws {
        let (said, mechanism) = try await commands(offering: "PLAIN LOGIN CRAM-MD5", both)
        #expect(said.last?.first == "AUTH PLAIN " + base64(Array("other\0user\0pa ss".utf8)))
        #expect(mechanism == .plain && said.count == 1)
    }

    @Test("the server's order decides, and nothing secret is said before it does")
    func order() async throws {
        let (login, mechanism) = try await commands(offering: "LOGIN PLAIN", both)
        #expect(login.last?.prefix(3) == ["AUTH LOGIN", base64(Array("user".utf8)), base64(Array("pa ss".utf8))])
        #expect(mechanism == .login && login.dropLast().allSatisfy { $0.isEmpty })
        let (cram, second) = try await commands(offering: "XOAUTH2 CRAM-MD5 PLAIN", both)
        #expect(cram.last?.first == "AUTH CRAM-MD5" && second == .cramMD5 && cram.dropLast().allSatisfy { $0.isEmpty })
    }

    @Test("CRAM-MD5 answers the challenge with the secret")
    func cramMD5() async throws {
        let (said, _) = try await commands(offering: "CRAM-MD5", SMTPAuthentication(username: "user", secret: .inline("geheim")))
        // HMAC-MD5 of the challenge "Username:" under the key "geheim", as Python computes it.
        #expect(said.last?[1] == base64(Array("user 3500a4df7580d7343de269dcd5f6aa09".utf8)))
        #expect(said.count == 1)
    }

    @Test("a mechanism without its credentials is passed over")
    func credentialsDecide() async throws {
        let (said, _) = try await commands(offering: "CRAM-MD5 LOGIN", SMTPAuthentication(username: "user", password: .inline("pass")))
        #expect(said.last?.first == "AUTH LOGIN")
    }

    @Test("the server's mechanism is remembered: the second mail needs one connection")
    func remembers() async throws {
        try await withServer(.init(extensions: ["AUTH LOGIN"])) { server in
            _ = try await transport.send(mail(server, authentication: both))
            #expect(server.conversations.count == 2)
            _ = try await transport.send(mail(server, authentication: both))
            #expect(server.conversations.count == 3)
        }
    }

    @Test("without AUTH the mail goes unauthenticated, with AUTH and no user too")
    func unauthenticated() async throws {
        let (without, mechanism) = try await commands(offering: "", both)
        #expect(without.last?.first == "MAIL FROM:<a@b>" && mechanism == nil)
        let (noUser, _) = try await commands(offering: "PLAIN", SMTPAuthentication(username: "", password: .inline("pass")))
        #expect(noUser.last?.first?.hasPrefix("MAIL FROM:<a@b>") == true)
    }

    @Test("no usable mechanism is an error that names what is offered, and nothing is sent")
    func noMechanism() async throws {
        try await withServer(.init(extensions: ["AUTH GSSAPI CRAM-MD5"])) { server in
            let error = await failure(mail(server, authentication: SMTPAuthentication(username: "u", password: .inline("pass"))))
            #expect(error?.kind == .noMechanism && error?.stage == .authentication)
            #expect(error?.text.contains("GSSAPI CRAM-MD5") == true)
            #expect(server.conversations.flatMap(\.commands).allSatisfy { $0.hasPrefix("EHLO") })
        }
    }

    @Test("PLAIN is not spoken in the clear but to this machine")
    func plainInTheClear() {
        let credentials = SMTPCredentials(username: "u", password: "p", secret: "", identity: "")
        func choice(_ offered: [String], _ host: String, _ isEncrypted: Bool) -> SMTPMechanism? {
            try? credentials.mechanism(among: offered, onHost: host, isEncrypted: isEncrypted).get()
        }
        #expect(choice(["PLAIN", "LOGIN"], "mail.example", false) == nil)
        #expect(choice(["LOGIN", "PLAIN"], "mail.example", false) == .login)
        #expect(choice(["PLAIN"], "mail.example", true) == .plain)
        #expect(choice(["PLAIN"], "localhost", false) == .plain)
    }

    @Test("a refused password is an error with its code and without the password")
    func refusedPassword() async throws {
        let echo = base64(Array("other\0user\0pa ss".utf8))
        try await withServer(.init(extensions: ["AUTH PLAIN"], answers: ["AUTH": "535 5.7.8 pa ss / \(echo) / is wrong"])) { server in
            let error = await failure(mail(server, authentication: both))
            #expect(
                error == SMTPError(.refused, at: .authentication, code: 535, text: "5.7.8 <redacted> / <redacted> / is wrong"))
            #expect(server.conversations.count == 1)
        }
        try await withServer(.init(extensions: ["AUTH LOGIN"], answers: ["334": "535 no"])) { server in
            let error = await failure(mail(server, authentication: both))
            #expect(error?.code == 535 && error?.stage == .authentication)
        }
    }

    @Test("a short password blanks the whole text")
    func shortPassword() {
        let redaction = SMTPRedaction(SMTPCredentials(username: "u", password: "ab", secret: "", identity: ""))
        #expect(redaction.clean("a cab") == "<redacted>" && redaction.clean("fine") == "fine")
    }

    // MARK: Refusals

    @Test(
        "a refusal is reported with its step, code and text",
        arguments: [
            ("EHLO", SMTPError.Stage.hello, "421 busy"),
            ("MAIL", .sender, "451 4.3.0 later"),
            ("RCPT", .recipient, "550 5.1.1 unknown user"),
            ("DATA", .data, "452 4.3.1 full"),
            (".", .message, "554 5.6.0 no"),
        ])
    func refusals(_ command: String, _ stage: SMTPError.Stage, _ answer: String) async throws {
        var script = ScriptedMailServer.Script(answers: [command: answer])
        if command == "EHLO" { script.answers["HELO"] = answer }
        try await withServer(script) { server in
            let error = await failure(mail(server))
            #expect(error == SMTPError(.refused, at: stage, code: Int(answer.prefix(3)), text: String(answer.dropFirst(4))))
            #expect(error?.mayHaveBeenTaken == false)
        }
    }

    @Test("a greeting that refuses is reported")
    func greeting() async throws {
        try await withServer(.init(greeting: "554 go away")) { server in
            #expect(await failure(mail(server)) == SMTPError(.refused, at: .greeting, code: 554, text: "go away"))
        }
    }

    @Test("an answer of several lines is one text")
    func severalLines() async throws {
        try await withServer(.init(answers: ["RCPT": "550-first\r\n550 second"])) { server in
            #expect(await failure(mail(server))?.description == "RCPT TO: 550 first second")
        }
    }

    @Test("a server without STARTTLS is refused where TLS is required")
    func noStartTLS() async throws {
        try await withServer(.init(extensions: ["AUTH PLAIN"])) { server in
            let error = await failure(mail(server, mode: .startTLSRequired, authentication: both))
            #expect(error?.kind == .tls && error?.stage == .startTLS)
            #expect(server.conversations[0].commands.prefix(1) == ["EHLO flatalert.test"])
            #expect(!server.conversations[0].commands.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
        }
    }

    // MARK: Broken connections and time

    @Test("a connection cut in the mail is an error: it may or may not have been taken")
    func cutInData() async throws {
        let long = "Subject: x\r\n\r\n" + String(repeating: String(repeating: "x", count: 70) + "\r\n", count: 20_000)
        try await withServer(.init(answers: ["first line": ScriptedMailServer.Script.cut])) { server in
            let error = await failure(mail(server, message: long))
            #expect(error?.kind == .connection && error?.stage == .message && error?.mayHaveBeenTaken == true)
        }
        try await withServer(.init(answers: [".": ScriptedMailServer.Script.cut])) { server in
            let error = await failure(mail(server))
            #expect(error?.kind == .connection && error?.stage == .message && error?.code == nil)
        }
    }

    @Test("nobody listens")
    func closedPort() async throws {
        let server = try ScriptedMailServer(.init())
        server.stop()
        let port = try LoopbackServer.closedPort()
        var request = mail(server)
        request.port = port
        let error = await failure(request)
        #expect(error?.kind == .connection && error?.stage == .connection)
    }

    @Test("a server that hangs ends with the time-out, wherever it hangs", arguments: ["EHLO", "MAIL", "DATA", "."])
    func hangs(_ command: String) async throws {
        try await withServer(.init(answers: [command: ScriptedMailServer.Script.hang])) { server in
            let error = await failure(mail(server, timeout: .milliseconds(300)))
            #expect(error?.kind == .timeout)
            await server.waitForGoneClients(1)
        }
    }

    @Test("a server that hangs after it took the mail delays nothing")
    func hangsAtQuit() async throws {
        try await withServer(.init(answers: ["QUIT": ScriptedMailServer.Script.hang])) { server in
            let response = try await transport.send(mail(server, timeout: .minutes(1)))
            #expect(response.code == 250)
            await server.waitForGoneClients(1)
        }
    }

    @Test("cancelling ends a mail at once, wherever the server hangs", arguments: ["EHLO", "."])
    func cancel(_ command: String) async throws {
        try await withServer(.init(answers: [command: ScriptedMailServer.Script.hang])) { server in
            let request = mail(server, timeout: .minutes(10))
            let task = Task { await failure(request) }
            await server.waitForCommand(command == "." ? "DATA" : command)
            task.cancel()
            #expect(await task.value?.kind == .cancelled)
            await server.waitForGoneClients(1)
        }
    }

    @Test("shutting down ends mails under way and refuses later ones")
    func shutdown() async throws {
        try await withServer(.init(answers: ["MAIL": ScriptedMailServer.Script.hang])) { server in
            let request = mail(server, timeout: .minutes(10))
            let task = Task { await failure(request) }
            await server.waitForCommand("MAIL")
            transport.shutdown()
            #expect(await task.value?.kind == .shutDown)
            #expect(await failure(request)?.kind == .shutDown)
        }
    }

    @Test("at most ten connections to one server; those that wait get their turn, or can be cancelled")
    func connectionLimit() async throws {
        try await withServer(.init(answers: ["MAIL": ScriptedMailServer.Script.hang])) { server in
            let request = mail(server, timeout: .minutes(10))
            let tasks = (0..<12).map { _ in Task { await failure(request) } }
            await server.waitForConnections(MailServers.connectionsPerServer)
            for task in tasks { task.cancel() }
            for task in tasks { #expect(await task.value?.kind == .cancelled) }
            #expect(server.mostConnections <= MailServers.connectionsPerServer)
        }
        try await withServer(.init()) { server in
            let request = mail(server)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<30 { group.addTask { try await transport.send(request).code } }
                for try await code in group { #expect(code == 250) }
            }
            #expect(server.conversations.count == 30 && server.mostConnections <= MailServers.connectionsPerServer)
        }
    }

    // MARK: What is refused before anything is sent

    @Test("what could not be said in SMTP is refused before a connection is made")
    func invalidRequests() async throws {
        func problem(_ change: (inout SMTPRequest) -> Void) async -> SMTPError.Kind? {
            var request = SMTPRequest(host: "127.0.0.1", port: 9, mode: .plain, sender: "a@b", recipients: ["c@d"], message: [])
            change(&request)
            let error = await failure(request)
            return error?.stage == .preparation ? error?.kind : nil
        }
        #expect(await problem { $0.recipients = [] } == .invalidRequest)
        #expect(await problem { $0.recipients = ["a@b\r\nRCPT TO:<x@y>"] } == .invalidRequest)
        #expect(await problem { $0.recipients = ["a@b> NOTIFY=NEVER"] } == .invalidRequest)
        #expect(await problem { $0.sender = "a b@c" } == .invalidRequest)
        #expect(await problem { $0.sender = "\"a\\\"@c" } == .invalidRequest)
        #expect(await problem { $0.hello = "a\r\nb" } == .invalidRequest)
        #expect(await problem { $0.host = "a/b" } == .invalidRequest)
        #expect(await problem { $0.host = "u@b" } == .invalidRequest)
        #expect(await problem { $0.port = 0 } == .invalidRequest)
        #expect(
            await problem { $0.authentication = SMTPAuthentication(username: "u", password: .file("/nonexistent")) } == .unreadableFile)
        #expect(
            await problem {
                $0.mode = .implicitTLS
                $0.tls = TLSOptions(ca: .file("/nonexistent"))
            } == .tlsConfiguration)
    }
}
