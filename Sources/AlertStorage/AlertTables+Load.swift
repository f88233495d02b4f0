public import AlertCore
public import Journal
import Labels
import Time

/// A row that cannot be read although the file as such is sound.
public struct StoredRowError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The table.
    public let table: String
    /// The row's key.
    public let row: String
    /// What is wrong with it.
    public let reason: String

    /// What was found and what to do.
    public var description: String {
        "table \(table), row \(row): \(reason): run the program that wrote it, or move flatalert.db away to begin anew"
    }

    init(table: String, row: String, _ damage: RowDamage) {
        self.table = table
        self.row = row
        switch damage {
        case .truncated: reason = "the row ends early"
        case .invalid(let what): reason = "invalid \(what)"
        case .unknownVersion(let version): reason = "encoding \(version) is newer than this program"
        }
    }
}

extension AlertTables {
    /// Everything that the tables hold, with the leases put into the alerts they belong to.
    public static func load(_ connection: Connection) throws -> RestoredState {
        var builder = LabelSetBuilder()
        var state = RestoredState()
        state.alerts = try alerts(connection, using: &builder)
        try rows(of: "silences", columns: "id,data", in: connection) { row throws(RowDamage) in
            let id = row.text(0)
            state.silences.append(try row.withBytes(1) { (bytes) throws(RowDamage) in try SilenceRow.read(bytes, id: id, using: &builder) })
        }
        try rows(of: "log", columns: "key,data", in: connection) { row throws(RowDamage) in
            let key = try row.withBytes(0) { (bytes) throws(RowDamage) in try LogRow.readKey(bytes) }
            state.log.append(try row.withBytes(1) { (bytes) throws(RowDamage) in try LogRow.read(bytes, key: key) })
        }
        try rows(of: "meta", columns: "name,data", in: connection) { row throws(RowDamage) in
            guard row.text(0) == heartbeatName else { return }
            state.heartbeat = try row.withBytes(1) { (bytes) throws(RowDamage) in
                var reader = try RowReader(bytes)
                return try reader.time()
            }
        }
        return state
    }

    private static func alerts(_ connection: Connection, using builder: inout LabelSetBuilder) throws -> [(slot: Int32, alert: Alert)] {
        var alerts: [(slot: Int32, alert: Alert)] = []
        alerts.reserveCapacity(Int(try connection.integer("SELECT count(*) FROM alerts") ?? 0))
        // One pass in slot order: both tables are ordered by it.
        let columns = "alerts.slot,alerts.data,leases.data"
        try rows(of: "alerts LEFT JOIN leases USING(slot)", columns: columns, in: connection) { row throws(RowDamage) in
            var alert = try row.withBytes(1) { (bytes) throws(RowDamage) in try AlertRow.read(bytes, using: &builder) }
            let lease = try row.withBytes(2) { (bytes) throws(RowDamage) in bytes.isEmpty ? nil : try LeaseRow.read(bytes) }
            // Writing a row removes the slot's lease, so one that is here came after the row. Their times do not tell: the clock may have been set back.
            if let lease {
                alert.endsAt = lease.endsAt
                alert.updatedAt = lease.updatedAt
            }
            guard let slot = Int32(exactly: row.integer(0)), slot >= 0 else { throw .invalid("slot") }
            alerts.append((slot, alert))
        }
        return alerts
    }

    private static func rows(
        of table: String, columns: String, in connection: Connection, _ body: (Statement) throws(RowDamage) -> Void
    ) throws {
        let statement = try connection.prepare("SELECT \(columns) FROM \(table) ORDER BY 1")
        while try statement.step() {
            do throws(RowDamage) {
                try body(statement)
            } catch {
                throw StoredRowError(table: table, row: statement.text(0), error)
            }
        }
    }
}
