import JSON

/// What a test fire did, in lines (experience: test-fire).
struct TestFireReport {
    private let answer: JSONValue
    private let isDryRun: Bool

    /// Reads the server's answer.
    init(_ answer: JSONValue, isDryRun: Bool) {
        self.answer = answer
        self.isDryRun = isDryRun
    }

    private var paths: [JSONValue] { answer["paths"]?.arrayValue ?? [] }
    private var results: [JSONValue] { paths.flatMap { $0["integrations"]?.arrayValue ?? [] } }

    private func count(_ state: String) -> Int { results.count { $0["state"]?.stringValue == state } }

    /// Whether somebody was told, or would be, and nobody was missed.
    var isSuccess: Bool { count("failed") == 0 && count("sent") + count("shown") > 0 }

    /// The lines, without a last line end.
    var text: String {
        var lines: [String] = []
        let mutes = (answer["mutes"]?.arrayValue ?? []).compactMap(\.stringValue)
        let real = "a real one now: " + (mutes.isEmpty ? "not silenced, not inhibited" : mutes.joined(separator: "; "))
        for (index, path) in paths.enumerated() {
            let route = path["route"]?.stringValue ?? ""
            let way = route.isEmpty ? "receiver (no route leads there with these labels)" : "route \(route)"
            lines.append("TEST \(way) → \(path["receiver"]?.stringValue ?? "")" + (index == 0 ? "      \(real)" : ""))
            let results = path["integrations"]?.arrayValue ?? []
            if results.isEmpty { lines.append("  nobody is told: the receiver has no integration → give it one in the configuration") }
            lines += isDryRun ? results.flatMap(messageLines) : table(results)
        }
        return (lines + [summary]).joined(separator: "\n")
    }

    private var summary: String {
        let hint = "   --dry-run prints the messages, --end also sends the all-clear"
        if isDryRun {
            let failed = count("failed")
            return "nothing was sent" + (failed > 0 ? "; \(failed) cannot be made, exit 1" : count("shown") == 0 ? ", exit 1" : "")
        }
        let attempted = count("sent") + count("failed")
        let told = "\(count("sent")) of \(attempted) delivered"
        return isSuccess ? "\(told).\(hint)" : "\(told), exit 1.\(hint)"
    }

    // MARK: One integration

    private func table(_ results: [JSONValue]) -> [String] {
        let names = results.map { name($0) }
        let width = names.map(\.count).max() ?? 0
        return zip(names, results).map { name, result in
            "  " + name + String(repeating: " ", count: width - name.count + 4) + outcome(result)
        }
    }

    private func name(_ result: JSONValue) -> String {
        let end = result["news"]?.stringValue == "end" ? " (end)" : ""
        return "\(result["integration"]?.stringValue ?? "") \(result["where"]?.stringValue ?? "")\(end)"
    }

    private func outcome(_ result: JSONValue) -> String {
        let answer = result["answer"]?.stringValue ?? ""
        let error = result["error"]?.stringValue ?? ""
        let attempts = result["attempts"]?.int64Value ?? 0
        let tried = attempts == 1 ? "1 attempt" : "\(attempts) attempts"
        switch result["state"]?.stringValue {
        case "sent": return "sent    \(tried)  \(answer)   \(result["milliseconds"]?.int64Value ?? 0) ms"
        case "skipped": return "not sent: \(error)"
        default:
            let advice = result["advice"]?.stringValue.map { " → \($0)" } ?? ""
            // An answer that is a success by its number hides what is wrong in the error.
            let reason = answer.isEmpty || answer.hasSuffix(" ok") ? error : answer
            return "FAILED  \(tried)  \(reason)\(advice)"
        }
    }

    private func messageLines(_ result: JSONValue) -> [String] {
        let title = "# \(name(result))"
        switch result["state"]?.stringValue {
        case "shown":
            let content = result["content"]?.stringValue ?? ""
            let shown = (try? JSONValue.parse(content)).map { IndentedJSON.text($0) } ?? content
            return [title, shown, ""]
        case "skipped": return ["\(title): not sent: \(result["error"]?.stringValue ?? "")", ""]
        default: return ["\(title): FAILED \(result["error"]?.stringValue ?? "")", ""]
        }
    }
}
