import Labels

/// The series of a shard by their number and by their labels.
///
/// Numbers are never used again, so that they stay in order in postings; pages of series that are all gone are given back.
/// Whoever holds it calls `deallocate` at the end.
struct SeriesDirectory: @unchecked Sendable {
    // Unchecked: the pages belong to this value alone, which is never copied: it stays behind its shard's lock.

    private static let pageBits: UInt32 = 8
    private static let pageSize = 1 << Int(pageBits)

    private struct Page {
        var slots: UnsafeMutablePointer<Unmanaged<Series>?>?
        var used: UInt16
    }

    /// A place in the hash table: upper half of the fingerprint, and the number plus one; 0 is free.
    private struct Slot {
        var hash: UInt32
        var number: UInt32
    }

    private var pages: ContiguousArray<Page> = []
    private var slots: ContiguousArray<Slot> = ContiguousArray(repeating: Slot(hash: 0, number: 0), count: 16)
    /// The number of series.
    private(set) var count = 0
    /// The number that the next series gets.
    private(set) var next: UInt32 = 0

    /// The memory in bytes, without the series.
    var footprint: Int {
        pages.capacity * MemoryLayout<Page>.stride + slots.capacity * MemoryLayout<Slot>.stride
            + pages.reduce(0) { $0 + ($1.slots == nil ? 0 : Self.pageSize * 8) }
    }

    /// The series with a number, not retained.
    @inline(__always)
    subscript(_ number: UInt32) -> Unmanaged<Series>? {
        let page = Int(number >> Self.pageBits)
        guard page < pages.count, let slots = pages[page].slots else { return nil }
        return slots[Int(number) & (Self.pageSize &- 1)]
    }

    /// The series with these labels, not retained.
    func find(_ labels: LabelSet) -> Unmanaged<Series>? {
        let fingerprint = labels.fingerprint.value
        let hash = Self.hash(fingerprint)
        var index = Self.start(fingerprint) & (slots.count - 1)
        while slots[index].number != 0 {
            if slots[index].hash == hash, let series = self[slots[index].number - 1],
                series._withUnsafeGuaranteedRef({ $0.labels == labels })
            {
                return series
            }
            index = (index + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Adds a series under the next number. Its labels must be new.
    mutating func insert(_ series: Series) {
        let page = Int(next >> Self.pageBits)
        while pages.count <= page { pages.append(Page(slots: nil, used: 0)) }
        if pages[page].slots == nil {
            let memory = UnsafeMutablePointer<Unmanaged<Series>?>.allocate(capacity: Self.pageSize)
            memory.initialize(repeating: nil, count: Self.pageSize)
            pages[page].slots = memory
        }
        pages[page].slots?[Int(next) & (Self.pageSize - 1)] = .passRetained(series)
        pages[page].used += 1
        count += 1
        // At most three quarters full.
        if count * 4 > slots.count * 3 { growTable() }
        link(number: next, fingerprint: series.labels.fingerprint.value)
        next += 1
    }

    /// Removes a series.
    mutating func remove(_ number: UInt32) {
        guard let series = self[number] else { return }
        unlink(number: number, fingerprint: series._withUnsafeGuaranteedRef { $0.labels.fingerprint.value })
        let page = Int(number >> Self.pageBits)
        pages[page].slots?[Int(number) & (Self.pageSize - 1)] = nil
        pages[page].used -= 1
        count -= 1
        if pages[page].used == 0, page != Int(next >> Self.pageBits) {
            pages[page].slots?.deallocate()
            pages[page].slots = nil
        }
        series.release()
    }

    /// Calls the body with every series, oldest first. The body must not change the directory.
    @inline(__always)
    func forEach(_ body: (_ number: UInt32, Series) -> Void) {
        for (index, page) in pages.enumerated() {
            guard let slots = page.slots else { continue }
            for offset in 0..<Self.pageSize {
                guard let series = slots[offset] else { continue }
                series._withUnsafeGuaranteedRef { body(UInt32(index << Int(Self.pageBits) | offset), $0) }
            }
        }
    }

    /// Lets go of every series.
    mutating func deallocate() {
        for page in pages {
            guard let slots = page.slots else { continue }
            for offset in 0..<Self.pageSize { slots[offset]?.release() }
            slots.deallocate()
        }
        self = SeriesDirectory()
    }

    private static func hash(_ fingerprint: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: fingerprint >> 32) }

    /// The lowest bits chose the shard.
    private static func start(_ fingerprint: UInt64) -> Int { Int(truncatingIfNeeded: fingerprint >> 8 & 0xFFFF_FFFF) }

    private mutating func link(number: UInt32, fingerprint: UInt64) {
        var index = Self.start(fingerprint) & (slots.count - 1)
        while slots[index].number != 0 { index = (index + 1) & (slots.count - 1) }
        slots[index] = Slot(hash: Self.hash(fingerprint), number: number + 1)
    }

    /// Frees a place and moves those up that were pushed behind it.
    private mutating func unlink(number: UInt32, fingerprint: UInt64) {
        let mask = slots.count - 1
        var hole = Self.start(fingerprint) & mask
        while slots[hole].number != number + 1 {
            if slots[hole].number == 0 { return }
            hole = (hole + 1) & mask
        }
        slots[hole].number = 0
        var index = (hole + 1) & mask
        while slots[index].number != 0 {
            let home = home(of: slots[index]) & mask
            if (index - home) & mask >= (index - hole) & mask {
                slots[hole] = slots[index]
                slots[index].number = 0
                hole = index
            }
            index = (index + 1) & mask
        }
    }

    private func home(of slot: Slot) -> Int {
        guard let series = self[slot.number - 1] else { return 0 }
        return Self.start(series._withUnsafeGuaranteedRef { $0.labels.fingerprint.value })
    }

    private mutating func growTable() {
        let old = slots
        slots = ContiguousArray(repeating: Slot(hash: 0, number: 0), count: old.count * 2)
        for slot in old where slot.number != 0 {
            var index = home(of: slot) & (slots.count - 1)
            while slots[index].number != 0 { index = (index + 1) & (slots.count - 1) }
            slots[index] = slot
        }
    }
}
