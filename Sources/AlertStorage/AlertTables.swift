public import AlertCore
public import Journal
import Labels
import Time

/// The journal of the alert machine.
public typealias AlertJournal = Journal<AlertTables>

/// The machine's tables. An alert's row id is its slot in the store, so ids stay dense and rows are found without an index.
///
/// `leases` is a table apart because end times of all alerts move all the time: its rows are some twenty bytes where an alert's has hundreds.
public struct AlertTables: JournalTables {
    /// One change of the machine.
    public typealias Record = JournalRecord

    /// The row that a record replaces.
    public enum Key: Hashable, Sendable {
        /// An alert's row.
        case slot(Int32)
        /// A lease.
        case lease(Int32)
        /// The heartbeat.
        case heartbeat
        /// A silence.
        case silence(String)
        /// A log entry.
        case log(LogKey)
    }

    /// The layout.
    public static let schema = JournalSchema(migrations: [
        JournalSchema.Migration(
            version: 1,
            statements: [
                "CREATE TABLE alerts(slot INTEGER PRIMARY KEY, data BLOB NOT NULL)",
                "CREATE TABLE leases(slot INTEGER PRIMARY KEY, data BLOB NOT NULL)",
                "CREATE TABLE silences(id TEXT PRIMARY KEY, data BLOB NOT NULL)",
                "CREATE TABLE log(id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, data BLOB NOT NULL)",
                "CREATE TABLE meta(name TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID",
            ])
    ])

    static let heartbeatName = "heartbeat"

    private let putAlert: Statement
    private let dropAlert: Statement
    private let putLease: Statement
    private let dropLease: Statement
    private let putSilence: Statement
    private let dropSilence: Statement
    private let putLog: Statement
    private let dropLog: Statement
    private let putMeta: Statement
    private var row = RowWriter()
    private var keyRow = RowWriter()

    /// Prepares the statements.
    public init(_ connection: Connection) throws(SQLiteError) {
        putAlert = try connection.prepare("INSERT INTO alerts VALUES(?1,?2) ON CONFLICT(slot) DO UPDATE SET data=excluded.data")
        dropAlert = try connection.prepare("DELETE FROM alerts WHERE slot=?1")
        // A lease without its alert's row would pass for one of the slot's next alert.
        putLease = try connection.prepare(
            "INSERT INTO leases SELECT slot,?2 FROM alerts WHERE slot=?1 ON CONFLICT(slot) DO UPDATE SET data=excluded.data")
        dropLease = try connection.prepare("DELETE FROM leases WHERE slot=?1")
        putSilence = try connection.prepare("INSERT INTO silences VALUES(?1,?2) ON CONFLICT(id) DO UPDATE SET data=excluded.data")
        dropSilence = try connection.prepare("DELETE FROM silences WHERE id=?1")
        putLog = try connection.prepare("INSERT INTO log(key,data) VALUES(?1,?2) ON CONFLICT(key) DO UPDATE SET data=excluded.data")
        dropLog = try connection.prepare("DELETE FROM log WHERE key=?1")
        putMeta = try connection.prepare("INSERT INTO meta VALUES(?1,?2) ON CONFLICT(name) DO UPDATE SET data=excluded.data")
    }

    /// The row that this record replaces; nil for one of several rows.
    public static func key(of record: JournalRecord) -> Key? {
        switch record {
        case .alert(let slot, _), .alertRemoved(let slot): .slot(slot)
        case .silence(let silence): .silence(silence.id)
        case .silenceRemoved(let id): .silence(id)
        case .logEntry(let entry): .log(entry.key)
        case .logEntryRemoved(let key): .log(key)
        case .told(let entry, let ended): ended.isEmpty ? .log(entry.key) : nil
        case .leases(let leases, _) where leases.count > 1: nil
        case .leases(let leases, _): leases.first.map { .lease($0.slot) } ?? .heartbeat
        }
    }

    /// One record a row.
    public static func parts(of record: JournalRecord) -> [JournalRecord] {
        switch record {
        case .told(let entry, let ended): ended.map { .alert(slot: $0.slot, $0.alert) } + [.logEntry(entry)]
        case .leases(let leases, let heartbeat): leases.map { .leases([$0], heartbeat: heartbeat) } + [.leases([], heartbeat: heartbeat)]
        default: [record]
        }
    }

    /// Writes one record.
    public mutating func write(_ record: JournalRecord) throws(SQLiteError) {
        switch record {
        case .alert(let slot, let alert):
            try write(alert, in: slot)
        case .alertRemoved(let slot):
            try remove(slot, with: dropAlert)
            try remove(slot, with: dropLease)
        case .silence(let silence):
            SilenceRow.write(silence, into: &row)
            try putSilence.bind(1, silence.id)
            try putSilence.bind(2, row.bytes)
            try putSilence.run()
        case .silenceRemoved(let id):
            try dropSilence.bind(1, id)
            try dropSilence.run()
        case .told(let entry, let ended):
            for (slot, alert) in ended { try write(alert, in: slot) }
            try write(entry)
        case .logEntry(let entry):
            try write(entry)
        case .logEntryRemoved(let key):
            LogRow.write(key, into: &keyRow)
            try dropLog.bind(1, keyRow.bytes)
            try dropLog.run()
        case .leases(let leases, let heartbeat):
            for lease in leases {
                LeaseRow.write(endsAt: lease.endsAt, updatedAt: lease.updatedAt, into: &row)
                try putLease.bind(1, Int64(lease.slot))
                try putLease.bind(2, row.bytes)
                try putLease.run()
            }
            row.begin()
            row.time(heartbeat)
            try putMeta.bind(1, Self.heartbeatName)
            try putMeta.bind(2, row.bytes)
            try putMeta.run()
        }
    }

    private mutating func write(_ alert: Alert, in slot: Int32) throws(SQLiteError) {
        AlertRow.write(alert, into: &row)
        try putAlert.bind(1, Int64(slot))
        try putAlert.bind(2, row.bytes)
        try putAlert.run()
        // The row has the newest end time itself; the slot may even belong to another alert now.
        try remove(slot, with: dropLease)
    }

    private func remove(_ slot: Int32, with statement: Statement) throws(SQLiteError) {
        try statement.bind(1, Int64(slot))
        try statement.run()
    }

    private mutating func write(_ entry: LogEntry) throws(SQLiteError) {
        LogRow.write(entry.key, into: &keyRow)
        LogRow.write(entry, into: &row)
        try putLog.bind(1, keyRow.bytes)
        try putLog.bind(2, row.bytes)
        try putLog.run()
    }
}
