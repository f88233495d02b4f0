import AlertCore
import Foundation
import Labels
import StorageFixtures
import Testing
import Time

@testable import AlertStorage
@testable import Journal

struct AlertTablesTests {
    private func memory() throws -> (connection: Connection, tables: AlertTables) {
        let connection = try Connection(path: ":memory:")
        for migration in AlertTables.schema.migrations { for statement in migration.statements { try connection.execute(statement) } }
        return (connection, try AlertTables(connection))
    }

    private func stored(_ records: [JournalRecord]) throws -> RestoredState {
        var (connection, tables) = try memory()
        for record in records { try tables.write(record) }
        return try AlertTables.load(connection)
    }

    private func alert(_ name: String, endsAt: Int64, updatedAt: Int64, endReason: EndReason? = nil) -> Alert {
        Alert(
            body: AlertBody(labels: LabelSet([("alertname", name)])), startsAt: Timestamp(seconds: 0), endsAt: Timestamp(seconds: endsAt),
            updatedAt: Timestamp(seconds: updatedAt), endReason: endReason)
    }

    @Test("every record comes back as it was written", arguments: 0..<300)
    func roundTrip(seed: Int) throws {
        var generator = RecordGenerator(seed: UInt64(seed))
        let record = generator.record()
        var model = NaiveTables()
        // A lease needs an alert to belong to.
        let context = (0..<12).map { JournalRecord.alert(slot: $0, generator.alert()) }
        for record in context + [record] { model.write(record) }
        #expect(try describe(stored(context + [record])) == model.description)
    }

    @Test("every prefix of records loads as the plain model, however they are grouped into commits", arguments: 0..<5)
    func prefixes(seed: Int) async throws {
        var generator = RecordGenerator(seed: UInt64(1000 + seed))
        let directory = TemporaryDirectory()
        var model = NaiveTables()
        for _ in 0..<8 {
            let journal = try AlertJournal.open(at: directory.path, options: .quiet)
            #expect(try describe(journal.restoredState()) == model.description)
            let count = UInt64.random(in: 1...40, using: &generator.random)
            for sequence in 1...count {
                let record = generator.record()
                model.write(record)
                journal.enqueue([JournalEntry(sequence: sequence, record: record)])
                if Int.random(in: 0..<6, using: &generator.random) == 0 {
                    try await journal.durable(through: sequence, within: .minutes(1))
                }
            }
            journal.close()
        }
        let journal = try AlertJournal.open(at: directory.path, options: .quiet)
        #expect(try describe(journal.restoredState()) == model.description)
        journal.close()
    }

    @Test("records that waited out failing commits, taken apart and coalesced, give the same rows", arguments: 0..<200)
    func coalesced(seed: Int) throws {
        var generator = RecordGenerator(seed: UInt64(2000 + seed))
        var (connection, tables) = try memory()
        var model = NaiveTables()
        var batch = Batch<AlertTables>()
        for sequence in UInt64(1)...120 {
            let record = generator.record()
            model.write(record)
            batch.append(record, sequence: sequence)
            switch Int.random(in: 0..<20, using: &generator.random) {
            case 0:
                try batch.forEach { try tables.write($0) }
                batch.removeAll()
            case 1..<5: batch.split()
            default: break
            }
        }
        batch.split()
        // 12 slots and their leases, 5 silences, 6 log keys, 1 heartbeat.
        #expect(batch.count <= 36)
        try batch.forEach { try tables.write($0) }
        #expect(try describe(AlertTables.load(connection)) == model.description)
    }

    @Test("a lease moves the end of the row before it, also after the clock was set back, and never that of a later row")
    func leases() throws {
        let row = JournalRecord.alert(slot: 3, alert("A", endsAt: 100, updatedAt: 50))
        let newer = JournalRecord.leases([(3, Timestamp(seconds: 200), Timestamp(seconds: 60))], heartbeat: Timestamp(seconds: 70))
        let older = JournalRecord.leases([(3, Timestamp(seconds: 300), Timestamp(seconds: 49))], heartbeat: Timestamp(seconds: 80))
        let moved = try stored([row, newer])
        #expect(moved.alerts.first?.alert.endsAt == Timestamp(seconds: 200))
        #expect(moved.alerts.first?.alert.updatedAt == Timestamp(seconds: 60))
        #expect(moved.heartbeat == Timestamp(seconds: 70))
        #expect(try stored([row, older]).alerts.first?.alert.endsAt == Timestamp(seconds: 300))
        #expect(try stored([row, older]).heartbeat == Timestamp(seconds: 80))
        #expect(try stored([row, newer, row]).alerts.first?.alert.endsAt == Timestamp(seconds: 100))
    }

