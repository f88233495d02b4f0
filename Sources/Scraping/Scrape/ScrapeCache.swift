import Labels
import SampleStore

/// The series of one target by the bytes in which they are exposed, so that a known series costs one comparison and no label is looked at.
///
/// Targets expose their series in the same order every time: each entry remembers which came next, and only where that guess fails is the hash table asked.
/// Marks of generations tell which series a scrape has seen, so that those which are gone get stale markers (reference 5.4).
struct ScrapeCache {
    private enum Kind: UInt8 {
        case free, dropped, series
    }

    private struct Entry {
        /// The entry that was exposed behind this one.
        var next: UInt32
        /// The last scrape that exposed it.
        var seen: UInt32 = 0
        /// The last scrape whose sample is tracked for staleness.
        var tracked: UInt32 = 0
        var reference: SeriesReference?
        var kind: Kind
        /// Whether the scrape before the one in `tracked` was tracked as well.
        var wasTracked = false
    }

    private var table = ByteTable()
    /// By the numbers of the table.
    private var entries: ContiguousArray<Entry> = []
    /// The scrape under way or, between scrapes, the last one. Marks of 0 are older than any.
    private var generation: UInt32 = 1
    private var first: UInt32 = 0
    private var last: Int?

    /// The number of entries.
    var count: Int { table.count }

    /// The memory in bytes.
    var footprint: Int { table.footprint + entries.capacity * MemoryLayout<Entry>.stride }

    // MARK: During a scrape

    /// Begins a scrape.
    mutating func begin() {
        generation &+= 1
        last = nil
    }

    /// Begins to look up from the start of the body again.
    mutating func rewind() { last = nil }

    /// The entry of these bytes.
    @inline(__always)
    mutating func find(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let expected = Int(last.map { entries[$0].next } ?? first)
        if table.holds(expected, bytes) {
            last = expected
            return expected
        }
        return search(bytes)
    }

    @inline(never)
    private mutating func search(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let index = table.find(bytes) else { return nil }
        follow(with: index)
        return index
    }

    /// Adds an entry for bytes that are not there: of a series, or of one that relabelling dropped.
    mutating func insert(_ bytes: UnsafeBufferPointer<UInt8>, isDropped: Bool = false) -> Int {
        let index = table.insert(bytes).number
        let entry = Entry(next: .max, kind: isDropped ? .dropped : .series)
        if index < entries.count { entries[index] = entry } else { entries.append(entry) }
        follow(with: index)
        return index
    }

    /// Remembers what came behind the last entry.
    private mutating func follow(with index: Int) {
        if let last { entries[last].next = UInt32(index) } else { first = UInt32(index) }
        last = index
    }

    func isDropped(_ index: Int) -> Bool { entries[index].kind == .dropped }

    /// The series of an entry; nil while it is not known to the store.
    @inline(__always)
    func reference(_ index: Int) -> SeriesReference? { entries[index].reference }

    mutating func setReference(_ index: Int, _ reference: SeriesReference?) { entries[index].reference = reference }

    /// Marks an entry as exposed by this scrape. Returns whether it was already.
    @inline(__always)
    mutating func see(_ index: Int) -> Bool {
        let wasSeen = entries[index].seen == generation
        entries[index].seen = generation
        return wasSeen
    }

    /// Lets an entry get a stale marker when the next scrape does not have it.
    @inline(__always)
    mutating func track(_ index: Int) {
        guard entries[index].tracked != generation else { return }
        entries[index].wasTracked = entries[index].tracked == generation &- 1
        entries[index].tracked = generation
    }

    /// Takes that back for a sample that the store refused.
    mutating func untrack(_ index: Int) {
        guard entries[index].tracked == generation else { return }
        entries[index].tracked = entries[index].wasTracked ? generation &- 1 : 0
    }

    // MARK: At the end of a scrape

    /// The series that the last scrape had and this one has not.
    func forEachStale(_ body: (SeriesReference) -> Void) {
        let former = generation &- 1
        for entry in entries where entry.tracked == former && entry.kind == .series {
            if let reference = entry.reference { body(reference) }
        }
    }

    /// The series that the last scrape had, whatever this one has.
    func forEachFormer(_ body: (SeriesReference) -> Void) {
        let former = generation &- 1
        for entry in entries where entry.kind == .series && (entry.tracked == former || (entry.tracked == generation && entry.wasTracked)) {
            if let reference = entry.reference { body(reference) }
        }
    }

    /// The series that this scrape has had so far or, between scrapes, the last one.
    func forEachTracked(_ body: (SeriesReference) -> Void) {
        for entry in entries where entry.tracked == generation && entry.kind == .series {
            if let reference = entry.reference { body(reference) }
        }
    }

    /// Ends a scrape that was stored, and forgets what it did not expose.
    mutating func finish() {
        for index in entries.indices where entries[index].kind != .free && entries[index].seen != generation { remove(index) }
    }

    /// Ends a scrape that failed: no series counts as had by it.
    mutating func fail() { generation &+= 1 }

    /// Forgets an entry.
    mutating func remove(_ index: Int) {
        guard entries[index].kind != .free else { return }
        table.remove(index)
        entries[index].kind = .free
        entries[index].reference = nil
        if last == index { last = nil }
    }
}
