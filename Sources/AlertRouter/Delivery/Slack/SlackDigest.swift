import AlertCore
import Labels

/// One message in place of many: what waited while a webhook asked for a slower pace.
struct SlackDigest {
    /// More groups than this that wait for one webhook are told together.
    static let threshold = 10
    /// Bytes of the list; Slack cuts longer texts.
    static let longestText = 4_000
    /// Bytes of one value.
    static let longestValue = 100

    /// One group's line.
    struct Group: Sendable, Hashable {
        var key: String
        var labels: LabelSet
        var firing: Int
        var resolved: Int
        /// The most severe that fires; the last of all when nothing does.
        var severity: Severity

        /// What a message tells of its group.
        init(_ data: NotificationData) {
            key = data.groupKey
            labels = data.groupLabels
            firing = data.firingCount
            resolved = data.resolvedCount
            let alerts = data.alerts
            severity = alerts.lazy.filter { !$0.isResolved }.map { Severity($0.body.labels["severity"]) }.min() ?? .over
        }
    }

    /// How urgent a group is, by the label `severity` of its firing alerts. The most urgent is the least.
    enum Severity: Int, Sendable, Hashable, Comparable {
        case critical, error, warning, other, info, over

        /// By the label's value; one that is not known stands between warning and info.
        init(_ label: String?) {
            self =
                switch label?.lowercased() {
                case "critical", "page", "emergency", "fatal", "disaster": .critical
                case "error", "high", "major": .error
                case "warning", "warn", "medium", "minor": .warning
                case "info", "information", "notice", "low", "debug": .info
                default: .other
                }
        }

        static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
    }

    /// The groups, most urgent first, each once: the latest word on it counts.
    let groups: [Group]

    /// A digest of these messages, in the order in which they came.
    init(_ messages: [Group]) {
        var latest: [String: Group] = [:]
        for message in messages { latest[message.key] = message }
        groups = latest.values.sorted { a, b in
            if a.severity != b.severity { return a.severity < b.severity }
            return a.firing != b.firing ? a.firing > b.firing : a.key < b.key
        }
    }

    /// The body: from whom and where to as the first of the messages would have it.
    func body(channel: String, username: String, iconEmoji: String, iconURL: String, externalURL: String) -> [UInt8] {
        var form = SlackForm()
        form.channel = channel
        form.username = username
        form.iconEmoji = iconEmoji
        form.iconURL = iconURL
        form.text = headline
        form.attachment.title = "All alerts"
        form.attachment.titleLink = externalURL + "/#/alerts"
        form.attachment.text = list
        form.attachment.fallback = headline
        form.attachment.color = groups.contains { $0.firing > 0 } ? "danger" : "good"
        form.attachment.markdownIn = ["text"]
        return form.bytes
    }

    private var headline: String {
        let firing = groups.count { $0.firing > 0 }
        let critical = groups.count { $0.severity == .critical }
        var text = "\(groups.count) groups of alerts: \(firing) firing"
        if critical > 0 { text += " (\(critical) critical)" }
        return text + ", \(groups.count - firing) resolved. Slack asked for fewer messages, so this is one for all."
    }

    private var list: String {
        var text = ""
        for (index, group) in groups.enumerated() {
            let line = group.line
            // Room for the last line is kept.
            guard text.utf8.count + line.utf8.count <= Self.longestText - 50 else {
                return text + "… and \(groups.count - index) more groups"
            }
            text += line
        }
        return text
    }
}

extension SlackDigest.Group {
    fileprivate var line: String {
        var parts: [String] = []
        if firing > 0 { parts.append("\(firing) firing") }
        if resolved > 0 { parts.append("\(resolved) resolved") }
        let mark = severity == .critical ? "*critical* " : ""
        return "• \(mark)\(name): \(parts.joined(separator: ", "))\n"
    }

    private var name: String {
        if labels.isEmpty { return "(all alerts)" }
        let pairs = labels.pairs.prefix(6).map { "\(Self.short($0.name))=\(Self.short($0.value))" }
        return pairs.joined(separator: " ") + (labels.count > 6 ? " …" : "")
    }

    /// One line, and nothing that Slack takes for a mention or a link: nobody wrote a template for this text.
    private static func short(_ value: String) -> String {
        var text = String(decoding: value.utf8.prefix(SlackDigest.longestValue), as: UTF8.self)
        if text.utf8.count < value.utf8.count { text += "…" }
        return SlackEscape.text(String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }))
    }
}
