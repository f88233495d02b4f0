import Glibc
import Time
import Transport
import WebServer

/// What client commands need of the world around them; tests bring their own.
struct ClientEnvironment: Sendable {
    /// The name under which the program was called: `amtool` or `flatalert`.
    var program: String
    /// An environment variable.
    var variable: @Sendable (String) -> String?
    /// The name of the user who calls, for the author of a silence.
    var userName: @Sendable () -> String
    /// The contents of a file; nil when there is no such file.
    var contents: @Sendable (_ path: String) throws(ClientError) -> [UInt8]?
    /// All of standard input; nil when it is a terminal or another device, where nobody would send anything.
    var standardInput: @Sendable () throws(ClientError) -> [UInt8]?
    /// The wall clock.
    var now: @Sendable () -> Timestamp
    /// Sends a request.
    var send: @Sendable (HTTPRequest) async throws(TransportError) -> HTTPResponse
    /// Where the words go.
    var console: Console
    /// Who can be asked; nil when nobody is at the keyboard.
    var terminal: Terminal?
    /// The program as it was typed, such as `./flatalert`; its name when that is not known.
    var calledAs: String?
    /// Who listens on a port of this machine.
    var portHolder: @Sendable (Int) -> PortHolder? = { _ in nil }

    /// What to type to call this program again.
    var command: String { calledAs ?? program }

    /// This process's environment.
    static func process(program: String, transport: Transport) -> ClientEnvironment {
        ClientEnvironment(
            program: program,
            variable: { name in getenv(name).map { String(cString: $0) } },
            userName: currentUserName,
            contents: { path throws(ClientError) in
                let file = open(path, O_RDONLY | O_CLOEXEC)
                guard file >= 0 else {
                    if errno == ENOENT { return nil }
                    throw .failed("could not read \(path): \(String(cString: strerror(errno)))")
                }
                defer { close(file) }
                return try readAll(file, named: path)
            },
            standardInput: { () throws(ClientError) in
                var status = stat()
                guard fstat(STDIN_FILENO, &status) == 0, status.st_mode & S_IFMT != S_IFCHR else { return nil }
                return try readAll(STDIN_FILENO, named: "standard input")
            },
            now: { Clock.wall() },
            send: { request throws(TransportError) in try await transport.send(request) },
            console: .standard,
            terminal: .standard,
            calledAs: CommandLine.arguments.first,
            portHolder: { PortHolder.find(port: $0) })
    }

    private static func currentUserName() -> String {
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else {
            return getenv("USER").map { String(cString: $0) } ?? ""
        }
        return String(cString: name)
    }

    private static func readAll(_ file: Int32, named name: String) throws(ClientError) -> [UInt8] {
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .failed("could not read \(name): \(String(cString: strerror(errno)))") }
            guard count > 0 else { return contents }
            contents += chunk[..<count]
        }
    }
}
