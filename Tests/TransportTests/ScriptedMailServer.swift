import Glibc
import NIOConcurrencyHelpers

/// A mail server on 127.0.0.1 that answers by a script and writes down every line.
final class ScriptedMailServer: Sendable {
    /// What it says. An answer of `cut` closes the connection, `hang` waits until the client is gone.
    struct Script: Sendable {
        var greeting = "220 mail.test ready"
        /// What EHLO lists, before and after STARTTLS.
        var extensions: [String] = []
        var extensionsOverTLS: [String] = []
        /// Answers by the beginning of the command; `.` is the end of the mail, `334` a line of AUTH.
        var answers: [String: String] = [:]

        static let cut = "cut"
        static let hang = "hang"
    }

    /// One connection as the server saw it.
    struct Conversation: Sendable {
        var commands: [String] = []
        var message = ""
        var isEncrypted = false
    }

    let port: Int
    /// Shut down and given up under the lock alone: once closed, its number is soon another's.
    private let listening: NIOLockedValueBox<Int32?>
    private let script: Script
    private let tls: (@Sendable (Int32) -> Channel?)?
    private let implicitTLS: Bool
    private let seen = NIOLockedValueBox<[Conversation]>([])
    private let goneClients = NIOLockedValueBox(0)
    private let open = NIOLockedValueBox(0)
    private let mostOpen = NIOLockedValueBox(0)

