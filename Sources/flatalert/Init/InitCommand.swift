import AlertRouter
import ArgumentParser
import JSON

/// `init`: the first configuration, from four questions.
struct InitCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool init",
        abstract: "Write a first configuration: four questions, or the same as flags.",
        discussion: """
            Asks for what flags don't say, if somebody is at the terminal. The configuration is Alertmanager's; secrets are in files of their own that only \
            you can read, so run this as the user that will run serve. Nothing is overwritten without --force.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags
    @OptionGroup var flags: InitFlags

    @Flag(name: [.customShort("f"), .customLong("force")], help: "Overwrite files.")
    var overwrites = false

    @Flag(name: .customLong("test"), help: "Send a test message, if an instance runs with this configuration.")
    var sendsTest = false

    func run(_ session: ClientSession) async throws(ClientError) {
        let missing = flags.missing
        let terminal = missing.isEmpty ? nil : session.environment.terminal
        if terminal == nil, !missing.isEmpty {
            throw .failed("nobody can be asked here; required flags not provided: \(missing.joined(separator: ", "))")
        }
        let answers = try InitQuestions(flags: flags, overwrites: overwrites, environment: session.environment, terminal: terminal)
            .answers()
        try validate(answers)
        let files = InitFiles(answers)
        try files.write(overwrites: overwrites)
        for path in files.paths { session.console.print("wrote     \(path)") }
        let inbox = answers.secrets.isEmpty && answers.email == nil
        if inbox { session.console.print("nobody is told yet: messages are on the page of the instance, http://localhost:9093/") }
        let program = session.environment.command
        // The instance that will run with this listens where serve does here.
        let port = InstanceURL(Health.localURL(listenAddress: session.environment.variable("FLATALERT_WEB_LISTEN_ADDRESS"))).port
        if !sendsTest, let holder = session.environment.portHolder(port) {
            session.console.print("first     stop what holds port \(port): \(holder)")
        }
        session.console.print("start     \(program) serve --config.file=\(Self.word(answers.configFile))")
        if sendsTest { return try await test(answers, session) }
        let server = port == 9093 || session.configuredURL != nil ? "" : " --alertmanager.url=http://localhost:\(port)"
        session.console.print("then try  \(program) test-fire\(server)")
    }

    /// A mistake here is one that a question should have found.
    private func validate(_ answers: InitAnswers) throws(ClientError) {
        do throws(ConfigurationError) {
            _ = try AlertmanagerConfiguration.parse(
                answers.configuration, file: answers.configFile, baseDirectory: directory(of: answers.configFile))
        } catch {
            throw .failed("these answers make no valid configuration, nothing was written: \(error)")
        }
    }

    /// Tests the instance that runs, if it is the one that was set up: another would tell other people.
    private func test(_ answers: InitAnswers, _ session: ClientSession) async throws(ClientError) {
        let how = "start it as above, then: \(session.environment.command) test-fire"
        let status: String?
        do throws(ClientError) {
            status = try await session.server().get("/status")["config"]?["original"]?.stringValue
        } catch {
            session.console.print("not tested: no instance answers (\(error.message ?? "")); \(how)")
            return
        }
        let marks = answers.secrets.isEmpty ? [answers.email?.smarthost ?? InitAnswers.inboxURL] : answers.secrets.map(\.path)
        guard let status, marks.allSatisfy(status.contains) else {
            session.console.print("not tested: the instance that runs has another configuration; \(how)")
            return
        }
        let answer = try await session.server().post("/test-fire", Self.demo, of: .flatalert)
        let report = TestFireReport(answer, isDryRun: false)
        session.console.print(session.output == .json ? answer.text : report.text)
        guard report.isSuccess else { throw .alreadyTold }
    }

    /// The server's own demonstration alert.
    private static var demo: JSONValue {
        .object(JSONObject([("labels", .object(JSONObject([]))), ("annotations", .object(JSONObject([])))]))
    }

    /// A path as a shell takes it.
    private static func word(_ path: String) -> String {
        let isPlain = path.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || "0123456789/._-+".unicodeScalars.contains($0) }
        return isPlain ? path : "'\(path.replacing("'", with: "'\\''"))'"
    }
}
