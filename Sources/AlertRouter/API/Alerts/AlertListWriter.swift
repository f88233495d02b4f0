import AlertCore
import JSON
import Labels
import Time

/// An alert with what the API shows beside it.
struct ShownAlert {
    let status: AlertStatus
    /// Names, in the order shown.
    let receivers: [String]
    /// Names of the time intervals that mute the group it is shown in.
    var mutedBy: [String] = []
}

/// Writes alerts as GET `/alerts` and `/alerts/groups` show them (reference 3.5), separated by commas.
///
/// Alerts of one list have much in common: their receivers, and often their times. The text of the last of each is kept.
struct AlertListWriter: Sendable {
    /// A rendered value.
    private struct Kept<Value: Equatable & Sendable>: Sendable {
        var value: Value
        var text: [UInt8]

        mutating func text(of other: Value, isSame: (Value, Value) -> Bool = { $0 == $1 }, _ render: (Value) -> [UInt8]) -> [UInt8] {
            if !isSame(value, other) {
                value = other
                text = render(other)
            }
            return text
        }
    }

    private var endsAt = Kept(value: Timestamp.goZero, text: Self.render(.goZero))
    private var startsAt = Kept(value: Timestamp.goZero, text: Self.render(.goZero))
    private var updatedAt = Kept(value: Timestamp.goZero, text: Self.render(.goZero))
    private var receivers = Kept(value: [String](), text: Self.render(receivers: []))
    private var mutedBy = Kept(value: [String](), text: Self.render(texts: []))
    private var isFirst = true

    /// The next alerts of a list; a comma stands before each but the first of the whole list.
    mutating func bytes(of alerts: [ShownAlert]) -> [UInt8] {
        guard !alerts.isEmpty else { return [] }
        let capacity = alerts.reduce(0) { $0 + self.capacity(of: $1) }
        return ByteSink.bytes(capacity: capacity) { sink in
            for alert in alerts {
                if !isFirst { sink.append(UInt8(ascii: ",")) }
                isFirst = false
                write(alert, to: &sink)
            }
        }
    }

    /// Begins another list.
    mutating func beginList() { isFirst = true }

    /// At least the bytes that an alert takes.
    private func capacity(of alert: ShownAlert) -> Int {
        let body = alert.status.alert.body
        var count = 640 + ByteSink.quotedCapacity(body.generatorURL.utf8.count)
        for labels in [body.labels, body.annotations] { count += ByteSink.quotedCapacity(labels.footprint) + 8 * labels.count }
        for texts in [alert.receivers, alert.mutedBy, alert.status.silencedBy] {
            for text in texts { count += ByteSink.quotedCapacity(text.utf8.count) + 12 }
        }
        return count
    }

    private mutating func write(_ shown: ShownAlert, to sink: inout ByteSink) {
        let alert = shown.status.alert
        sink.append(#"{"annotations":"#)
        Self.write(alert.body.annotations, to: &sink)
        sink.append(#","endsAt":"#)
        sink.append(endsAt.text(of: alert.endsAt, isSame: Self.looksSame, Self.render))
        sink.append(#","fingerprint":"#)
        Self.write(alert.body.labels.fingerprint, to: &sink)
        sink.append(#","receivers":"#)
        sink.append(receivers.text(of: shown.receivers, Self.render(receivers:)))
        sink.append(#","startsAt":"#)
        sink.append(startsAt.text(of: alert.startsAt, isSame: Self.looksSame, Self.render))
        sink.append(#","status":"#)
        writeStatus(shown, to: &sink)
        sink.append(#","updatedAt":"#)
        sink.append(updatedAt.text(of: alert.updatedAt, isSame: Self.looksSame, Self.render))
        if !alert.body.generatorURL.isEmpty {
            sink.append(#","generatorURL":"#)
            Self.quote(alert.body.generatorURL, to: &sink)
        }
        sink.append(#","labels":"#)
        Self.write(alert.body.labels, to: &sink)
        sink.append(UInt8(ascii: "}"))
    }

    private mutating func writeStatus(_ shown: ShownAlert, to sink: inout ByteSink) {
        let status = shown.status
        sink.append(#"{"inhibitedBy":["#)
        if let inhibitedBy = status.inhibitedBy { Self.write(inhibitedBy, to: &sink) }
        sink.append(#"],"mutedBy":"#)
        sink.append(mutedBy.text(of: shown.mutedBy, Self.render(texts:)))
        sink.append(#","silencedBy":["#)
        for (index, id) in status.silencedBy.sorted().enumerated() {
            if index > 0 { sink.append(UInt8(ascii: ",")) }
            Self.quote(id, to: &sink)
        }
        let isActive = status.silencedBy.isEmpty && status.inhibitedBy == nil && shown.mutedBy.isEmpty
        sink.append(isActive ? #"],"state":"active"}"# : #"],"state":"suppressed"}"#)
    }

    // MARK: Values

    private static func write(_ labels: LabelSet, to sink: inout ByteSink) {
        sink.append(UInt8(ascii: "{"))
        var isFirst = true
        labels.forEach { name, value in
            if !isFirst { sink.append(UInt8(ascii: ",")) }
            isFirst = false
            sink.quote(name)
            sink.append(UInt8(ascii: ":"))
            sink.quote(value)
        }
        sink.append(UInt8(ascii: "}"))
    }

    private static func write(_ fingerprint: Fingerprint, to sink: inout ByteSink) {
        sink.append(UInt8(ascii: "\""))
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: fingerprint.value &>> UInt64(truncatingIfNeeded: shift)) & 15
            sink.append(digit < 10 ? digit &+ UInt8(ascii: "0") : digit &- 10 &+ UInt8(ascii: "a"))
        }
        sink.append(UInt8(ascii: "\""))
    }

    private static func quote(_ text: String, to sink: inout ByteSink) {
        var text = text
        text.withUTF8 { sink.quote($0) }
    }

    /// Equal times can be written with different offsets.
    private static func looksSame(_ left: Timestamp, _ right: Timestamp) -> Bool { left == right && left.utcOffset == right.utcOffset }

    private static func render(_ time: Timestamp) -> [UInt8] {
        var json = JSONWriter()
        json.time(time)
        return json.bytes
    }

    private static func render(texts: [String]) -> [UInt8] {
        var json = JSONWriter()
        json.strings(texts)
        return json.bytes
    }

    private static func render(receivers: [String]) -> [UInt8] {
        var json = JSONWriter()
        json.beginArray()
        for receiver in receivers {
            json.beginObject()
            json.key("name")
            json.string(receiver)
            json.endObject()
        }
        json.endArray()
        return json.bytes
    }
}
