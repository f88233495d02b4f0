import Time

/// How two messages about one alert become one (reference 3.6).
enum AlertMerge {
    /// The part of an alert that merging decides.
    struct Times {
        var startsAt: Timestamp
        var endsAt: Timestamp
        var updatedAt: Timestamp
        var isTimeout: Bool
    }

    /// Whether two activity windows overlap; if not, the new alert simply replaces the old one.
    @inline(__always)
    static func overlap(_ old: Times, _ new: Times) -> Bool {
        (new.endsAt > old.startsAt && new.endsAt < old.endsAt) || (new.startsAt > old.startsAt && new.startsAt < old.endsAt)
    }

    /// The merged times, and whether labels, annotations and link come from the new message.
    static func merge(_ old: Times, _ new: Times, at now: Timestamp) -> (times: Times, usesNewBody: Bool) {
        guard overlap(old, new) else { return (new, true) }
        let newIsYounger = new.updatedAt >= old.updatedAt
        let (older, younger) = newIsYounger ? (old, new) : (new, old)
        var merged = younger
        merged.startsAt = min(older.startsAt, younger.startsAt)
        if younger.endsAt <= now {
            // Both over: the later end is the true one.
            if older.endsAt <= now { merged.endsAt = max(older.endsAt, younger.endsAt) }
        } else if !older.isTimeout {
            // An end that a sender named outlives an earlier one.
            merged.endsAt = max(older.endsAt, younger.endsAt)
        }
        return (merged, newIsYounger)
    }
}
