import AlertCore
import Labels
import Time

/// The bytes of a notification-log entry: its key, which is a column of its own, and the rest.
enum LogRow {
    static func write(_ key: LogKey, into row: inout RowWriter) {
        row.begin()
        row.text(key.groupKey)
        row.text(key.receiver)
        row.text(key.kind)
        row.signed(Int64(key.index))
    }

    static func readKey(_ bytes: UnsafeRawBufferPointer) throws(RowDamage) -> LogKey {
        var row = try RowReader(bytes)
        return LogKey(groupKey: try row.text(), receiver: try row.text(), kind: try row.text(), index: Int(try row.signed()))
    }

    static func write(_ entry: LogEntry, into row: inout RowWriter) {
        row.begin()
        for fingerprints in [entry.firing, entry.resolved] {
            row.unsigned(UInt64(fingerprints.count))
            for fingerprint in fingerprints { row.fixed(fingerprint.value) }
        }
        row.time(entry.timestamp)
        row.time(entry.expiresAt)
        row.unsigned(UInt64(entry.receiverData.count))
        // Sorted, so that equal entries have equal bytes.
        for (name, value) in entry.receiverData.sorted(by: { $0.key < $1.key }) {
            row.text(name)
            switch value {
            case .string(let text):
                row.byte(0)
                row.text(text)
            case .integer(let number):
                row.byte(1)
                row.signed(number)
            case .double(let number):
                row.byte(2)
                row.fixed(number.bitPattern)
            }
        }
    }

    static func read(_ bytes: UnsafeRawBufferPointer, key: LogKey) throws(RowDamage) -> LogEntry {
        var row = try RowReader(bytes)
        var entry = LogEntry(
            key: key, firing: try fingerprints(&row), resolved: try fingerprints(&row), timestamp: try row.time(), expiresAt: try row.time()
        )
        for _ in 0..<(try row.count()) {
            let name = try row.text()
            switch try row.byte() {
            case 0: entry.receiverData[name] = .string(try row.text())
            case 1: entry.receiverData[name] = .integer(try row.signed())
            case 2: entry.receiverData[name] = .double(Double(bitPattern: try row.fixed()))
            default: throw .invalid("receiver value")
            }
        }
        return entry
    }

    private static func fingerprints(_ row: inout RowReader) throws(RowDamage) -> [Fingerprint] {
        let count = try row.count()
        var list: [Fingerprint] = []
        list.reserveCapacity(min(count, 1 << 16))
        for _ in 0..<count { list.append(Fingerprint(value: try row.fixed())) }
        return list
    }
}
