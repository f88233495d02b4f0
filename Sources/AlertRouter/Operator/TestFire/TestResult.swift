import JSON
import Transport

/// How a test went with one integration.
struct TestResult: Sendable, Hashable {
    /// What it was told.
    enum News: String {
        case firing, end
    }

    /// How it ended.
    enum State: String {
        /// The receiver took it.
        case sent
        case failed
        /// Nothing was to be sent.
        case skipped
        /// A dry run.
        case shown
    }

    /// Such as `slack[0]`.
    var integration: String
    /// Where it went, free of secrets.
    var place: String
    var news: News
    var state: State
    var attempts = 0
    var milliseconds: Int64 = 0
    /// What the receiver answered, such as `200 ok`; empty when it did not.
    var answer = ""
    /// Why it failed or was skipped.
    var error = ""
    /// What to do; empty when nothing is known.
    var advice = ""
    /// What would be sent.
    var content: String?

    func write(into json: inout JSONWriter) {
        json.beginObject()
        for (name, value) in [
            ("integration", integration), ("where", place), ("news", news.rawValue), ("state", state.rawValue), ("answer", answer),
            ("error", error), ("advice", advice), ("content", content ?? ""),
        ] where !value.isEmpty {
            json.key(name)
            json.string(value)
        }
        json.key("attempts")
        json.integer(Int64(attempts))
        json.key("milliseconds")
        json.integer(milliseconds)
        json.endObject()
    }
}

extension DeliveryTrace.Finding {
    /// The receiver's answer in a few words; empty when there was none.
    var answer: String {
        switch self {
        case .answered(let status, let said):
            let words = (200..<300).contains(status) ? "ok" : said.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            return words.isEmpty ? "\(status)" : "\(status) \(words)"
        case .mailed(let code): return "\(code) ok"
        case .notMailed(let error): return error.code.map { error.text.isEmpty ? "\($0)" : "\($0) \(error.text)" } ?? ""
        case .unanswered: return ""
        }
    }
}
