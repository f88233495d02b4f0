import AlertCore
import AlertStorage
import Journal
import StorageFixtures

extension NaiveTables: PowerCutSubject {
    typealias Tables = AlertTables

    var form: [String] { description }

    static func restored(from journal: Journal<AlertTables>, _ damages: inout [String]) throws -> [String] {
        try describe(journal.restoredState())
    }

    /// A few records at a time, as one change of the machine makes them.
    struct Generator: PowerCutGenerator {
        private var records: RecordGenerator

        init(seed: UInt64) { records = RecordGenerator(seed: seed) }

        mutating func change() -> [JournalRecord] {
            (0..<Int.random(in: 1...3, using: &records.random)).map { _ in records.record() }
        }
    }

    /// Four callers. One of them mostly does not wait, as leases and log entries do not.
    static let writers: (count: Int, patience: UInt64) = (4, 8)
}
