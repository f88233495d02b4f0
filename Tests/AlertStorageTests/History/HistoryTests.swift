import AlertCore
import Glibc
import Journal
import Labels
import Testing
import Time

@testable import AlertStorage

@Suite("The history")
struct HistoryTests {
    /// A journal in a directory of its own, which goes with it.
    private final class Store {
        let path: String
        let journal: HistoryJournal
        private var sequence: UInt64 = 0

        init(maxBytes: Int = 8 << 20) throws {
            path = "/tmp/flatalert-history-\(getpid())-\(UInt64.random(in: 0 ... .max))"
            var options = JournalOptions()
            options.name = "history"
            options.synchronous = .normal
            options.reserveBytes = 0
            options.maxBytes = maxBytes
            journal = try HistoryJournal.open(at: path, options: options)
        }

        deinit {
            journal.close()
            for file in ["history.db", "history.db-wal", "history.lock"] { unlink("\(path)/\(file)") }
            rmdir(path)
        }

        func write(_ events: [HistoryEvent]) async throws {
            sequence += 1
            journal.enqueue(events, sequence: sequence)
            try await journal.durable(through: sequence, within: .seconds(60))
        }

        func load(_ filter: HistoryFilter, lookingAt count: Int) throws -> HistoryPage {
            try journal.load { try HistoryPage.load(filter, from: $0, lookingAt: count) }
        }

        /// All pages after each other.
        func all(_ filter: HistoryFilter, lookingAt count: Int = HistoryPage.lookedAt) throws -> [HistoryEvent] {
            var filter = filter
            var events: [HistoryEvent] = []
            while true {
                let page = try load(filter, lookingAt: count)
                events += page.events
                guard let next = page.next else { return events }
                #expect(next < filter.before ?? .max)
                filter.before = next
            }
        }
    }

    private func event(_ index: Int, using generator: inout some RandomNumberGenerator) -> HistoryEvent {
        let kind = HistoryEvent.Kind.allCases.randomElement(using: &generator) ?? .started
        var event = HistoryEvent(kind, at: Timestamp(unixNanoseconds: Int64(index) * 1_000_000_007))
        if Bool.random(using: &generator) {
            let name = ["Down", "Slow", "ディスク"].randomElement(using: &generator) ?? ""
            event.labels = LabelSet([("alertname", name), ("instance", "i\(Int.random(in: 0..<40, using: &generator))")])
        }
        if Bool.random(using: &generator) { event.groupKey = "{}:{alertname=\"\(Int.random(in: 0..<3, using: &generator))\"}" }
        event.receiver = ["", "ops", "night"].randomElement(using: &generator) ?? ""
        event.integration = "slack[0]"
        event.text = "text \(index)"
        event.error = index % 7 == 0 ? "error 🔥" : ""
        event.attempts = index % 5
        event.alerts = index % 11
        event.milliseconds = Int64(index) - 50
        return event
    }

    @Test("pages together give every event that a filter asks for, newest first, exactly once")
    func filters() async throws {
        let store = try Store()
        var generator = SystemRandomNumberGenerator()
        let written = (0..<800).map { event($0, using: &generator) }
        try await store.write(written)
        let stored = written.enumerated().map { index, event in
            var event = event
            event.number = Int64(index + 1)
            return event
        }
        #expect(try store.all(HistoryFilter()) == stored.reversed())
        let slow = try Matcher(name: "alertname", operation: .equal, value: "Slow")
        let few = try Matcher(name: "instance", operation: .regexMatch, value: "i[1-3]")
        let subject = try #require(written.compactMap(\.labels).first)
        var filters: [(HistoryFilter, (HistoryEvent) -> Bool)] = []
        func add(_ change: (inout HistoryFilter) -> Void, _ test: @escaping (HistoryEvent) -> Bool) {
            for limit in [1, 7, 1000] {
                var filter = HistoryFilter()
                filter.limit = limit
                change(&filter)
                filters.append((filter, test))
            }
        }
        add({ $0.matchers = [slow] }, { $0.labels.map(slow.matches) ?? false })
        add({ $0.matchers = [few, slow] }, { $0.labels.map { few.matches($0) && slow.matches($0) } ?? false })
        add({ $0.matchers = [few] }, { $0.labels.map(few.matches) ?? false })
        add({ $0.fingerprint = subject.fingerprint }, { $0.labels == subject })
        add({ $0.groupKey = "{}:{alertname=\"1\"}" }, { $0.groupKey == "{}:{alertname=\"1\"}" })
        add(
            {
                $0.groupKey = "{}:{alertname=\"1\"}"
                $0.matchers = [slow]
            }, { $0.groupKey == "{}:{alertname=\"1\"}" && $0.labels.map(slow.matches) ?? false })
        add({ $0.kinds = [.delivered, .started] }, { $0.kind == .delivered || $0.kind == .started })
        add({ $0.receiver = "ops" }, { $0.receiver == "ops" })
        add(
            {
                $0.since = Timestamp(unixNanoseconds: 100 * 1_000_000_007)
                $0.until = Timestamp(unixNanoseconds: 200 * 1_000_000_007)
            }, { (100...200).contains($0.time.unixNanoseconds / 1_000_000_007) })
        for (filter, test) in filters {
            let expected = stored.reversed().filter(test)
            #expect(try store.all(filter) == expected, "\(filter)")
            #expect(try store.all(filter, lookingAt: 90) == expected, "\(filter)")
        }
        #expect(filters.allSatisfy { _, test in stored.contains(where: test) })
    }

