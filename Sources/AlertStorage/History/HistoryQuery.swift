import AlertCore
public import Journal
import Labels
import Time

extension HistoryPage {
    /// Events that one query reads; the rest is for the next page. Keeps a query below 50 ms also where no block can be left out.
    static let lookedAt = 25_000

    /// Looks up a page of the history.
    public static func load(_ filter: HistoryFilter, from connection: Connection) throws -> HistoryPage {
        try load(filter, from: connection, lookingAt: lookedAt)
    }

    static func load(_ filter: HistoryFilter, from connection: Connection, lookingAt lookedAt: Int) throws -> HistoryPage {
        let limit = max(1, min(filter.limit, 1000))
        let hashes = filter.hashes
        let mask = filter.kinds.isEmpty ? -1 : filter.kinds.reduce(0) { $0 | HistoryBlock.bit(of: $1) }
        let block = try connection.prepare("SELECT data FROM blocks WHERE first=?1")
        let statement = try connection.prepare(
            """
            SELECT first, count, filter FROM contents WHERE first < ?1 AND until >= ?2 AND since <= ?3 AND (kinds & ?4) != 0
            ORDER BY first DESC
            """)
        try statement.bind(1, filter.before ?? .max)
        try statement.bind(2, filter.since?.unixNanoseconds ?? .min)
        try statement.bind(3, filter.until?.unixNanoseconds ?? .max)
        try statement.bind(4, mask)
        var page = HistoryPage(events: [], next: nil)
        var looked = 0
        while try statement.step() {
            if !hashes.isEmpty, !statement.withBytes(2, { HistoryFilterBits.mayHold(hashes, in: $0) }) { continue }
            let first = statement.integer(0)
            let count = Int(statement.integer(1))
            // One more block than is allowed is looked at first, so that every page gets on.
            if looked > 0, looked + count > lookedAt {
                page.next = first + Int64(count)
                return page
            }
            looked += count
            try block.bind(1, first)
            defer { block.reset() }
            guard try block.step() else { continue }
            let found = try block.withBytes(0) { (bytes) throws in try events(in: bytes, first: first, count: count, filter) }
            for event in found.reversed() {
                page.events.append(event)
                if page.events.count >= limit {
                    page.next = event.number
                    return page
                }
            }
        }
        return page
    }

    private static func events(
        in bytes: UnsafeRawBufferPointer, first: Int64, count: Int, _ filter: HistoryFilter
    ) throws(RowDamage) -> [HistoryEvent] {
        var reader = try HistoryBlock.Reader(bytes, first: first)
        var events: [HistoryEvent] = []
        for _ in 0..<count {
            if let event = try reader.next(filter) { events.append(event) }
        }
        return events
    }
}
