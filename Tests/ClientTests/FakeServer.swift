import NIOConcurrencyHelpers
import Time
import Transport

@testable import flatalert

/// A server that answers from a table, and the environment of a program that talks to it.
final class FakeServer: Sendable {
    struct Seen: Sendable, Equatable {
        let method: String
        /// Without the scheme and host.
        let target: String
        let body: String
    }

    /// What a run of a program left behind.
    struct Run: Sendable {
        var code: Int32 = 0
        var output = ""
        var error = ""
    }

    typealias Answer = @Sendable (Seen) async -> (status: Int, body: String)

    private let answer: Answer
    private let seen = NIOLockedValueBox<[Seen]>([])
    private let written = NIOLockedValueBox(Run())

    /// Takes the last path of a request and its body, and gives an answer.
    init(_ answer: @escaping Answer = { _ in (200, "[]") }) {
        self.answer = answer
    }

    var requests: [Seen] { seen.withLockedValue { $0 } }

    /// Runs a command line. The version check is off unless `settings` say otherwise. `typed` are the lines of somebody at the terminal.
    func run(
        _ arguments: String..., program: String = "amtool", files: [String: String] = [:], variables: [String: String] = [:],
        input: String? = nil, typed: [String]? = nil, at now: String = "2026-11-22T12:00:00Z"
    ) async throws -> Run {
        try await runWords(arguments, program: program, files: files, variables: variables, input: input, typed: typed, at: now)
    }

    /// The same for words in a list.
    func runWords(
        _ arguments: [String], program: String = "amtool", files: [String: String] = [:], variables: [String: String] = [:],
        input: String? = nil, typed: [String]? = nil, at now: String = "2026-11-22T12:00:00Z"
    ) async throws -> Run {
        let clock = RFC3339.parse(now) ?? .goZero
        var variables = variables
        variables["HOME"] = "/home/joe"
        if variables["FLATALERT_VERSION_CHECK"] == nil { variables["FLATALERT_VERSION_CHECK"] = "false" }
        let known = variables
        written.withLockedValue { $0 = Run() }
        let environment = ClientEnvironment(
            program: program, variable: { known[$0] }, userName: { "joe" },
            contents: { path throws(ClientError) in files[path].map { Array($0.utf8) } },
            standardInput: { () throws(ClientError) in input.map { Array($0.utf8) } },
            now: { clock },
            send: { [seen, answer] request throws(TransportError) in
                let target = request.url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).last.map { rest in
                    String(rest.drop { $0 != "/" })
                }
                let request = Seen(method: request.method, target: target ?? "", body: String(decoding: request.body, as: UTF8.self))
                seen.withLockedValue { $0.append(request) }
                let (status, body) = await answer(request)
                if status == 0 { throw .connect("connection refused") }
                return HTTPResponse(status: status, body: Array(body.utf8))
            },
            console: Console { [written] stream, text in
                written.withLockedValue { run in
                    switch stream {
                    case .output: run.output += text
                    case .error: run.error += text
                    }
                }
            },
            terminal: typed.map { lines in
                let rest = NIOLockedValueBox(lines[...])
                return Terminal { _, ask throws(ClientError) in
                    ask()
                    return rest.withLockedValue { $0.popFirst() }
                }
            })
        let code = await ClientCommands.run(arguments, in: environment)
        return written.withLockedValue { run in
            run.code = code
            return run
        }
    }
}

/// The flag that names the fake server.
let url = "--alertmanager.url=http://am:9093"
