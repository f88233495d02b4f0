import ArgumentParser
import JSON
import Time

/// `alert add`: sends an alert as Prometheus would.
struct AlertAdd: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool alert add",
        abstract: "Add a new alert.",
        discussion: "Labels are given as name=value. A first word without a name is the value of alertname.")

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Option(name: .customLong("generator-url"), help: "Where the alert comes from, for links.")
    var generatorURL: String?

    @Option(help: "When it started, RFC 3339; now by default.")
    var start: String?

    @Option(help: "When it ends, RFC 3339; after the server's resolve_timeout by default.")
    var end: String?

    @Option(parsing: .unconditionalSingleValue, help: "An annotation as name=value; may be repeated.")
    var annotation: [String] = []

    @Argument(help: "Labels.")
    var labels: [String] = []

    func run(_ session: ClientSession) async throws(ClientError) {
        let labels = try session.matchers.labels(labels, shorthand: true)
        let annotations = try session.matchers.labels(annotation, shorthand: false, what: "annotations")
        var alert = JSONObject([("labels", Self.object(labels)), ("annotations", Self.object(annotations))])
        if let start { alert["startsAt"] = .string(RFC3339.string(try timeArgument(start))) }
        if let end { alert["endsAt"] = .string(RFC3339.string(try timeArgument(end))) }
        if let generatorURL { alert["generatorURL"] = .string(generatorURL) }
        try await session.server().post("/alerts", .array([.object(alert)]))
    }

    private static func object(_ pairs: [(name: String, value: String)]) -> JSONValue {
        .object(JSONObject(pairs.map { ($0.name, .string($0.value)) }))
    }
}
