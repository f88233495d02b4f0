import Labels
import Time

/// What was told last under each key (reference 7). Lookups ignore the expiry: an entry works until it is collected.
struct NotificationLog {
    private var entries: ContiguousArray<LogEntry?> = []
    private var places: [LogKey: Int32] = [:]
    private var free: ContiguousArray<Int32> = []

    var count: Int { places.count }

    subscript(key: LogKey) -> LogEntry? { places[key].flatMap { entries[Int($0)] } }

    /// All entries, in the order of their places.
    var all: [LogEntry] { entries.compactMap { $0 } }

    /// Stores what was told. One chain of attempts at a time works on a key, so the last to come is the newest.
    mutating func record(_ entry: LogEntry) {
        if let place = places[entry.key] {
            entries[Int(place)] = entry
        } else if let place = free.popLast() {
            entries[Int(place)] = entry
            places[entry.key] = place
        } else {
            places[entry.key] = Int32(entries.count)
            entries.append(entry)
        }
    }

    /// Forgets entries that are past their expiry, and returns their keys.
    mutating func collectGarbage(at now: Timestamp) -> [LogKey] {
        var removed: [LogKey] = []
        for place in entries.indices {
            guard let entry = entries[place], entry.expiresAt <= now else { continue }
            entries[place] = nil
            places[entry.key] = nil
            free.append(Int32(place))
            removed.append(entry.key)
        }
        return removed
    }

    /// Moves times that lie ahead of the clock back to it, and returns the entries that changed (DESIGN 4).
    mutating func clamp(to now: Timestamp) -> [LogEntry] {
        var changed: [LogEntry] = []
        for place in entries.indices {
            guard var entry = entries[place], entry.timestamp > now else { continue }
            entry.expiresAt = now + (entry.expiresAt - entry.timestamp)
            entry.timestamp = now
            entries[place] = entry
            changed.append(entry)
        }
        return changed
    }

    /// Every fingerprint that some key was told as firing.
    var toldFiring: Set<Fingerprint> {
        var told: Set<Fingerprint> = []
        for entry in entries { if let entry { told.formUnion(entry.firing) } }
        return told
    }
}

extension LogEntry {
    /// Whether the alert was told as firing.
    func toldFiring(_ fingerprint: Fingerprint) -> Bool { firing.containsSorted(fingerprint) }
}

extension [Fingerprint] {
    /// Binary search; the array must ascend.
    func containsSorted(_ wanted: Fingerprint) -> Bool {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == wanted
    }

    /// Whether all elements are in the other array; both must ascend.
    func isSortedSubset(of other: [Fingerprint]) -> Bool {
        guard count <= other.count else { return false }
        var next = 0
        for element in self {
            while next < other.count, other[next] < element { next += 1 }
            guard next < other.count, other[next] == element else { return false }
            next += 1
        }
        return true
    }
}
