import JSON
import Time

/// One of the things that must be well for the heartbeat to be.
struct HeartbeatCheck: Sendable, Hashable {
    /// What kind of thing.
    enum Kind: String {
        /// An alert that must keep arriving.
        case expected
        /// The disk below the alerts.
        case journal
        /// The last delivery of one integration.
        case receiver
    }

    var kind: Kind
    /// Which of its kind.
    var name: String
    var isOK: Bool
    /// Since when it has been as it is.
    var since: Timestamp
    /// For people.
    var detail: String
}

/// All checks at one moment.
struct HeartbeatReport: Sendable, Hashable {
    var checks: [HeartbeatCheck]

    /// Whether every check is well.
    var isOK: Bool { checks.allSatisfy(\.isOK) }

    /// What is not well, in one line.
    var problems: String { checks.filter { !$0.isOK }.map { "\($0.name): \($0.detail)" }.joined(separator: "; ") }

    /// `{"ok":…,"checks":[…]}`.
    func write(into json: inout JSONWriter) {
        json.beginObject()
        json.key("ok")
        json.bool(isOK)
        json.key("checks")
        json.beginArray()
        for check in checks {
            json.beginObject()
            json.key("check")
            json.string(check.kind.rawValue)
            json.key("name")
            json.string(check.name)
            json.key("ok")
            json.bool(check.isOK)
            json.key("since")
            json.time(check.since)
            json.key("detail")
            json.string(check.detail)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}
