import ArgumentParser
import JSON
import Labels
import Time

/// `silence add`: mutes alerts for a time, and prints the new silence's ID.
struct SilenceAdd: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool silence add",
        abstract: "Add a new silence.",
        discussion: """
            All matchers must hold for an alert to be silenced: alertname=foo, node!=bar, 'node=~web.*'. A first word that is no matcher is \
            the value of alertname.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Option(name: [.customShort("a", allowingJoined: true), .customLong("author")], help: "Who silences; the user by default.")
    var author: String?

    @Flag(name: .customLong("require-comment"), inversion: .prefixedNo, help: "Insist on a comment.")
    var requireComment: Bool?

    @Option(
        name: [.customShort("d", allowingJoined: true), .customLong("duration")], help: "How long, such as 30m or 1d12h; 1h by default.")
    var duration: String?

    @Option(help: "When it starts, RFC 3339; now by default.")
    var start: String?

    @Option(help: "When it ends, RFC 3339; instead of a duration.")
    var end: String?

    @Option(name: [.customShort("c", allowingJoined: true), .customLong("comment")], help: "Why.")
    var comment: String?

    @Option(parsing: .unconditionalSingleValue, help: "An annotation as name=value; may be repeated.")
    var annotation: [String] = []

    @Argument(help: "Matchers.")
    var matchers: [String] = []

    func run(_ session: ClientSession) async throws(ClientError) {
        let matchers = try session.matchers.matchers(matchers)
        guard !matchers.isEmpty else { throw .failed("no matchers specified") }
        let startsAt = if let start { try timeArgument(start) } else { session.environment.now() }
        let endsAt =
            if let end { try timeArgument(end) } else { startsAt + (try silenceDuration(duration ?? session.settings["duration"] ?? "1h")) }
        guard startsAt <= endsAt else { throw .failed("silence cannot start after it ends") }
        let comment = comment ?? session.settings["comment"] ?? ""
        let required = if let requireComment { requireComment } else { try session.settings.bool("require-comment") ?? true }
        guard !required || !comment.isEmpty else { throw .failed("comment required by config") }
        let author = author ?? session.settings["author"] ?? session.environment.userName()

        var silence = JSONObject([
            ("matchers", .array(matchers.map(Self.json))), ("startsAt", .string(RFC3339.string(startsAt, fraction: .asNeeded))),
            ("endsAt", .string(RFC3339.string(endsAt, fraction: .asNeeded))), ("createdBy", .string(author)), ("comment", .string(comment)),
        ])
        let annotations = try session.matchers.labels(annotation, shorthand: false, what: "annotations")
        if !annotations.isEmpty { silence["annotations"] = .object(JSONObject(annotations.map { ($0.name, .string($0.value)) })) }
        session.console.print(try await session.server().postSilence(silence))
    }

    private static func json(_ matcher: Matcher) -> JSONValue {
        [
            "isEqual": .bool(matcher.operation.isEqual), "isRegex": .bool(matcher.operation.isRegex), "name": .string(matcher.name),
            "value": .string(matcher.value),
        ]
    }
}

extension APIClient {
    /// Creates or changes a silence.
    ///
    /// - Returns: its ID, which is a new one where the server had to make a new silence (reference 3.8).
    func postSilence(_ silence: JSONObject) async throws(ClientError) -> String {
        guard let id = try await post("/silences", .object(silence))["silenceID"]?.stringValue else {
            throw .failed("unexpected answer to POST /silences: no silenceID")
        }
        return id
    }
}
