import ArgumentParser
import JSON

/// `test-fire`: sends a test message the way that an alert with these labels would go.
struct TestFireCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool test-fire",
        abstract: "Send a test message the way that an alert with these labels would go.",
        discussion: """
            The real routes choose the receivers, the real templates make the messages, the real integrations send them. Mutes are told, not applied. \
            Exits with 1 if any message did not arrive.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Option(help: "Take labels and annotations from the alerting rule of this name, filled in from its samples.")
    var rule: String?

    @Option(help: "Only this receiver, whatever the routes say.")
    var receiver: String?

    @Option(parsing: .unconditionalSingleValue, help: "An annotation as name=value; may be repeated.")
    var annotation: [String] = []

    @Flag(name: .customLong("dry-run"), help: "Print the messages, send nothing.")
    var isDryRun = false

    @Flag(name: .customLong("end"), help: "Send the all-clear as well.")
    var sendsEnd = false

    @Argument(help: "Labels as name=value; a first word without a name is the value of alertname.")
    var labels: [String] = []

    func run(_ session: ClientSession) async throws(ClientError) {
        let labels = try session.matchers.labels(labels, shorthand: true)
        let annotations = try session.matchers.labels(annotation, shorthand: false, what: "annotations")
        var body = JSONObject([("labels", Self.object(labels)), ("annotations", Self.object(annotations))])
        if let rule { body["rule"] = .string(rule) }
        if let receiver { body["receiver"] = .string(receiver) }
        if isDryRun { body["dryRun"] = .bool(true) }
        if sendsEnd { body["end"] = .bool(true) }
        let answer = try await session.server().post("/test-fire", .object(body), of: .flatalert)
        let report = TestFireReport(answer, isDryRun: isDryRun)
        session.console.print(session.output == .json ? answer.text : report.text)
        guard report.isSuccess else { throw .alreadyTold }
    }

    private static func object(_ pairs: [(name: String, value: String)]) -> JSONValue {
        .object(JSONObject(pairs.map { ($0.name, .string($0.value)) }))
    }
}
