/// The tables that a journal writes: what rows mean is their owner's business, the journal only knows when they are written.
///
/// The journal writes everything that waits in one transaction, in the order of the sequence numbers. Before that it drops each record that a later one
/// of the same key makes pointless, so two records that touch the same row must either have the same key or give the same rows when the earlier one is
/// written first.
public protocol JournalTables: SendableMetatype {
    /// One change.
    associatedtype Record: Sendable
    /// What a record replaces.
    associatedtype Key: Hashable & Sendable

    /// The tables' layout and how it came about.
    static var schema: JournalSchema { get }

    /// The row that this record replaces as a whole; nil for a record of several rows.
    static func key(of record: Record) -> Key?

    /// The record as a series of records that each have a key. Called for records without a key that wait for a commit that failed, so that a journal that
    /// cannot write for a long time holds no more than one record a row.
    static func parts(of record: Record) -> [Record]

    /// Prepares the statements. They live as long as the connection and are used on the journal's thread only.
    init(_ connection: Connection) throws(SQLiteError)

    /// Writes one record inside the journal's transaction.
    mutating func write(_ record: Record) throws(SQLiteError)
}

extension JournalTables {
    /// A record that stays whole.
    public static func parts(of record: Record) -> [Record] { [record] }
}

/// The layout of the tables: the steps that lead to it from an empty file, oldest first.
public struct JournalSchema: Sendable {
    /// One step.
    public struct Migration: Sendable {
        /// The version that the step leads to; versions count up from 1 without gaps, to 999 at most.
        public var version: Int
        /// The oldest version of the program's schema that can still read *and write* a file of this version.
        ///
        /// A step that only adds tables, adds columns with a default, or appends to the end of a versioned encoding can be read by the version before it
        /// (`version - 1`): the older program neither sees nor disturbs what is new. Every other change is readable by itself alone (`version`).
        public var oldestReader: Int
        /// The SQL, run in one transaction with the new version number.
        public var statements: [String]

        /// A step. Without `oldestReader` it is one that older programs cannot read.
        public init(version: Int, oldestReader: Int? = nil, statements: [String]) {
            self.version = version
            self.oldestReader = oldestReader ?? version
            self.statements = statements
        }
    }

    /// The steps, oldest first.
    public var migrations: [Migration]

    /// A schema reached by these steps.
    public init(migrations: [Migration]) { self.migrations = migrations }

    /// The version that this program writes.
    public var version: Int { migrations.last?.version ?? 0 }
}
