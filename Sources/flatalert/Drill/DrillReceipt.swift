import JSON

/// What a drill proved, in lines: one for each alert and integration, and the receipt at the end.
struct DrillReceipt {
    private let answer: JSONValue

    /// Reads the server's answer.
    init(_ answer: JSONValue) { self.answer = answer }

    /// Whether everything that was asked for is proved.
    var isProof: Bool { answer["proven"]?.boolValue == true }

    /// The lines, without a last line end.
    var text: String {
        let alerts = answer["alerts"]?.arrayValue ?? []
        let width = alerts.map { Self.text($0, "alertname").count }.max() ?? 0
        var lines = ["DRILL: made-up samples, the rules and routes in force, real messages"]
        for alert in alerts {
            let name = Self.text(alert, "alertname")
            let head = "  " + name + String(repeating: " ", count: width - name.count + 2)
            let indent = String(repeating: " ", count: width + 4)
            guard alert["fires"]?.boolValue == true else {
                lines.append(head + "CANNOT FIRE: " + Self.problem(of: alert))
                continue
            }
            lines.append(head + "fired \(Self.text(alert, "after")) after the fault (\(Self.text(alert, "situation")))")
            lines += Self.strings(alert, "notes").map { indent + "note: " + $0 }
            lines += Self.strings(alert, "mutes").map { indent + "a real one now: " + $0 }
            let told = (alert["paths"]?.arrayValue ?? []).flatMap { Self.lines(of: $0) }
            lines += told.map { indent + $0 }
            if told.isEmpty { lines.append(indent + "NOT TOLD: " + Self.problem(of: alert)) }
        }
        lines.append(Self.text(answer, "summary") + (isProof ? "" : ", exit 1"))
        return lines.joined(separator: "\n")
    }

    // MARK: One route

    private static func lines(of path: JSONValue) -> [String] {
        let route = text(path, "route")
        let way = "\(route.isEmpty ? "" : "\(route) ")→ \(text(path, "receiver"))"
        let results = path["integrations"]?.arrayValue ?? []
        guard !results.isEmpty else {
            return ["\(way)  NOBODY IS TOLD: the receiver has no integration → give it one in the configuration"]
        }
        return results.map { "\(way)  \(text($0, "integration")) \(text($0, "where"))  \(outcome($0))" }
    }

    private static func outcome(_ result: JSONValue) -> String {
        let answer = text(result, "answer")
        let attempts = result["attempts"]?.int64Value ?? 0
        let tried = attempts == 1 ? "1 attempt" : "\(attempts) attempts"
        guard text(result, "state") != "sent" else { return "sent  \(tried)  \(answer)  \(result["milliseconds"]?.int64Value ?? 0) ms" }
        let reason = answer.isEmpty || answer.hasSuffix(" ok") ? text(result, "error") : answer
        return "FAILED  \(tried)  \(reason)" + (result["advice"]?.stringValue.map { " → \($0)" } ?? "")
    }

    private static func problem(of alert: JSONValue) -> String {
        text(alert, "problem") + (alert["advice"]?.stringValue.map { " → \($0)" } ?? "")
    }

    private static func text(_ value: JSONValue, _ name: String) -> String { value[name]?.stringValue ?? "" }

    private static func strings(_ value: JSONValue, _ name: String) -> [String] {
        (value[name]?.arrayValue ?? []).compactMap(\.stringValue)
    }
}
