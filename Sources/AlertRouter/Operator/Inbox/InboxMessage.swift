import JSON
import Labels
import Time

/// A message as the inbox got it: a webhook's body, version 4 (reference 9.1).
struct InboxMessage: Sendable, Hashable {
    /// One alert of it.
    struct Alert: Sendable, Hashable {
        let isFiring: Bool
        let labels: LabelSet
        let annotations: LabelSet
        let startsAt: Timestamp
        let endsAt: Timestamp
        let generatorURL: String
        let fingerprint: String
    }

    let isFiring: Bool
    let receiver: String
    let groupKey: String
    let groupLabels: LabelSet
    let commonAnnotations: LabelSet
    let externalURL: String
    let alerts: [Alert]
    /// Alerts that the sender left out.
    let truncatedAlerts: Int64
    /// Bytes of the body, for the inbox's limit.
    let size: Int

    /// Reads a body. Members that it does not know are passed over, as newer senders have more of them.
    init(_ body: [UInt8]) throws(OperatorError) {
        do {
            self = try Self(JSONElement(try JSONValue.parse(body)), size: body.count)
        } catch {
            throw OperatorError(
                status: 400, message: "the body is not a webhook's message: \(error)",
                advice: "point a plain webhook_config here, without a payload of its own")
        }
    }

    private init(_ root: JSONElement, size: Int) throws(JSONDecodingError) {
        let version = try root.member("version")
        guard try version.string() == "4" else { throw version.invalid("expected \"4\", found \"\(try version.string())\"") }
        isFiring = try Self.isFiring(root.member("status"))
        receiver = try Self.unquoted(root.member("receiver").string())
        groupKey = try root.optionalMember("groupKey")?.string() ?? ""
        groupLabels = try Self.labels(root, "groupLabels")
        commonAnnotations = try Self.labels(root, "commonAnnotations")
        externalURL = try root.optionalMember("externalURL")?.string() ?? ""
        truncatedAlerts = max(0, try root.optionalMember("truncatedAlerts")?.int64() ?? 0)
        let list = try root.member("alerts")
        alerts = try list.elements().map { element throws(JSONDecodingError) in try Self.alert(element) }
        if alerts.isEmpty { throw list.invalid("a message without any alert") }
        self.size = size
    }

    private static func alert(_ element: JSONElement) throws(JSONDecodingError) -> Alert {
        Alert(
            isFiring: try isFiring(element.member("status")), labels: try labels(element, "labels"),
            annotations: try labels(element, "annotations"), startsAt: try time(element, "startsAt"), endsAt: try time(element, "endsAt"),
            generatorURL: try element.optionalMember("generatorURL")?.string() ?? "",
            fingerprint: try element.optionalMember("fingerprint")?.string() ?? "")
    }

    private static func isFiring(_ element: JSONElement) throws(JSONDecodingError) -> Bool {
        switch try element.string() {
        case "firing": return true
        case "resolved": return false
        case let other: throw element.invalid("expected \"firing\" or \"resolved\", found \"\(other)\"")
        }
    }

    private static func labels(_ element: JSONElement, _ name: String) throws(JSONDecodingError) -> LabelSet {
        guard let member = try element.optionalMember(name) else { return LabelSet() }
        return LabelSet(try member.members().map { pair throws(JSONDecodingError) in (pair.key, try pair.element.string()) })
    }

    private static func time(_ element: JSONElement, _ name: String) throws(JSONDecodingError) -> Timestamp {
        guard let member = try element.optionalMember(name) else { return .goZero }
        guard let time = RFC3339.parse(try member.string()) else {
            throw member.invalid("expected a time such as 2026-01-01T00:00:00Z, found \"\(try member.string())\"")
        }
        return time
    }

    /// A receiver's name without the escapes that webhooks bring it with (reference 8.3).
    private static func unquoted(_ name: String) -> String {
        var result = ""
        var isEscaped = false
        for character in name {
            isEscaped = character == "\\" && !isEscaped
            if !isEscaped { result.append(character) }
        }
        return result
    }
}

extension InboxMessage {
    /// The way through the route tree: the part of the group key that stands before the group's labels (reference 4.2).
    var route: String {
        var isQuoted = false
        var isEscaped = false
        for index in groupKey.indices {
            let character = groupKey[index]
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == ":", !isQuoted {
                return String(groupKey[..<index])
            }
        }
        return groupKey
    }

    /// `[TEST] Demo: hello from Flatalert`: what a person sees first.
    var title: String {
        guard let first = alerts.first(where: \.isFiring) ?? alerts.first else { return "" }
        let marks = Set(alerts.map { TestMark.of($0.annotations) })
        let test = marks.count == 1 ? marks.first ?? nil : nil
        let firing = alerts.count(where: \.isFiring)
        let mark = test.map(\.text) ?? (!isFiring ? "[RESOLVED]" : firing > 1 ? "[FIRING:\(firing)]" : "[FIRING]")
        let names = alerts.map { $0.labels["alertname"] ?? "" }
        let name = Set(names).count == 1 ? names[0] : groupLabels["alertname"] ?? "\(Set(names).count) kinds of alerts"
        var summary = ["summary", "title", "description", "message"].lazy.compactMap { first.annotations[$0] }.first ?? ""
        if let test { summary = String(summary.replacing(test.text, with: "").drop { $0 == " " }) }
        let more = alerts.count > 1 && !summary.isEmpty ? " (and \(alerts.count - 1) more)" : ""
        return Self.oneLine("\(mark) \(name.isEmpty ? "(no alertname)" : name)\(summary.isEmpty ? "" : ": ")\(summary)\(more)")
    }

    /// When the newest thing that it tells happened.
    var newest: Timestamp? { alerts.map { $0.isFiring ? $0.startsAt : $0.endsAt }.max() }

    /// A text for a terminal: without control characters, which could move the cursor or change colours, and not endless.
    private static func oneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(240) {
            line.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        if text.unicodeScalars.count > 240 { line.append("…") }
        return String(line)
    }
}
