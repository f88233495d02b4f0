import ArgumentParser
import Glibc
import Time
import Transport

/// The commands with which the program describes itself: completion scripts, what a shell asks through them, and manual pages. They are there
/// under every name of the program, in our spelling and in that of Alertmanager's own programs, which scripts and profiles know.
struct SelfDescription {
    /// The name that the program was called by.
    let program: String
    let console: Console
    /// The day of manual pages.
    let date: String
    /// Runs a client command and returns what it printed, for values that only a server knows.
    let output: @Sendable ([String]) async -> String

    /// Runs a command line if it is one of these.
    ///
    /// - Returns: the exit code; nil if the command line is another.
    static func run(program: String, arguments: [String]) async -> Int32? {
        let description = SelfDescription(program: program, console: .standard, date: date()) { words in
            let transport = Transport(name: "complete", userAgent: program)
            defer { transport.shutdown() }
            var environment = ClientEnvironment.process(program: "flatalert", transport: transport)
            let (stream, lines) = AsyncStream.makeStream(of: String.self)
            environment.console = Console { kind, text in if kind == .output { lines.yield(text) } }
            _ = await ClientCommands.run(words, in: environment)
            lines.finish()
            return await stream.reduce(into: "") { $0 += $1 }
        }
        do throws(ClientError) {
            return try await description.run(arguments) ? 0 : nil
        } catch {
            if let message = error.message { description.console.complain("\(program): error: \(message)") }
            return 1
        }
    }

    /// Today, or what a build that makes the same of the same sources says.
    private static func date() -> String {
        let fixed = getenv("SOURCE_DATE_EPOCH").flatMap { Int64(String(cString: $0)) }
        let time = fixed.map { Timestamp(seconds: $0, nanoseconds: 0) } ?? Clock.wall()
        return GoLayout.format(time, layout: "2006-01-02")
    }

    /// Whether the command line was one of these and has been done.
    func run(_ arguments: [String]) async throws(ClientError) -> Bool {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case CompletionCommand.configuration.commandName:
            guard let command = try parse(CompletionCommand.self, rest) else { return true }
            console.write(.output, CompletionScripts.script(for: command.shell, program: program))
        case "--completion-script-bash": console.write(.output, CompletionScripts.script(for: .bash, program: program))
        case "--completion-script-zsh": console.write(.output, CompletionScripts.script(for: .zsh, program: program))
        case CompletionScripts.question:
            console.write(.output, await answer(rest.first == "--" ? Array(rest.dropFirst()) : rest))
        case "--completion-bash":
            // What scripts of Alertmanager's own programs ask: words alone.
            let words = Completer.complete(rest, in: .program(program)).words
            console.write(.output, words.map { "\($0.text)\n" }.joined())
        case ManCommand.configuration.commandName:
            guard let command = try parse(ManCommand.self, rest) else { return true }
            try manual(of: command.command, lists: command.lists)
        case "help" where [CompletionCommand.configuration.commandName, ManCommand.configuration.commandName].contains(rest.first):
            return try await run(rest + ["--help"])
        case "--help-man": try manual(of: [], lists: false)
        default: return false
        }
        return true
    }

    /// A command, or nil when its help was asked for and given.
    private func parse<Command: ParsableCommand>(_ type: Command.Type, _ arguments: [String]) throws(ClientError) -> Command? {
        do {
            return try type.parse(arguments)
        } catch {
            guard type.exitCode(for: error) == .success else { throw .failed(argumentComplaint(type.message(for: error))) }
            console.print(type.fullMessage(for: error).replacing("USAGE: ", with: "USAGE: \(program) "))
            return nil
        }
    }

    // MARK: Completion

    private func answer(_ words: [String]) async -> String {
        let answer = Completer.complete(words, in: .program(program))
        let mode: String
        var lines = answer.words.map { $0.meaning.isEmpty ? $0.text : "\($0.text)\t\($0.meaning)" }
        switch answer.kind {
        case .words: mode = "words"
        case .files: mode = "files \(answer.prefix)"
        case .directories: mode = "directories \(answer.prefix)"
        case .printed(let command):
            mode = "words"
            let last = words.last ?? ""
            // Nobody waits long for a suggestion.
            let printed = await output(command + ["--timeout=1s", "--no-version-check"] + Self.server(words))
            lines = printed.split(separator: "\n").compactMap { line in
                line.split(separator: " ").first.map { answer.prefix + $0 }.flatMap { $0.hasPrefix(last) ? $0 : nil }
            }
        }
        return ([mode] + lines).map { "\($0)\n" }.joined()
    }

    /// The flags of a line that say which server is meant.
    private static func server(_ words: [String]) -> [String] {
        words.indices.dropLast().flatMap { index in
            let name = words[index].prefix { $0 != "=" }
            guard ["--alertmanager.url", "--http.config.file"].contains(name) else { return [String]() }
            return name.count == words[index].count ? [words[index], words[index + 1]] : [words[index]]
        }
    }

    // MARK: Manual pages

    private func manual(of command: [String], lists: Bool) throws(ClientError) {
        guard let page = ManPage.find(command, in: .program(program)) else {
            throw .failed("there is no command \"\(command.joined(separator: " "))\"; \(program) help lists them")
        }
        guard lists else { return console.write(.output, page.source(date: date)) }
        for page in page.all { console.print(([page.name + ".1"] + page.words).joined(separator: " ")) }
    }
}