    @Test("the file stays within its limit: the oldest events go, the newest are all there, numbers go on")
    func bounded() async throws {
        let limit = 1 << 20
        let store = try Store(maxBytes: limit)
        var generator = SystemRandomNumberGenerator()
        for batch in 0..<40 {
            try await store.write((0..<1000).map { event(batch * 1000 + $0, using: &generator) })
        }
        let bytes = try store.journal.load { connection in
            (try connection.integer("PRAGMA page_count") ?? 0) * (try connection.integer("PRAGMA page_size") ?? 0)
        }
        #expect(bytes <= limit)
        let events = try store.all(HistoryFilter())
        #expect(events.first?.number == 40_000)
        #expect(events.count > 1000 && events.count < 39_000)
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.number == $1.number + 1 })
    }

    @Test("what a commit that failed took back is written once when it comes again")
    func rolledBack() throws {
        let path = "/tmp/flatalert-history-\(getpid())-\(UInt64.random(in: 0 ... .max)).db"
        defer { unlink(path) }
        let connection = try Connection(path: path)
        for migration in HistoryTables.schema.migrations { for statement in migration.statements { try connection.execute(statement) } }
        var tables = try HistoryTables(connection)
        var generator = SystemRandomNumberGenerator()
        var kept: [HistoryEvent] = []
        var number = 0
        for round in 0..<60 {
            let events = (0..<Int.random(in: 1...300, using: &generator)).map { _ in
                number += 1
                return event(number, using: &generator)
            }
            try connection.execute("BEGIN")
            try tables.write(events)
            if round % 3 == 1 {
                try connection.execute("ROLLBACK; BEGIN")
                try tables.write(events)
            }
            try connection.execute("COMMIT")
            kept += events
        }
        var filter = HistoryFilter()
        filter.limit = 1000
        var found: [HistoryEvent] = []
        repeat {
            let page = try HistoryPage.load(filter, from: connection)
            found += page.events
            filter.before = page.next
        } while filter.before != nil
        #expect(found.map(\.number) == (1...Int64(kept.count)).reversed())
        #expect(found.reversed().map(\.text) == kept.map(\.text))
        // Blocks are filled, not one for each portion.
        #expect(try connection.integer("SELECT count(*) FROM blocks") ?? 0 < Int64(kept.count / 512 + 2 + 20))
    }

    @Test("a block that is damaged is refused, whatever its bytes are")
    func damaged() throws {
        var generator = SystemRandomNumberGenerator()
        var block = HistoryBlock(first: 1)
        for index in 0..<40 { block.append(event(index, using: &generator)) }
        for _ in 0..<2000 {
            var bytes = block.bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0 ... .max, using: &generator)
            }
            bytes.removeLast(Int.random(in: 0..<20, using: &generator))
            let count: Int = bytes.withUnsafeBytes { bytes in
                guard var reader = try? HistoryBlock.Reader(bytes, first: 1) else { return 0 }
                var count = 0
                while count < 1000, (try? reader.next(HistoryFilter())) != nil { count += 1 }
                return count
            }
            #expect(count <= bytes.count)
        }
    }

    @Test("a kind's name leads back to it")
    func kinds() {
        for kind in HistoryEvent.Kind.allCases { #expect(HistoryEvent.Kind(name: kind.name) == kind) }
        #expect(HistoryEvent.Kind(name: "alertFiring") == nil)
    }
}
