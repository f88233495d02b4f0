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
            let entries = events.map { event in
                sequence += 1
                return HistoryJournal.Entry(sequence: sequence, record: event)
            }
            journal.enqueue(entries)
            try await journal.durable(through: sequence, within: .seconds(60))
        }

        func load(_ filter: HistoryFilter, lookingAt count: Int64) throws -> HistoryPage {
            try journal.load { try HistoryPage.load(filter, from: $0, lookingAt: count) }
        }

        /// All pages after each other.
        func all(_ filter: HistoryFilter, lookingAt count: Int64 = HistoryPage.lookedAt) throws -> [HistoryEvent] {
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
        let orphans = try store.journal.load { connection in
            try connection.integer("SELECT count(*) FROM subjects WHERE id NOT IN (SELECT subject FROM events WHERE subject IS NOT NULL)")
        }
        // Not more than one look at the size leaves behind.
        #expect((orphans ?? 0) <= 120)
    }

    @Test("a kind's name leads back to it")
    func kinds() {
        for kind in HistoryEvent.Kind.allCases { #expect(HistoryEvent.Kind(name: kind.name) == kind) }
        #expect(HistoryEvent.Kind(name: "alertFiring") == nil)
    }
}
