import AlertCore
public import Journal
import Labels
import Time

extension HistoryPage {
    /// Events older than the newest that one query looks at; the rest is for the next page. Keeps a query far below 50 ms.
    static let lookedAt: Int64 = 50_000
    /// Up to so many alerts are looked up one by one; more are found by walking through the events.
    private static let fewSubjects = 64

    /// Looks up a page of the history.
    public static func load(_ filter: HistoryFilter, from connection: Connection) throws -> HistoryPage {
        try load(filter, from: connection, lookingAt: lookedAt)
    }

    static func load(_ filter: HistoryFilter, from connection: Connection, lookingAt lookedAt: Int64) throws -> HistoryPage {
        var reader = try Reader(connection, filter: filter)
        let limit = max(1, min(filter.limit, 1000))
        if let subjects = try reader.subjects(), subjects.count <= fewSubjects {
            return try reader.page(of: subjects.sorted(), limit: limit)
        } else {
            return try reader.walk(limit: limit, atMost: lookedAt)
        }
    }

    private struct Reader {
        let connection: Connection
        let filter: HistoryFilter
        var wanted: Set<Int64>?
        var builder = LabelSetBuilder()
        var labels: [Int64: LabelSet] = [:]
        var groups: [Int64: String] = [:]

        init(_ connection: Connection, filter: HistoryFilter) throws {
            self.connection = connection
            self.filter = filter
        }

        /// The ids of the alerts that are asked for; nil when no alert in particular is.
        mutating func subjects() throws -> Set<Int64>? {
            if let fingerprint = filter.fingerprint {
                let statement = try connection.prepare("SELECT id, data FROM subjects WHERE fingerprint=?1")
                try statement.bind(1, Int64(bitPattern: fingerprint.value))
                wanted = try matching(statement)
            } else if !filter.matchers.isEmpty {
                let name = filter.matchers.first { $0.name == "alertname" && $0.operation == .equal && !$0.value.isEmpty }
                let statement = try connection.prepare("SELECT id, data FROM subjects" + (name == nil ? "" : " WHERE alertname=?1"))
                if let name { try statement.bind(1, name.value) }
                wanted = try matching(statement)
            }
            return wanted
        }

        private mutating func matching(_ statement: Statement) throws -> Set<Int64> {
            var found: Set<Int64> = []
            while try statement.step() {
                let id = statement.integer(0)
                let set = try labels(in: statement, column: 1)
                guard filter.matchers.matches(set) else { continue }
                found.insert(id)
                if labels.count < 4096 { labels[id] = set }
            }
            return found
        }

        /// The newest events of a few alerts: a page of each, merged.
        mutating func page(of subjects: [Int64], limit: Int) throws -> HistoryPage {
            var found: [HistoryEvent] = []
            let statement = try connection.prepare(
                "SELECT number,time,kind,subject,\"group\",data FROM events WHERE subject=?1" + condition)
            for subject in subjects {
                try statement.bind(1, subject)
                try bindCondition(statement, from: 2)
                var count = 0
                while count <= limit, try statement.step() {
                    guard let event = try event(in: statement) else { continue }
                    found.append(event)
                    count += 1
                }
                statement.reset()
            }
            found.sort { $0.number > $1.number }
            let isMore = found.count > limit
            found.removeLast(max(0, found.count - limit))
            return HistoryPage(events: found, next: isMore ? found.last?.number : nil)
        }

        /// The newest events that pass, by looking at a bounded number of them.
        mutating func walk(limit: Int, atMost count: Int64) throws -> HistoryPage {
            if let key = filter.groupKey { return try walk(limit: limit, where: "\"group\"=?1", try id(ofGroup: key)) }
            // SQLite decides about kinds and times, so the bound has to be its own: a range of numbers.
            let newest = try connection.integer("SELECT max(number) FROM events") ?? 0
            let oldest = try connection.integer("SELECT min(number) FROM events") ?? 0
            let lowest = min(filter.before ?? .max, newest + 1) - count
            var page = try walk(limit: limit, where: "number>=?1", lowest)
            if page.next == nil, lowest > oldest { page.next = lowest }
            return page
        }

        private mutating func walk(limit: Int, where source: String, _ bound: Int64) throws -> HistoryPage {
            let statement = try connection.prepare("SELECT number,time,kind,subject,\"group\",data FROM events WHERE \(source)" + condition)
            try statement.bind(1, bound)
            try bindCondition(statement, from: 2)
            var events: [HistoryEvent] = []
            while try statement.step() {
                if let wanted, !wanted.contains(statement.integer(3)) { continue }
                if let event = try event(in: statement) { events.append(event) }
                if events.count >= limit { return HistoryPage(events: events, next: statement.integer(0)) }
            }
            return HistoryPage(events: events, next: nil)
        }

        private func id(ofGroup key: String) throws -> Int64 {
            let statement = try connection.prepare("SELECT id FROM groups WHERE key=?1")
            try statement.bind(1, key)
            // No row has the id 0.
            return try statement.step() ? statement.integer(0) : 0
        }

        /// What SQLite itself can decide. The kinds are numbers of our own, not text from outside.
        private var condition: String {
            var text = " AND number<?2 AND time>=?3 AND time<=?4"
            if !filter.kinds.isEmpty { text += " AND kind IN (\(filter.kinds.map { "\($0.rawValue)" }.sorted().joined(separator: ",")))" }
            return text + " ORDER BY number DESC"
        }

        private func bindCondition(_ statement: Statement, from first: Int32) throws {
            try statement.bind(first, filter.before ?? .max)
            try statement.bind(first + 1, filter.since?.unixNanoseconds ?? .min)
            try statement.bind(first + 2, filter.until?.unixNanoseconds ?? .max)
        }

        /// The event in the current row; nil when it does not pass.
        private mutating func event(in statement: Statement) throws -> HistoryEvent? {
            guard let kind = HistoryEvent.Kind(rawValue: UInt8(truncatingIfNeeded: statement.integer(2))) else { return nil }
            var event = HistoryEvent(kind, at: Timestamp(unixNanoseconds: statement.integer(1)))
            event.number = statement.integer(0)
            try statement.withBytes(5) { (bytes) throws in try HistoryRow.read(bytes, into: &event) }
            if let receiver = filter.receiver, event.receiver != receiver { return nil }
            if let key = filter.groupKey, filter.fingerprint != nil || !filter.matchers.isEmpty {
                guard try self.key(ofGroup: statement.integer(4)) == key else { return nil }
            }
            if statement.integer(3) != 0 { event.labels = try labels(of: statement.integer(3)) }
            if statement.integer(4) != 0 { event.groupKey = try self.key(ofGroup: statement.integer(4)) }
            return event
        }

        private mutating func labels(of subject: Int64) throws -> LabelSet? {
            if let known = labels[subject] { return known }
            let statement = try connection.prepare("SELECT data FROM subjects WHERE id=?1")
            try statement.bind(1, subject)
            guard try statement.step() else { return nil }
            let set = try labels(in: statement, column: 0)
            labels[subject] = set
            return set
        }

        private mutating func key(ofGroup id: Int64) throws -> String {
            if let known = groups[id] { return known }
            let statement = try connection.prepare("SELECT key FROM groups WHERE id=?1")
            try statement.bind(1, id)
            let key = try statement.step() ? statement.text(0) : ""
            groups[id] = key
            return key
        }

        private mutating func labels(in statement: Statement, column: Int32) throws -> LabelSet {
            try statement.withBytes(column) { (bytes) throws in try HistoryRow.readLabels(bytes, using: &builder) }
        }
    }
}
