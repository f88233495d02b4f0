import ArgumentParser
import JSON

/// `alert [query]`: the alerts that a server holds.
struct AlertQuery: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool alert query",
        abstract: "View and search through current alerts.",
        discussion: """
            All matchers must hold: alertname=foo, node!=bar, 'node=~web.*'. A first word that is no matcher is the value of alertname. \
            Without one of the state flags only active alerts are shown.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Flag(name: [.customShort("a"), .customLong("active")], help: "Show active alerts.")
    var active = false

    @Flag(name: [.customShort("s"), .customLong("silenced")], help: "Show silenced alerts.")
    var silenced = false

    @Flag(name: [.customShort("i"), .customLong("inhibited")], help: "Show inhibited alerts.")
    var inhibited = false

    @Flag(name: [.customShort("u"), .customLong("unprocessed")], help: "Show unprocessed alerts.")
    var unprocessed = false

    @Option(
        name: [.customShort("r", allowingJoined: true), .customLong("receiver")], help: "Show alerts of receivers that match this regex.")
    var receiver: String?

    @Argument(help: "Matchers.")
    var matchers: [String] = []

    func run(_ session: ClientSession) async throws(ClientError) {
        let noState = !(active || silenced || inhibited || unprocessed)
        var query = [
            ("active", "\(active || noState)"), ("silenced", "\(silenced)"), ("inhibited", "\(inhibited)"),
            ("unprocessed", "\(unprocessed)"),
        ]
        query += session.matchers.filters(matchers).map { ("filter", $0) }
        if let receiver, !receiver.isEmpty { query.append(("receiver", receiver)) }
        let answer = try await session.server().get("/alerts", query: query)
        AlertTable.print(try Self.records(in: answer), session)
    }

    private static func records(in answer: JSONValue) throws(ClientError) -> [AlertRecord] {
        do throws(JSONDecodingError) {
            var records: [AlertRecord] = []
            for element in try JSONElement(answer).elements() { records.append(try AlertRecord(element)) }
            return records
        } catch {
            throw ClientError("GET /alerts", error)
        }
    }
}
