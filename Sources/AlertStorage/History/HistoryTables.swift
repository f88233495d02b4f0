public import Journal
import Labels
import Time

/// The journal of what happened.
public typealias HistoryJournal = Journal<HistoryTables>

/// The history's tables: events in packed blocks, in the order of their numbers, and, apart from them so that a question need not read the blocks
/// themselves, what each is about and a filter that says what it cannot be about.
///
/// Written so because history must cost next to nothing where alerts come in: an event is some bytes at the end of a block, and a block is a row. The oldest
/// blocks go when the file has grown to its limit, so that what is new always finds room.
public struct HistoryTables: JournalTables {
    /// Events in the order in which they happened.
    public typealias Record = [HistoryEvent]

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
            ]),
        // A row for each event was too dear. What it held is not carried over.
        JournalSchema.Migration(
            version: 2,
            statements: [
                "DROP TABLE events", "DROP TABLE subjects", "DROP TABLE groups",
                "CREATE TABLE blocks(first INTEGER PRIMARY KEY, data BLOB NOT NULL)",
                """
                CREATE TABLE contents(first INTEGER PRIMARY KEY, count INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL,
                kinds INTEGER NOT NULL, filter BLOB NOT NULL)
                """,
            ]),
    ])

    /// The part of the file's limit that is filled before the oldest blocks go.
    private static let fill = 0.85

    private let connection: Connection
    private let put: Statement
    private let putContents: Statement
    private let findCount: Statement
    private var block: HistoryBlock

    /// Prepares the statements.
    public init(_ connection: Connection) throws(SQLiteError) {
        self.connection = connection
        put = try connection.prepare("INSERT OR REPLACE INTO blocks(first,data) VALUES(?1,?2)")
        putContents = try connection.prepare(
            "INSERT OR REPLACE INTO contents(first,count,since,until,kinds,filter) VALUES(?1,?2,?3,?4,?5,?6)")
        findCount = try connection.prepare("SELECT count FROM contents WHERE first=?1")
        block = HistoryBlock(first: try Self.nextNumber(connection))
    }

    private static func nextNumber(_ connection: Connection) throws(SQLiteError) -> Int64 {
        try connection.integer("SELECT first + count FROM contents ORDER BY first DESC LIMIT 1") ?? 1
    }

    /// Every portion stands for itself.
    public static func key(of record: [HistoryEvent]) -> Int? { nil }

    /// Writes some events: the last block grows, and full ones begin others.
    public mutating func write(_ events: [HistoryEvent]) throws(SQLiteError) {
        // A commit that failed took back what this block says that it wrote; the events come again.
        if block.count > 0, try storedCount() != Int64(block.count) { block = HistoryBlock(first: try Self.nextNumber(connection)) }
        for event in events {
            if block.isFull {
                try store()
                block = HistoryBlock(first: block.first + Int64(block.count))
            }
            block.append(event)
        }
        try store()
    }

    private func storedCount() throws(SQLiteError) -> Int64? {
        defer { findCount.reset() }
        try findCount.bind(1, block.first)
        return try findCount.step() ? findCount.integer(0) : nil
    }

    private func store() throws(SQLiteError) {
        guard block.count > 0 else { return }
        try makeRoom()
        try put.bind(1, block.first)
        try put.bind(2, block.bytes)
        try put.run()
        try putContents.bind(1, block.first)
        try putContents.bind(2, Int64(block.count))
        try putContents.bind(3, block.since)
        try putContents.bind(4, block.until)
        try putContents.bind(5, block.kinds)
        try putContents.bind(6, block.filter.bytes)
        try putContents.run()
    }

    /// Drops the oldest blocks once the file is filled so far.
    private func makeRoom() throws(SQLiteError) {
        let limit = try connection.integer("PRAGMA max_page_count") ?? 0
        let used = (try connection.integer("PRAGMA page_count") ?? 0) - (try connection.integer("PRAGMA freelist_count") ?? 0)
        guard limit > 0, Double(used) > Double(limit) * Self.fill else { return }
        try connection.execute(
            """
            DELETE FROM contents WHERE first <= (SELECT min(first) + (max(first) - min(first)) / 16 FROM contents);
            DELETE FROM blocks WHERE first < (SELECT min(first) FROM contents)
            """)
    }
}