    /// `tls` takes over a connected socket and gives the decrypted side of it.
    init(_ script: Script, implicitTLS: Bool = false, tls: (@Sendable (Int32) -> Channel?)? = nil) throws {
        self.script = script
        self.tls = tls
        self.implicitTLS = implicitTLS
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 256) == 0 && getsockname(listener, generic, &length) == 0
            }
        }
        guard bound else { throw LoopbackServer.SocketFailure(code: errno) }
        listening = NIOLockedValueBox(listener)
        port = Int(UInt16(bigEndian: address.sin_port))
        startThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                startThread { [self] in serve(connection) }
            }
            listening.withLockedValue { listening in
                listening = nil
                close(listener)
            }
        }
    }

    /// The connections so far, in the order in which they ended or said something.
    var conversations: [Conversation] { seen.withLockedValue { $0 } }
    /// The most connections that were open at once.
    var mostConnections: Int { mostOpen.withLockedValue { $0 } }

    func stop() {
        listening.withLockedValue { listener in
            if let listener { shutdown(listener, Int32(SHUT_RDWR)) }
        }
    }

    /// Waits until this many clients went away while they were left hanging.
    func waitForGoneClients(_ count: Int) async {
        while goneClients.withLockedValue({ $0 }) < count { await Task.yield() }
    }

    /// Waits until a client has said this.
    func waitForCommand(_ prefix: String) async {
        while !conversations.contains(where: { $0.commands.contains { $0.hasPrefix(prefix) } }) { await Task.yield() }
    }

    /// Waits until a client has said this on so many connections.
    func waitForConnections(_ count: Int) async {
        while open.withLockedValue({ $0 }) < count { await Task.yield() }
    }

    private func serve(_ socket: Int32) {
        let now = open.withLockedValue { open in
            open += 1
            return open
        }
        mostOpen.withLockedValue { $0 = max($0, now) }
        defer { open.withLockedValue { $0 -= 1 } }
        let number = seen.withLockedValue { seen in
            seen.append(Conversation())
            return seen.count - 1
        }
        var channel = Channel(input: socket, output: socket)
        if implicitTLS {
            guard let encrypted = tls?(socket) else { return }
            channel = encrypted
            seen.withLockedValue { $0[number].isEncrypted = true }
        }
        defer { channel.close() }
        guard say(script.greeting, on: &channel) else { return }
        while let line = channel.readLine() {
            seen.withLockedValue { $0[number].commands.append(line) }
            if line == "STARTTLS", script.answers["STARTTLS"] == nil {
                guard say("220 go ahead", on: &channel), let encrypted = tls?(socket) else { return }
                channel = encrypted
                seen.withLockedValue { $0[number].isEncrypted = true }
                continue
            }
            guard say(answer(to: line, isEncrypted: conversations[number].isEncrypted), on: &channel) else { return }
            if line == "DATA", script.answers["DATA"] == nil {
                var message = ""
                while let text = channel.readLine() {
                    if text == "." { break }
                    message += text + "\r\n"
                    seen.withLockedValue { [message] in $0[number].message = message }
                    if script.answers["first line"] == Script.cut { return }
                }
                guard say(script.answers["."] ?? "250 2.0.0 queued as 4711", on: &channel) else { return }
            }
            if line.hasPrefix("AUTH "), script.answers["AUTH"] == nil {
                guard authenticate(line, &channel, number) else { return }
            }
            if line == "QUIT" { return }
        }
    }

    private func answer(to line: String, isEncrypted: Bool) -> String {
        if let (_, answer) = script.answers.first(where: { line.hasPrefix($0.key) }) { return answer }
        if line.hasPrefix("EHLO") {
            let lines = ["mail.test"] + (isEncrypted ? script.extensionsOverTLS : script.extensions)
            return lines.enumerated().map { "250\($0.offset == lines.count - 1 ? " " : "-")\($0.element)" }.joined(separator: "\r\n")
        }
        if line == "DATA" { return "354 go ahead" }
        if line.hasPrefix("AUTH ") { return line.hasPrefix("AUTH PLAIN ") ? "235 2.7.0 welcome" : "334 VXNlcm5hbWU6" }
        if line == "QUIT" { return "221 bye" }
        return "250 2.0.0 fine"
    }

    /// The lines that follow AUTH.
    private func authenticate(_ line: String, _ channel: inout Channel, _ number: Int) -> Bool {
        if line.hasPrefix("AUTH PLAIN ") { return true }
        for answer in line == "AUTH LOGIN" ? ["334 UGFzc3dvcmQ6", "235 2.7.0 welcome"] : ["235 2.7.0 welcome"] {
            guard let more = channel.readLine() else { return false }
            seen.withLockedValue { $0[number].commands.append(more) }
            guard say(script.answers["334"] ?? answer, on: &channel) else { return false }
        }
        return true
    }

    /// Says it, unless it is a word for the script; false ends the conversation.
    private func say(_ text: String, on channel: inout Channel) -> Bool {
        switch text {
        case Script.cut: return false
        case Script.hang:
            while channel.readLine() != nil {}
            goneClients.withLockedValue { $0 += 1 }
            return false
        default:
            channel.write(text + "\r\n")
            return true
        }
    }

    /// Lines in and text out.
    struct Channel {
        let input: Int32
        let output: Int32
        var ended: @Sendable () -> Void = {}
        private var buffer: [UInt8] = []

        init(input: Int32, output: Int32, ended: @escaping @Sendable () -> Void = {}) {
            self.input = input
            self.output = output
            self.ended = ended
        }

        mutating func readLine() -> String? {
            while true {
                if let end = buffer.firstIndex(of: 0x0a) {
                    let line = buffer[..<end].filter { $0 != 0x0d }
                    buffer.removeFirst(end + 1)
                    return String(decoding: line, as: UTF8.self)
                }
                var chunk = [UInt8](repeating: 0, count: 64 << 10)
                let count = read(input, &chunk, chunk.count)
                guard count > 0 else { return nil }
                buffer += chunk[..<count]
            }
        }

        func write(_ text: String) {
            let bytes = Array(text.utf8)
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes { Glibc.write(output, $0.baseAddress! + sent, bytes.count - sent) }
                guard count > 0 else { return }
                sent += count
            }
        }

        func close() {
            Glibc.close(input)
            if output != input { Glibc.close(output) }
            ended()
        }
    }
}
