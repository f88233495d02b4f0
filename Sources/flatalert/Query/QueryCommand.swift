import ArgumentParser
import JSON
import Time

/// `query`: asks Flatalert, or any Prometheus, a PromQL question.
struct QueryCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool query",
        abstract: "Evaluate a PromQL expression, now or over a range of time.",
        discussion: """
            With --since, --start or --end the expression is evaluated at every step of that range. Times are RFC 3339, Unix seconds, or a \
            duration back from now such as 2h. --url asks another server that speaks Prometheus's query API.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Option(name: .customLong("url"), help: "The server to ask, instead of that of --alertmanager.url.")
    var url: String?

    @Option(name: .customLong("time"), help: "When to evaluate; now by default.")
    var time: String?

    @Option(name: .customLong("since"), help: "Evaluate from so long ago until now, such as 1h.")
    var since: String?

    @Option(name: .customLong("start"), help: "Evaluate from then on.")
    var start: String?

    @Option(name: .customLong("end"), help: "Evaluate until then; now by default.")
    var end: String?

    @Option(name: .customLong("step"), help: "How far apart; a hundred steps by default.")
    var step: String?

    @Flag(name: .customLong("graph"), help: "Draw the series of a range into the terminal.")
    var graph = false

    @Argument(help: "The expression.")
    var expression: String

    func run(_ session: ClientSession) async throws(ClientError) {
        let now = session.environment.now()
        let isRange = since != nil || start != nil || end != nil
        if isRange, time != nil { throw .failed("--time is for one moment, --since, --start and --end are for a range: leave one out") }
        if since != nil, start != nil { throw .failed("--since and --start both say where the range begins: leave one out") }
        if graph, !isRange { throw .failed("--graph needs a range, such as --since 1h") }
        var form = [("query", expression)]
        if isRange {
            let last = try end.map { text throws(ClientError) in try QueryTime.parse(text, now: now) } ?? now
            guard let begin = since ?? start else { throw .failed("--end needs --start or --since") }
            let first = try QueryTime.parse(begin, now: since == nil ? now : last)
            let seconds = max(1, ((last - first).seconds / 100).rounded())
            form += [("start", QueryTime.text(first)), ("end", QueryTime.text(last)), ("step", step ?? "\(Int64(seconds))")]
        } else if let time {
            form.append(("time", QueryTime.text(try QueryTime.parse(time, now: now))))
        }
        let answer = try await session.server(url: url).postForm(isRange ? "/query_range" : "/query", form, of: .prometheus)
        for note in (answer["warnings"]?.arrayValue ?? []) + (answer["infos"]?.arrayValue ?? []) {
            if let text = note.stringValue { session.console.complain(text) }
        }
        guard let data = answer["data"] else { throw .failed("the answer has no data: is that a Prometheus query API?") }
        if session.output == .json { return session.console.print(data.text) }
        let result = try PrintedResult(data)
        session.console.write(.output, graph ? TerminalGraph.draw(result, session) : result.table(session))
    }
}

/// Times of the command line, and in the form that the API wants.
enum QueryTime {
    static func parse(_ text: String, now: Timestamp) throws(ClientError) -> Timestamp {
        if let span = try? PrometheusDuration.parse(text) { return now - span }
        if let seconds = Double(text), abs(seconds) < 1e11 { return Timestamp(unixNanoseconds: Int64(seconds * 1e9)) }
        return try timeArgument(text)
    }

    /// Unix seconds with milliseconds.
    static func text(_ time: Timestamp) -> String {
        let milliseconds = String(time.nanoseconds / 1_000_000)
        return "\(time.seconds).\(String(repeating: "0", count: 3 - milliseconds.count))\(milliseconds)"
    }
}
