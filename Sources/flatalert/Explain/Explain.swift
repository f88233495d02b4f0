import ArgumentParser
import JSON

/// `explain`: why alerts are, or are not, told.
struct Explain: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool explain",
        abstract: "Say why an alert was, or was not, told.",
        discussion: """
            All matchers must hold: alertname=foo host=a. Alerts that fire, that are over and that only history knows are explained; with nothing but \
            = also one that never arrived: its rule is not true, not for long enough, blind or broken, a target is down, relabelling drops it, or there \
            is no such rule. Exits with 0 also when the answer is that nobody was told.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Argument(help: "Matchers.")
    var matchers: [String] = []

    func run(_ session: ClientSession) async throws(ClientError) {
        guard !matchers.isEmpty else { throw .failed("say which alert, such as: \(session.environment.program) explain alertname=Down") }
        let query = session.matchers.filters(matchers).map { ("filter", $0) }
        let answer = try await session.server().get("/explain", query: query, of: .flatalert)
        if session.output == .json {
            session.console.print(answer.text)
            return
        }
        for (index, alert) in (answer["alerts"]?.arrayValue ?? []).enumerated() {
            if index > 0 { session.console.print("") }
            session.console.print(alert["headline"]?.stringValue ?? "")
            for line in alert["lines"]?.arrayValue ?? [] {
                let topic = line["topic"]?.stringValue ?? ""
                let padding = String(repeating: " ", count: max(1, 9 - topic.count))
                session.console.print("  \(topic)\(padding)\(line["text"]?.stringValue ?? "")")
            }
        }
        if let more = answer["more"]?.int64Value, more > 0 { session.console.print("\(more) more match; name one of them more closely.") }
    }
}
