import AlertCore
import Labels
import Time

/// The bytes of an alert's row.
enum AlertRow {
    private static let timeoutFlag: UInt8 = 1
    private static let endReasonShift: UInt8 = 1

    static func write(_ alert: Alert, into row: inout RowWriter) {
        row.begin()
        row.byte((alert.isTimeout ? timeoutFlag : 0) | (alert.endReason?.rawValue ?? 0) << endReasonShift)
        row.time(alert.startsAt)
        row.time(alert.endsAt)
        row.time(alert.updatedAt)
        row.labels(alert.body.labels)
        row.labels(alert.body.annotations)
        row.text(alert.body.generatorURL)
    }

    static func read(_ bytes: UnsafeRawBufferPointer, using builder: inout LabelSetBuilder) throws(RowDamage) -> Alert {
        var row = try RowReader(bytes)
        let flags = try row.byte()
        let startsAt = try row.time()
        let endsAt = try row.time()
        let updatedAt = try row.time()
        let body = AlertBody(
            labels: try row.labels(using: &builder), annotations: try row.labels(using: &builder, fingerprinted: false),
            generatorURL: try row.text())
        var endReason: EndReason?
        if flags >> endReasonShift != 0 {
            endReason = EndReason(rawValue: flags >> endReasonShift)
            guard endReason != nil else { throw .invalid("end reason") }
        }
        return Alert(
            body: body, startsAt: startsAt, endsAt: endsAt, updatedAt: updatedAt, isTimeout: flags & timeoutFlag != 0, endReason: endReason)
    }
}

/// The bytes of a lease: an end time that moved later, and the message that moved it.
enum LeaseRow {
    static func write(endsAt: Timestamp, updatedAt: Timestamp, into row: inout RowWriter) {
        row.begin()
        row.time(endsAt)
        row.time(updatedAt)
    }

    static func read(_ bytes: UnsafeRawBufferPointer) throws(RowDamage) -> (endsAt: Timestamp, updatedAt: Timestamp) {
        var row = try RowReader(bytes)
        return (try row.time(), try row.time())
    }
}
