import AlertCore
import Labels
import Time

/// The bytes of an event, apart from what is in columns of its own.
enum HistoryRow {
    static func write(_ event: HistoryEvent, into row: inout RowWriter) {
        row.begin()
        row.text(event.receiver)
        row.text(event.integration)
        row.text(event.text)
        row.text(event.error)
        row.signed(Int64(event.attempts))
        row.signed(Int64(event.alerts))
        row.signed(event.milliseconds)
    }

    static func read(_ bytes: UnsafeRawBufferPointer, into event: inout HistoryEvent) throws(RowDamage) {
        var row = try RowReader(bytes)
        event.receiver = try row.text()
        event.integration = try row.text()
        event.text = try row.text()
        event.error = try row.text()
        event.attempts = Int(try row.signed())
        event.alerts = Int(try row.signed())
        event.milliseconds = try row.signed()
    }

    static func write(_ labels: LabelSet, into row: inout RowWriter) {
        row.begin()
        row.labels(labels)
    }

    static func readLabels(_ bytes: UnsafeRawBufferPointer, using builder: inout LabelSetBuilder) throws(RowDamage) -> LabelSet {
        var row = try RowReader(bytes)
        return try row.labels(using: &builder)
    }
}
