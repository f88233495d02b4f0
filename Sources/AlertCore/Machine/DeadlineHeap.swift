/// What a deadline is for. At one instant, lower raw values come first.
enum DeadlineKind: UInt8 {
    /// A delivery's time is up. Before the tick of the same instant, which then finds its group free.
    case deliveryDeadline
    /// The next attempt of a delivery.
    case deliveryRetry
    /// An alert's end time. Before the tick of the same instant, which then knows why the alert ended.
    case alertEnd
    /// A silence's end time.
    case silenceEnd
    /// A group's flush.
    case groupTick
    /// Leases and heartbeat.
    case lease
    /// Ended alerts leave the store.
    case alertsGC
    /// Silences and log entries past their retention leave.
    case maintenance
}

/// A point of monotonic time at which something is due. 16 bytes: there is one for every firing alert.
struct Deadline {
    /// Monotonic nanoseconds.
    let monotonic: Int64
    /// A slot, a group's index or a delivery's number.
    let id: UInt32
    /// The kind in the upper byte, the generation below. An entry of another generation than its owner's is outdated.
    private let tag: UInt32

    init(monotonic: Int64, kind: DeadlineKind, id: UInt32, generation: UInt32) {
        self.monotonic = monotonic
        self.id = id
        tag = UInt32(kind.rawValue) << 24 | generation & Deadline.generationMask
    }

    static let generationMask: UInt32 = 0xFF_FFFF

    var kind: DeadlineKind { DeadlineKind(rawValue: UInt8(tag >> 24)) ?? .maintenance }
    var generation: UInt32 { tag & Self.generationMask }

    static func < (left: Deadline, right: Deadline) -> Bool {
        if left.monotonic != right.monotonic { return left.monotonic < right.monotonic }
        return left.tag != right.tag ? left.tag < right.tag : left.id < right.id
    }
}

/// A binary heap of deadlines. Entries are never taken out of its middle: who moves a deadline later lets the old entry come up and inserts it
/// again (a refreshed alert costs nothing), who moves it earlier or drops it changes the generation.
struct DeadlineHeap {
    private var entries: ContiguousArray<Deadline> = []

    var count: Int { entries.count }
    var first: Deadline? { entries.first }

    mutating func insert(_ deadline: Deadline) {
        entries.append(deadline)
        var child = entries.count - 1
        entries.withUnsafeMutableBufferPointer { entries in
            while child > 0 {
                let parent = (child - 1) / 2
                guard deadline < entries[parent] else { break }
                entries[child] = entries[parent]
                child = parent
            }
            entries[child] = deadline
        }
    }

    /// Takes out the earliest deadline if it is due.
    mutating func popDue(at monotonic: Int64) -> Deadline? {
        guard let first = entries.first, first.monotonic <= monotonic else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            sink(0)
        }
        return first
    }

    /// Keeps only what the body wants, in one pass.
    mutating func retain(_ isWanted: (Deadline) -> Bool) {
        entries.removeAll { !isWanted($0) }
        guard entries.count > 1 else { return }
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { sink(index) }
    }

    private mutating func sink(_ index: Int) {
        var parent = index
        let count = entries.count
        entries.withUnsafeMutableBufferPointer { entries in
            let moving = entries[parent]
            while true {
                var child = 2 * parent + 1
                if child >= count { break }
                if child + 1 < count, entries[child + 1] < entries[child] { child += 1 }
                guard entries[child] < moving else { break }
                entries[parent] = entries[child]
                parent = child
            }
            entries[parent] = moving
        }
    }
}
