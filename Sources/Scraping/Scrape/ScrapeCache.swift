import Glibc
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
        var start: UInt32
        var length: UInt32
        var hash: UInt32
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

    private var arena: ContiguousArray<UInt8> = []
    private var entries: ContiguousArray<Entry> = []
    /// Indices of entries plus one by hash; 0 is free.
    private var slots: ContiguousArray<UInt32> = ContiguousArray(repeating: 0, count: 4)
    private var free: ContiguousArray<UInt32> = []
    private var garbage = 0
    /// The scrape under way or, between scrapes, the last one. Marks of 0 are older than any.
    private var generation: UInt32 = 1
    private var first: UInt32 = 0
    private var last: Int?

    /// The number of entries.
    var count: Int { entries.count - free.count }

    /// The memory in bytes.
    var footprint: Int {
        arena.capacity + entries.capacity * MemoryLayout<Entry>.stride + slots.capacity * 4 + free.capacity * 4
    }

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
        if expected < entries.count, entries[expected].kind != .free, holds(expected, bytes) {
            last = expected
            return expected
        }
        return search(bytes)
    }

    @inline(never)
    private mutating func search(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let hash = Self.hash(bytes)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot] - 1)
            if entries[index].hash == hash, holds(index, bytes) {
                follow(with: index)
                return index
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Adds an entry for bytes that are not there: of a series, or of one that relabelling dropped.
    mutating func insert(_ bytes: UnsafeBufferPointer<UInt8>, isDropped: Bool = false) -> Int {
        let entry = Entry(
            start: UInt32(truncatingIfNeeded: arena.count), length: UInt32(truncatingIfNeeded: bytes.count), hash: Self.hash(bytes),
            next: .max, kind: isDropped ? .dropped : .series)
        arena.append(contentsOf: bytes)
        let index: Int
        if let reused = free.popLast() {
            index = Int(reused)
            entries[index] = entry
        } else {
            index = entries.count
            entries.append(entry)
        }
        if count * 4 > slots.count * 3 { rebuildSlots(count: slots.count * 2) } else { link(index) }
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
        if garbage > 4096, garbage > arena.count / 2 { compact() }
    }

    /// Ends a scrape that failed: no series counts as had by it.
    mutating func fail() { generation &+= 1 }

    /// Forgets an entry.
    mutating func remove(_ index: Int) {
        guard entries[index].kind != .free else { return }
        unlink(index)
        garbage += Int(entries[index].length)
        entries[index].kind = .free
        entries[index].reference = nil
        free.append(UInt32(index))
        if last == index { last = nil }
    }

    // MARK: Table

    @inline(__always)
    private func holds(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard Int(entries[index].length) == bytes.count, let other = bytes.baseAddress else { return false }
        let start = Int(entries[index].start)
        return arena.withUnsafeBufferPointer { arena in
            arena.baseAddress.map { memcmp($0 + start, other, bytes.count) == 0 } ?? false
        }
    }

    private mutating func link(_ index: Int) {
        var slot = Int(entries[index].hash) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(index + 1)
    }

    /// Frees a place and moves those up that were pushed behind it.
    private mutating func unlink(_ index: Int) {
        let mask = slots.count - 1
        var hole = Int(entries[index].hash) & mask
        while slots[hole] != UInt32(index + 1) {
            if slots[hole] == 0 { return }
            hole = (hole + 1) & mask
        }
        slots[hole] = 0
        var slot = (hole + 1) & mask
        while slots[slot] != 0 {
            let home = Int(entries[Int(slots[slot] - 1)].hash) & mask
            if (slot - home) & mask >= (slot - hole) & mask {
                slots[hole] = slots[slot]
                slots[slot] = 0
                hole = slot
            }
            slot = (slot + 1) & mask
        }
    }

    private mutating func rebuildSlots(count: Int) {
        slots = ContiguousArray(repeating: 0, count: count)
        for index in entries.indices where entries[index].kind != .free { link(index) }
    }

    private mutating func compact() {
        var packed: ContiguousArray<UInt8> = []
        packed.reserveCapacity(arena.count - garbage)
        for index in entries.indices where entries[index].kind != .free {
            let start = Int(entries[index].start)
            entries[index].start = UInt32(packed.count)
            packed.append(contentsOf: arena[start..<start + Int(entries[index].length)])
        }
        arena = packed
        garbage = 0
    }

    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var hash = ByteHash()
        hash.combine(bytes)
        return UInt32(truncatingIfNeeded: hash.value)
    }
}

/// A hash of bytes, eight at a time: for tables that compare the bytes afterwards, and for seeing whether a text has changed.
struct ByteHash {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let seed = UInt64.random(in: .min ... .max)

    /// What has been combined so far.
    var value: UInt64 {
        var value = state ^ Self.seed
        value = (value ^ value >> 33) &* 0xFF51_AFD7_ED55_8CCD
        return value ^ value >> 32
    }

    /// Adds bytes and their number.
    mutating func combine(_ bytes: UnsafeBufferPointer<UInt8>) {
        combine(UInt64(truncatingIfNeeded: bytes.count))
        guard let base = bytes.baseAddress else { return }
        let raw = UnsafeRawPointer(base)
        var position = 0
        while position &+ 8 <= bytes.count {
            combine(raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position &+= 8
        }
        var rest: UInt64 = 0
        while position < bytes.count {
            rest = rest << 8 | UInt64(base[position])
            position &+= 1
        }
        combine(rest)
    }

    /// Adds a number.
    @inline(__always)
    mutating func combine(_ number: UInt64) {
        state = (state ^ number) &* 0xC4CE_B9FE_1A85_EC53
        state ^= state >> 29
    }
}
