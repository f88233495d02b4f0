/// One thing that was looked at.
struct DoctorFinding: Hashable {
    /// How it is.
    enum Verdict: String {
        case ok
        /// It works, but probably not as meant.
        case warning = "warn"
        /// It does not work.
        case failure = "FAIL"
    }

    var verdict: Verdict
    /// What was looked at, in one word.
    var topic: String
    /// What was found.
    var text: String
    /// What to do; empty when nothing is to be done.
    var remedy = ""

    /// The line for people.
    var line: String {
        func padded(_ text: String, to width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
        return padded(verdict.rawValue, to: 6) + padded(topic, to: 11) + text + (remedy.isEmpty ? "" : "  → \(remedy)")
    }

    static func ok(_ topic: String, _ text: String) -> DoctorFinding { DoctorFinding(verdict: .ok, topic: topic, text: text) }

    static func warning(_ topic: String, _ text: String, _ remedy: String) -> DoctorFinding {
        DoctorFinding(verdict: .warning, topic: topic, text: text, remedy: remedy)
    }

    static func failure(_ topic: String, _ text: String, _ remedy: String) -> DoctorFinding {
        DoctorFinding(verdict: .failure, topic: topic, text: text, remedy: remedy)
    }
}
