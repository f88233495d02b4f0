import Foundation
import Testing
import Time

@testable import Journal

/// The test tables after the program learned something: version 2 adds a table, version 3 changes one.
private struct GrownTables: JournalTables {
    nonisolated(unsafe) static var steps = 2

    static var schema: JournalSchema {
        let steps: [JournalSchema.Migration] = [
            .init(version: 2, oldestReader: 1, statements: ["CREATE TABLE extra(id INTEGER PRIMARY KEY)"]),
            .init(version: 3, statements: ["ALTER TABLE items RENAME COLUMN value TO text"]),
        ]
        return JournalSchema(migrations: TestTables.schema.migrations + steps.prefix(Self.steps - 1))
    }

    static func key(of record: TestRecord) -> Int? { nil }
    init(_ connection: Connection) throws(SQLiteError) {}
    mutating func write(_ record: TestRecord) throws(SQLiteError) {}
}

@Suite(.serialized)
struct OpeningTests {
    let directory = TemporaryDirectory()

    private func open(_ options: JournalOptions = .quiet) throws -> TestJournal {
        try TestJournal.open(at: directory.path, options: options)
    }

    private func fill(_ count: Int) throws {
        let journal = try open()
        for id in 1...count { journal.enqueue(.set(id, String(repeating: "v", count: 300)), sequence: UInt64(id)) }
        journal.close()
    }

    private func grown(to version: Int) throws -> Journal<GrownTables> {
        GrownTables.steps = version
        return try Journal<GrownTables>.open(at: directory.path, options: .quiet)
    }

    /// Leaves the directory as a killed process would: the log is there, nothing was moved into the database.
    private func kill(while journal: TestJournal) throws -> TemporaryDirectory {
        let copy = TemporaryDirectory()
        try FileManager.default.copyItem(atPath: directory.path, toPath: copy.path)
        return copy
    }

