import AlertStorage
import JSON
import Time

extension BackupSummary {
    /// What is in it, in one line.
    func text(format: (Timestamp) -> String) -> String {
        let time = takenAt.map { "taken \(format($0))" } ?? "copied by hand"
        return "\(Self.count(alerts, "alert")), \(Self.count(silences, "silence")), "
            + "\(logEntries) log \(logEntries == 1 ? "entry" : "entries"), \(time), schema \(schemaVersion), \((bytes + 1023) / 1024) KB"
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// The same for programs, below these keys.
    func json(_ more: [(String, String)]) -> String {
        var json = JSONWriter()
        json.beginObject()
        for (name, text) in more {
            json.key(name)
            json.string(text)
        }
        for (name, number) in [
            ("alerts", alerts), ("silences", silences), ("logEntries", logEntries), ("schema", schemaVersion), ("bytes", bytes),
        ] {
            json.key(name)
            json.integer(number)
        }
        if let takenAt {
            json.key("takenAt")
            json.string(RFC3339.string(takenAt, fraction: .milliseconds))
        }
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
