import AlertCore
import AlertRouter
import JSON
import Labels
import Time

/// A notification that was sent in a test.
struct SentNotification {
    /// Milliseconds from the start.
    let time: Int64
    let receiver: String
    let kind: String
    let index: Int
    let groupLabels: LabelSet
    let groupKey: String
    /// Sorted by labels.
    let firing: [LabelSet]
    /// Sorted by labels.
    let resolved: [LabelSet]
    let message: Result<RenderedMessage, RenderedMessage.Fault>

    init(_ delivery: Delivery, time: Int64, message: Result<RenderedMessage, RenderedMessage.Fault>) {
        self.time = time
        receiver = delivery.key.receiver
        kind = delivery.key.kind
        index = delivery.key.index
        groupLabels = delivery.groupLabels
        groupKey = delivery.key.groupKey
        firing = Self.labels(delivery.alerts.filter { !$0.isResolved })
        resolved = Self.labels(delivery.alerts.filter(\.isResolved))
        self.message = message
    }

    private static func labels(_ alerts: [NotifiedAlert]) -> [LabelSet] {
        alerts.map(\.body.labels).map { ($0.namedTexts, $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
    }

    /// The texts of a part of the message.
    func texts(_ field: ExpectedNotification.Field) -> [String] {
        guard case .success(let message) = message else { return [] }
        switch field {
        case .title: return message.json?.strings(under: "title") ?? (message.subject.map { [$0] } ?? [])
        case .text: return message.json?.strings(under: "text") ?? (message.text.map { [$0] } ?? [])
        case .subject: return message.subject.map { [$0] } ?? []
        case .html: return message.html.map { [$0] } ?? []
        case .body: return message.json?.allStrings ?? [message.subject, message.text, message.html].compactMap { $0 }
        }
    }

    /// One line: when, to whom, of what.
    var summary: String {
        var parts = ["at \(PrometheusDuration.format(.milliseconds(time))) to \(receiver) by \(kind)[\(index)]"]
        if !firing.isEmpty { parts.append("firing \(Self.list(firing))") }
        if !resolved.isEmpty { parts.append("resolved \(Self.list(resolved))") }
        return parts.joined(separator: ", ")
    }

    static func list(_ alerts: [LabelSet]) -> String { alerts.map { NamedText.list($0.namedTexts) }.joined(separator: " ") }
}

extension JSONValue {
    /// The texts that stand under a key, at whatever depth, in the order of the text.
    fileprivate func strings(under key: String) -> [String] {
        switch self {
        case .array(let elements): return elements.flatMap { $0.strings(under: key) }
        case .object(let members):
            return members.flatMap { member -> [String] in
                guard member.key == key, let text = member.value.stringValue else { return member.value.strings(under: key) }
                return [text]
            }
        default: return []
        }
    }

    /// Every text in it.
    fileprivate var allStrings: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.allStrings)
        case .object(let members): members.flatMap(\.value.allStrings)
        default: []
        }
    }
}
