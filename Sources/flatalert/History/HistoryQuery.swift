import AlertRouter
import AlertStorage
import ArgumentParser
import JSON
import Time

/// `history`: what happened, newest first.
struct HistoryQuery: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool history",
        abstract: "Show what happened: alerts, deliveries, silences, clock events, reloads.",
        discussion: "Newest first. With matchers only what concerns such alerts: alertname=foo host=a.")

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Option(
        name: .customLong("kind"), parsing: .singleValue, help: "Only this kind, such as delivery_failed; repeatable.",
        completion: .list(HistoryEvent.Kind.allCases.map(\.name)))
    var kinds: [String] = []

    @Option(name: [.customShort("r"), .customLong("receiver")], help: "Only what concerns this receiver.")
    var receiver: String?

    @Option(name: .customLong("since"), help: "Not before this: a time in RFC 3339, or a duration back from now such as 2h.")
    var since: String?

    @Option(name: .customLong("until"), help: "Not after this: a time in RFC 3339, or a duration back from now such as 2h.")
    var until: String?

    @Option(name: [.customShort("n"), .customLong("limit")], help: "At most this many events.")
    var limit = 50

    @Argument(help: "Matchers.")
    var matchers: [String] = []

    /// Events in one request.
    private static let page = 1000

    func run(_ session: ClientSession) async throws(ClientError) {
        guard limit > 0 else { throw .failed("--limit must be greater than 0") }
        var query = session.matchers.filters(matchers).map { ("filter", $0) } + kinds.map { ("kind", $0) }
        if let receiver { query.append(("receiver", receiver)) }
        if let since { query.append(("since", try Self.time(since))) }
        if let until { query.append(("until", try Self.time(until))) }
        let server = try await session.server()
        var events: [JSONValue] = []
        var before: Int64?
        repeat {
            var query = query + [("limit", "\(min(limit - events.count, Self.page))")]
            if let before { query.append(("before", "\(before)")) }
            let answer = try await server.get("/history", query: query, of: .flatalert)
            events += answer["events"]?.arrayValue ?? []
            before = answer["next"]?.int64Value
        } while before != nil && events.count < limit
        print(events, session)
    }

    private func print(_ events: [JSONValue], _ session: ClientSession) {
        if session.output == .json {
            session.console.print(JSONValue.array(events).text)
            return
        }
        var table = Table(titles: ["Time", "Event", "What"])
        for event in events {
            let time = event["time"]?.stringValue.flatMap { RFC3339.parse($0) }
            table.add([time.map { session.format($0) } ?? "", event["kind"]?.stringValue ?? "", Self.description(of: event)])
        }
        session.console.write(.output, table.rendered)
    }

    private static func description(of event: JSONValue) -> String {
        var parts: [String] = []
        if let labels = event["labels"]?.objectValue {
            parts.append("{" + labels.map { "\($0.key)=\"\($0.value.stringValue ?? "")\"" }.joined(separator: ", ") + "}")
        }
        if let receiver = event["receiver"]?.stringValue { parts.append("\(receiver)/\(event["integration"]?.stringValue ?? "")") }
        if let group = event["group"]?.stringValue { parts.append(group) }
        for key in ["text", "error"] { if let text = event[key]?.stringValue { parts.append(text) } }
        if let count = event["alerts"]?.int64Value { parts.append("\(count) alert\(count == 1 ? "" : "s")") }
        if let count = event["attempts"]?.int64Value, count > 1 { parts.append("\(count) attempts") }
        if let milliseconds = event["milliseconds"]?.int64Value {
            parts.append(GoDuration.format(.milliseconds(milliseconds)))
        }
        return parts.joined(separator: "  ").replacing("\n", with: " ").replacing("\t", with: " ")
    }

    /// A time as the server wants it.
    private static func time(_ text: String) throws(ClientError) -> String {
        if let span = try? PrometheusDuration.parse(text) { return RFC3339.string(Clock.wall() + -span, fraction: .milliseconds) }
        return RFC3339.string(try timeArgument(text), fraction: .asNeeded)
    }
}