    private func overwrite(_ path: String, at offset: Int, count: Int) throws -> Data {
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: Data(repeating: 0xA5, count: count))
        try file.close()
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }

    @Test("missing directories are made, with their parents")
    func makesDirectories() throws {
        let journal = try TestJournal.open(at: directory.file("a/b//c/"), options: .quiet)
        journal.close()
        #expect(directory.exists("a/b/c/flatalert.db"))
    }

    @Test("a second instance is told who holds the directory, and gets it after the first closed")
    func secondInstance() throws {
        let first = try open()
        let error = #expect(throws: JournalError.self) { _ = try open() }
        guard case .heldByOtherProcess(let path, let pid, let command) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(path == directory.path)
        #expect(pid == getpid())
        #expect(command == CommandLine.arguments.joined(separator: " "))
        #expect(error?.description.contains("process \(getpid())") == true)
        first.close()
        try open().close()
    }

    @Test(
        "file systems that lose commits are refused with their name",
        arguments: [(UInt64(0x0102_1997), "9p"), (0x6969, "NFS"), (0xFF53_4D42, "CIFS"), (0xFE53_4D42, "SMB")])
    func refusesFilesystem(magic: UInt64, name: String) throws {
        var options = JournalOptions.quiet
        options.filesystemMagic = { _ in magic }
        let error = #expect(throws: JournalError.self) { _ = try open(options) }
        guard case .unsupportedFilesystem(directory.path, let kind) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(kind.contains(name))
        #expect(!directory.exists("flatalert.db"))
    }

    @Test("the file system of this machine is recognised by the system's own number")
    func knowsFilesystem() {
        #expect(Filesystem.magic(of: "/proc") == 0x9fa0)
        #expect(Filesystem.magic(of: "/does/not/exist") == nil)
    }

    @Test("a place that cannot be written says so", arguments: ["/proc/flatalert-journal", "/dev/null/journal", "/dev/null"])
    func notWritable(path: String) throws {
        let error = #expect(throws: JournalError.self) { _ = try TestJournal.open(at: path, options: .quiet) }
        guard case .notWritable(path, let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test("a schema that only newer programs understand is refused and left as it is")
    func newerSchema() throws {
        try fill(10)
        try grown(to: 3).close()
        let before = try Data(contentsOf: URL(fileURLWithPath: directory.file("flatalert.db")))
        #expect(throws: JournalError.newerSchema(path: directory.file("flatalert.db"), found: 3, known: 1)) { _ = try open() }
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.file("flatalert.db"))) == before)
    }

    @Test("a newer schema that only adds something is read and written by the version before it")
    func additiveSchema() async throws {
        try fill(10)
        try grown(to: 2).close()
        let older = try open()
        older.enqueue(.set(11, "by the older program"), sequence: 1)
        try await older.durable(through: 1, within: .minutes(1))
        #expect(try older.items().count == 11)
        #expect(try older.load { try $0.integer("PRAGMA user_version") } == 1002)
        older.close()
        let newer = try grown(to: 2)
        #expect(try newer.load { try $0.integer("SELECT count(*) FROM items,(SELECT count(*) FROM extra)") } == 11)
        newer.close()
    }

    @Test("a migration keeps a copy of the old file that the old program can open")
    func migrationCopy() throws {
        try fill(10)
        try grown(to: 3).close()
        #expect(directory.exists("flatalert.db.v1"))
        #expect(!directory.exists("flatalert.db.v2"))
        try FileManager.default.removeItem(atPath: directory.file("flatalert.db"))
        try FileManager.default.moveItem(atPath: directory.file("flatalert.db.v1"), toPath: directory.file("flatalert.db"))
        let journal = try open()
        #expect(try journal.items().count == 10)
        journal.close()
    }

    @Test("what is no database is set aside untouched, and the next start begins a new one", arguments: 1...2)
    func notADatabase(times: Int) throws {
        for time in 1...times {
            try fill(100)
            let damaged = try overwrite(directory.file("flatalert.db"), at: 0, count: 100)
            let aside = directory.file("flatalert.db.corrupt-\(time)")
            let error = #expect(throws: JournalError.self) { _ = try open() }
            guard case .corrupt(directory.file("flatalert.db"), aside, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: aside)) == damaged)
            #expect(!directory.exists("flatalert.db"))
        }
        let journal = try open()
        #expect(try journal.items() == [:])
        journal.close()
        #expect(directory.exists("flatalert.db.corrupt-\(times)"))
    }

    @Test("after an unclean stop damage in the middle of the file is found, and file and log are set aside")
    func damagedAfterKill() async throws {
        try fill(2000)
        let journal = try open()
        journal.enqueue(.set(5000, "in the log"), sequence: 1)
        try await journal.durable(through: 1, within: .minutes(1))
        let killed = try kill(while: journal)
        journal.close()
        #expect(killed.size("flatalert.db-wal") > 0)
        let log = try Data(contentsOf: URL(fileURLWithPath: killed.file("flatalert.db-wal")))
        let damaged = try overwrite(killed.file("flatalert.db"), at: 40 * 4096, count: 4096)
        let error = #expect(throws: JournalError.self) { _ = try TestJournal.open(at: killed.path, options: .quiet) }
        guard case .corrupt(_, let aside?, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: aside)) == damaged)
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(aside)-wal")) == log)
    }

    @Test("after a kill everything that was durable is there, and a clean end leaves no log")
    func killed() async throws {
        let journal = try open()
        for id in 1...500 { journal.enqueue(.set(id, "v"), sequence: UInt64(id)) }
        try await journal.durable(through: 500, within: .minutes(1))
        let killed = try kill(while: journal)
        journal.close()
        #expect(!directory.exists("flatalert.db-wal"))
        let again = try TestJournal.open(at: killed.path, options: .quiet)
        #expect(try again.items().count == 500)
        again.close()
        #expect(!killed.exists("flatalert.db-wal"))
    }
}
