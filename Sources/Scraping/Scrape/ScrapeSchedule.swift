/// When which loop is due: one heap of deadlines for all targets. A new deadline of a loop replaces its old one, which stays in the heap until it comes up.
struct ScrapeSchedule {
    private struct Entry {
        var deadline: Int64
        var id: UInt64
    }

    private var heap: [Entry] = []
    /// The deadline of each loop that has one; what the heap holds besides is outdated.
    private var deadlines: [UInt64: Int64] = [:]

    /// The number of loops that have a deadline.
    var count: Int { deadlines.count }

    /// The deadline of a loop.
    subscript(_ id: UInt64) -> Int64? { deadlines[id] }

    /// Gives a loop a deadline.
    mutating func set(_ id: UInt64, at deadline: Int64) {
        guard deadlines[id] != deadline else { return }
        deadlines[id] = deadline
        heap.append(Entry(deadline: deadline, id: id))
        var index = heap.count - 1
        while index > 0, heap[(index - 1) / 2].deadline > heap[index].deadline {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// Takes a loop's deadline away.
    mutating func remove(_ id: UInt64) { deadlines[id] = nil }

    /// The earliest deadline.
    mutating func next() -> Int64? {
        while let first = heap.first {
            if deadlines[first.id] == first.deadline { return first.deadline }
            removeFirst()
        }
        return nil
    }

    /// Takes out the loop that is due first; nil when none is due.
    mutating func pop(at now: Int64) -> UInt64? {
        guard let deadline = next(), deadline <= now, let first = heap.first else { return nil }
        removeFirst()
        deadlines[first.id] = nil
        return first.id
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && heap[child].deadline < heap[least].deadline {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}

/// The moments at which a target is scraped: its own offset within the interval, so that targets do not all come at once (reference 5.4). Milliseconds.
struct ScrapeGrid: Equatable {
    let interval: Int64
    let offset: Int64

    /// The grid of a target. Instances with different seeds have different ones.
    init(hash: UInt64, seed: UInt64, interval: Int64) {
        self.interval = max(1, interval)
        offset = Int64((hash ^ seed) % UInt64(self.interval))
    }

    /// The first moment after a time.
    func next(after time: Int64) -> Int64 {
        let since = (time - offset) % interval
        return time - (since < 0 ? since + interval : since) + interval
    }

    /// The time of a scrape that begins now: the moment itself when it is near, so that timestamps have equal distances and compress well.
    func aligned(_ now: Int64, to moment: Int64) -> Int64 {
        abs(now - moment) <= min(2, interval / 100) ? moment : now
    }

    /// How long the first scrape of a target waits: targets that begin together are spread over at most five seconds, for rules wait for all of them.
    func firstDelay() -> Int64 { offset % min(interval, 5000) }
}