    @Test("a lease never passes to the next alert in its slot")
    func leaseOfRemovedAlert() throws {
        let first = JournalRecord.alert(slot: 3, alert("A", endsAt: 100, updatedAt: 50))
        let lease = JournalRecord.leases([(3, Timestamp(seconds: 900), Timestamp(seconds: 800))], heartbeat: Timestamp(seconds: 800))
        let second = JournalRecord.alert(slot: 3, alert("B", endsAt: 500, updatedAt: 400))
        #expect(try stored([first, lease, .alertRemoved(slot: 3), second]).alerts.first?.alert.endsAt == Timestamp(seconds: 500))
        #expect(try stored([first, .alertRemoved(slot: 3), lease, second]).alerts.first?.alert.endsAt == Timestamp(seconds: 500))
        #expect(try stored([first, .alertRemoved(slot: 3), lease]).alerts.isEmpty)
    }

    @Test("what was told and the ends of its alerts are written together or not at all")
    func toldIsOneTransaction() async throws {
        let directory = TemporaryDirectory()
        var options = JournalOptions.quiet
        options.maxBytes = 40 * 4096
        let journal = try AlertJournal.open(at: directory.path, options: options)
        journal.enqueue([JournalEntry(sequence: 1, record: .alert(slot: 0, alert("A", endsAt: 100, updatedAt: 50)))])
        try await journal.durable(through: 1, within: .minutes(1))
        let key = LogKey(groupKey: "{}:{}", receiver: "team", kind: "webhook", index: 0)
        // The rows of the ended alerts fit, the entry does not.
        let entry = LogEntry(
            key: key, firing: [], resolved: (0..<30_000).map { Fingerprint(value: $0) }, timestamp: Timestamp(seconds: 1),
            expiresAt: Timestamp(seconds: 2))
        let ended = alert("A", endsAt: 60, updatedAt: 60, endReason: .resolved)
        journal.enqueue([JournalEntry(sequence: 2, record: .told(entry, ended: [(slot: Int32(0), alert: ended)]))])
        await #expect(throws: JournalError.self) { try await journal.durable(through: 2, within: .minutes(1)) }
        let failed = try journal.restoredState()
        #expect(failed.alerts.map(\.alert.endReason) == [nil])
        #expect(failed.log.isEmpty)
        try journal.load { try $0.execute("PRAGMA max_page_count=1000") }
        try await journal.durable(through: 2, within: .minutes(1))
        let written = try journal.restoredState()
        #expect(written.alerts.map(\.alert.endReason) == [.resolved])
        #expect(written.log == [entry])
        journal.close()
    }

    @Test("rows cut short or altered are errors or other values, never a crash", arguments: 0..<100)
    func damagedRows(seed: Int) {
        var generator = RecordGenerator(seed: UInt64(3000 + seed))
        var row = RowWriter()
        var builder = LabelSetBuilder()
        AlertRow.write(generator.alert(), into: &row)
        let alert = row.bytes
        SilenceRow.write(generator.silence(), into: &row)
        let silence = row.bytes
        LogRow.write(generator.logEntry(), into: &row)
        let entry = row.bytes
        let key = generator.logKey()
        for length in 0..<alert.count {
            #expect(throws: RowDamage.self) { try alert[..<length].withUnsafeBytes { try AlertRow.read($0, using: &builder) } }
        }
        for length in 0..<silence.count {
            #expect(throws: RowDamage.self) { try silence[..<length].withUnsafeBytes { try SilenceRow.read($0, id: "", using: &builder) } }
        }
        for length in 0..<entry.count {
            #expect(throws: RowDamage.self) { try entry[..<length].withUnsafeBytes { try LogRow.read($0, key: key) } }
        }
        for _ in 0..<200 {
            var altered = [alert, silence, entry]
            for index in altered.indices {
                altered[index][Int.random(in: 1..<altered[index].count, using: &generator.random)] = UInt8.random(
                    in: 0...255, using: &generator.random)
            }
            _ = try? altered[0].withUnsafeBytes { try AlertRow.read($0, using: &builder) }
            _ = try? altered[1].withUnsafeBytes { try SilenceRow.read($0, id: "", using: &builder) }
            _ = try? altered[2].withUnsafeBytes { try LogRow.read($0, key: key) }
        }
    }

    @Test("a row of a newer encoding is named in the error, bytes behind the last known field are ignored")
    func encodingVersions() throws {
        var (connection, tables) = try memory()
        try tables.write(.alert(slot: 7, alert("A", endsAt: 100, updatedAt: 50)))
        try connection.execute("UPDATE alerts SET data = data || x'0102'")
        #expect(try AlertTables.load(connection).alerts.count == 1)
        try connection.execute("UPDATE alerts SET data = x'02' || substr(data, 2)")
        let error = #expect(throws: StoredRowError.self) { _ = try AlertTables.load(connection) }
        #expect(error?.table.hasPrefix("alerts") == true)
        #expect(error?.row == "7")
        #expect(error?.reason == "encoding 2 is newer than this program")
    }
}
