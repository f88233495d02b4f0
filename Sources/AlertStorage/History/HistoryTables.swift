public import Journal
import Labels
import Time

/// The journal of what happened.
public typealias HistoryJournal = Journal<HistoryTables>

/// The history's tables: events in the order of their numbers, with alerts and groups written once each.
///
/// The oldest events go when the file has grown to its limit, so that what is new always finds room.
public struct HistoryTables: JournalTables {
    /// One event.
    public typealias Record = HistoryEvent

    /// The layout.
    public static let schema = JournalSchema(migrations: [
        JournalSchema.Migration(
            version: 1,
            statements: [
                "CREATE TABLE subjects(id INTEGER PRIMARY KEY, fingerprint INTEGER NOT NULL UNIQUE, alertname TEXT NOT NULL, data BLOB NOT NULL)",
                "CREATE INDEX subjects_alertname ON subjects(alertname)",
                "CREATE TABLE groups(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE)",
                """
                CREATE TABLE events(number INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind INTEGER NOT NULL, subject INTEGER,
                "group" INTEGER, data BLOB NOT NULL)
                """,
                "CREATE INDEX events_subject ON events(subject) WHERE subject IS NOT NULL",
                "CREATE INDEX events_group ON events(\"group\") WHERE \"group\" IS NOT NULL",
            ])
    ])

    /// The part of the file's limit that is filled before the oldest events go.
    private static let fill = 0.85
    /// How many events are written between two looks at the file's size.
    private static let stride = 256

    private let connection: Connection
    private let findSubject: Statement
    private let putSubject: Statement
    private let findGroup: Statement
    private let putGroup: Statement
    private let putEvent: Statement
    private var row = RowWriter()
    private var sinceLook = 0

    /// Prepares the statements.
    public init(_ connection: Connection) throws(SQLiteError) {
        self.connection = connection
        findSubject = try connection.prepare("SELECT id FROM subjects WHERE fingerprint=?1")
        putSubject = try connection.prepare("INSERT INTO subjects(fingerprint,alertname,data) VALUES(?1,?2,?3) RETURNING id")
        findGroup = try connection.prepare("SELECT id FROM groups WHERE key=?1")
        putGroup = try connection.prepare("INSERT INTO groups(key) VALUES(?1) RETURNING id")
        putEvent = try connection.prepare("INSERT INTO events(time,kind,subject,\"group\",data) VALUES(?1,?2,nullif(?3,0),nullif(?4,0),?5)")
    }

    /// Every event stands for itself.
    public static func key(of record: HistoryEvent) -> Int? { nil }

    /// Writes one event, and makes room first when the file is nearly full.
    public mutating func write(_ event: HistoryEvent) throws(SQLiteError) {
        sinceLook += 1
        if sinceLook >= Self.stride {
            sinceLook = 0
            try makeRoom()
        }
        try putEvent.bind(1, event.time.unixNanoseconds)
        try putEvent.bind(2, Int64(event.kind.rawValue))
        try putEvent.bind(3, try subject(event.labels))
        try putEvent.bind(4, try group(event.groupKey))
        HistoryRow.write(event, into: &row)
        try putEvent.bind(5, row.bytes)
        try putEvent.run()
    }

    private mutating func subject(_ labels: LabelSet?) throws(SQLiteError) -> Int64 {
        guard let labels else { return 0 }
        let fingerprint = Int64(bitPattern: labels.fingerprint.value)
        try findSubject.bind(1, fingerprint)
        if let id = try Self.first(findSubject) { return id }
        HistoryRow.write(labels, into: &row)
        try putSubject.bind(1, fingerprint)
        try putSubject.bind(2, labels["alertname"] ?? "")
        try putSubject.bind(3, row.bytes)
        return try Self.first(putSubject) ?? 0
    }

    private func group(_ key: String) throws(SQLiteError) -> Int64 {
        if key.isEmpty { return 0 }
        try findGroup.bind(1, key)
        if let id = try Self.first(findGroup) { return id }
        try putGroup.bind(1, key)
        return try Self.first(putGroup) ?? 0
    }

    /// The first column of the first row; the statement is run to its end, as an insertion must be.
    private static func first(_ statement: Statement) throws(SQLiteError) -> Int64? {
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        let value = statement.integer(0)
        while try statement.step() {}
        return value
    }

    /// Drops the oldest events, and what only they named, once the file is filled so far.
    private func makeRoom() throws(SQLiteError) {
        let limit = try connection.integer("PRAGMA max_page_count") ?? 0
        let used = (try connection.integer("PRAGMA page_count") ?? 0) - (try connection.integer("PRAGMA freelist_count") ?? 0)
        guard limit > 0, Double(used) > Double(limit) * Self.fill else { return }
        try connection.execute(
            """
            DELETE FROM events WHERE number <= (SELECT min(number) + (max(number) - min(number)) / 16 FROM events);
            DELETE FROM subjects WHERE NOT EXISTS (SELECT 1 FROM events WHERE events.subject = subjects.id);
            DELETE FROM groups WHERE NOT EXISTS (SELECT 1 FROM events WHERE events."group" = groups.id)
            """)
    }
}
