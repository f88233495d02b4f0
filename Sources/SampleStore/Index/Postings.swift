/// Ids of series, ascending. One id, which many values have, takes no memory of its own.
struct Postings {
    /// All ids, when there is more than one or none.
    private var list: ContiguousArray<UInt32> = []
    private var first: UInt32
    private var isSingle = true

    init(_ id: UInt32) { first = id }

    var count: Int { isSingle ? 1 : list.count }

    /// The memory in bytes behind the value itself.
    var footprint: Int { isSingle ? 0 : 32 + list.capacity * 4 }

    /// The ids as an array.
    var ids: ContiguousArray<UInt32> { isSingle ? [first] : list }

    /// Adds an id that is not among them.
    mutating func insert(_ id: UInt32) {
        if isSingle {
            list = first < id ? [first, id] : [id, first]
            isSingle = false
            return
        }
        // New series have the largest ids, but for what the shards are apart.
        var position = list.count
        while position > 0, list[position - 1] > id { position -= 1 }
        if position == list.count {
            list.append(id)
        } else {
            list.insert(id, at: position)
        }
    }

    /// Removes the ids of a sorted list.
    mutating func subtract(_ ids: ContiguousArray<UInt32>) {
        let rest = IDs.subtract(self.ids, ids)
        if rest.count == 1 {
            self = Postings(rest[0])
        } else {
            list = rest
            isSingle = false
        }
    }

    /// Calls the body with the ids.
    func withIDs<Result>(_ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result {
        isSingle ? withUnsafePointer(to: first) { body(UnsafeBufferPointer(start: $0, count: 1)) } : list.withUnsafeBufferPointer(body)
    }
}

/// Operations on ascending lists of ids.
enum IDs {
    /// What both have.
    static func intersect(_ left: ContiguousArray<UInt32>, _ right: ContiguousArray<UInt32>) -> ContiguousArray<UInt32> {
        let (small, large) = left.count <= right.count ? (left, right) : (right, left)
        var result: ContiguousArray<UInt32> = []
        result.reserveCapacity(small.count)
        small.withUnsafeBufferPointer { small in
            large.withUnsafeBufferPointer { large in
                var position = 0
                for id in small {
                    position = lowerBound(large, from: position, id)
                    if position == large.count { break }
                    if large[position] == id { result.append(id) }
                }
            }
        }
        return result
    }

    /// What the left has and the right has not.
    static func subtract(_ left: ContiguousArray<UInt32>, _ right: ContiguousArray<UInt32>) -> ContiguousArray<UInt32> {
        if right.isEmpty { return left }
        var result: ContiguousArray<UInt32> = []
        result.reserveCapacity(left.count)
        right.withUnsafeBufferPointer { right in
            var position = 0
            for id in left {
                position = lowerBound(right, from: position, id)
                if position == right.count || right[position] != id { result.append(id) }
            }
        }
        return result
    }

    /// The first position from `start` on with an id that is not less: in growing steps, as it is mostly near.
    @inline(__always)
    private static func lowerBound(_ ids: UnsafeBufferPointer<UInt32>, from start: Int, _ id: UInt32) -> Int {
        if start >= ids.count || ids[start] >= id { return start }
        var low = start
        var step = 1
        while low + step < ids.count, ids[low + step] < id {
            low += step
            step *= 2
        }
        var high = min(low + step, ids.count)
        // ids[low] < id, and ids[high] >= id or the end.
        while high - low > 1 {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle } else { high = middle }
        }
        return high
    }
}

/// Collects ids from many lists into one ascending list.
struct IDUnion {
    private var lists: [Postings] = []
    private var total = 0

    mutating func add(_ postings: Postings) {
        lists.append(postings)
        total += postings.count
    }

    /// All ids, each once.
    func ids() -> ContiguousArray<UInt32> {
        if lists.count == 1 { return lists[0].ids }
        var result: ContiguousArray<UInt32> = []
        guard total > 0 else { return result }
        result.reserveCapacity(total)
        var (least, largest) = (UInt32.max, UInt32.min)
        for list in lists {
            list.withIDs { ids in
                guard let first = ids.first, let last = ids.last else { return }
                least = min(least, first)
                largest = max(largest, last)
                result.append(contentsOf: ids)
            }
        }
        // A bit an id is faster than sorting, unless the ids are far apart.
        let range = Int(largest - least) + 1
        guard range / 64 <= total * 4 else {
            result.sort()
            return result
        }
        var bits = ContiguousArray<UInt64>(repeating: 0, count: range / 64 + 1)
        for id in result { bits[Int(id - least) >> 6] |= 1 << UInt64((id - least) & 63) }
        result.removeAll(keepingCapacity: true)
        for (index, word) in bits.enumerated() {
            var rest = word
            while rest != 0 {
                result.append(least + UInt32(index * 64 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
        return result
    }
}
