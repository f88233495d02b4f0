import CSQLite
import Foundation
import Journal

/// A directory that goes away with the value.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("journal-\(UUID().uuidString)").path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
    func size(_ name: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: file(name))[.size] as? Int) ?? -1
    }
}

/// A change of the test tables: a number or a text under a key, or several at once.
enum TestRecord: Sendable, Hashable {
    case set(Int, String)
    case remove(Int)
    case setAll([Int], String)
}

/// One table of texts under numbers. Every write also adds a line to `written`, so that tests can see the order and the coalescing.
struct TestTables: JournalTables {
    static let schema = JournalSchema(migrations: [
        .init(
            version: 1,
            statements: [
                "CREATE TABLE items(id INTEGER PRIMARY KEY, value TEXT)", "CREATE TABLE written(id INTEGER PRIMARY KEY, what TEXT)",
            ])
    ])

    private let set: Statement
    private let remove: Statement
    private let note: Statement

    init(_ connection: Connection) throws(SQLiteError) {
        set = try connection.prepare("INSERT INTO items VALUES(?1,?2) ON CONFLICT(id) DO UPDATE SET value=excluded.value")
        remove = try connection.prepare("DELETE FROM items WHERE id=?1")
        note = try connection.prepare("INSERT INTO written(what) VALUES(?1)")
    }

    static func key(of record: TestRecord) -> Int? {
        switch record {
        case .set(let id, _), .remove(let id): id
        case .setAll: nil
        }
    }

    static func parts(of record: TestRecord) -> [TestRecord] {
        switch record {
        case .setAll(let ids, let value): ids.map { .set($0, value) }
        default: [record]
        }
    }

    mutating func write(_ record: TestRecord) throws(SQLiteError) {
        switch record {
        case .set(let id, let value):
            try put(id, value)
        case .remove(let id):
            try remove.bind(1, Int64(id))
            try remove.run()
        case .setAll(let ids, let value):
            for id in ids { try put(id, value) }
        }
    }

    private func put(_ id: Int, _ value: String) throws(SQLiteError) {
        try set.bind(1, Int64(id))
        try set.bind(2, value)
        try set.run()
        try note.bind(1, "\(id)=\(value.prefix(8))")
        try note.run()
    }
}

typealias TestJournal = Journal<TestTables>

extension JournalOptions {
    /// No reserve and nothing in the background, so that tests see only what they did.
    static var quiet: JournalOptions {
        var options = JournalOptions()
        options.reserveBytes = 0
        options.idleAfter = .hours(1)
        return options
    }
}

extension Journal where Tables.Record == TestRecord {
    /// All items in the database.
    func items() throws -> [Int: String] {
        try load { connection in
            var items: [Int: String] = [:]
            let statement = try connection.prepare("SELECT id,value FROM items")
            while try statement.step() { items[Int(statement.integer(0))] = statement.text(1) }
            return items
        }
    }

    /// What was written, in order.
    func written() throws -> [String] {
        try load { connection in
            var lines: [String] = []
            let statement = try connection.prepare("SELECT what FROM written ORDER BY id")
            while try statement.step() { lines.append(statement.text(0)) }
            return lines
        }
    }
}
