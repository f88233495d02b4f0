import ArgumentParser
import JSON
import Time

/// `silence [query]`: the silences that a server holds.
struct SilenceQuery: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool silence query",
        abstract: "Query silences.",
        discussion: """
            Shows active and pending silences that have all of these matchers, letter for letter. A first word that is no matcher is the value \
            of alertname.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Flag(help: "Show expired silences instead.")
    var expired = false

    @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Print only the IDs.")
    var quiet = false

    @Option(name: .customLong("created-by"), help: "Only silences of this author.")
    var createdBy: String?

    @Option(help: "Only the silence with this ID.")
    var id: String?

    @Option(help: "Only silences that end, or with --expired have ended, within this time.")
    var within: String?

    @Argument(help: "Matchers.")
    var matchers: [String] = []

    func run(_ session: ClientSession) async throws(ClientError) {
        let window = try within.map { text throws(ClientError) in try Self.window(text) }
        let query = session.matchers.filters(matchers).map { ("filter", $0) }
        let server = try await session.server()
        let all = try SilenceRecord.list(try await server.get("/silences", query: query))
        let now = session.environment.now()
        let wanted = all.filter { silence in
            if let createdBy, !createdBy.isEmpty, silence.createdBy != createdBy { return false }
            if let id, !id.isEmpty, silence.id != id { return false }
            guard (silence.endsAt < now) == expired else { return false }
            guard let window, window > .zero else { return true }
            return expired ? silence.endsAt >= now - window : silence.endsAt <= now + window
        }
        if quiet {
            for silence in wanted.sorted(by: { $0.endsAt < $1.endsAt }) { session.console.print(silence.id) }
        } else {
            SilenceTable.print(wanted, session)
        }
    }

    /// Both grammars: amtool takes Go's, its other flags Prometheus's.
    private static func window(_ text: String) throws(ClientError) -> TimeSpan {
        if let span = try? PrometheusDuration.parse(text) { return span }
        do throws(DurationError) {
            return try GoDuration.parse(text)
        } catch {
            throw .failed("\(error)")
        }
    }
}

extension SilenceRecord {
    /// The silences of an answer.
    static func list(_ answer: JSONValue) throws(ClientError) -> [SilenceRecord] {
        do throws(JSONDecodingError) {
            var records: [SilenceRecord] = []
            for element in try JSONElement(answer).elements() { records.append(try SilenceRecord(element)) }
            return records
        } catch {
            throw ClientError("GET /silences", error)
        }
    }
}
