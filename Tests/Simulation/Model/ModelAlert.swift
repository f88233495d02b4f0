import AlertCore

/// An alert as the naive model holds it.
struct ModelAlert: Equatable {
    /// Which annotations (an index into `World.notes`).
    var note = 0
    /// Which generator URL (an index into `World.links`).
    var link = 0
    var startsAt: Nanos
    var endsAt: Nanos
    var updatedAt: Nanos
    /// The sender gave no end time.
    var isTimeout = false
    /// Set once a message said that it is over, or its end was noticed.
    var ended: EndReason?
    /// It fires only because its sender could not be heard (DESIGN 4).
    var isUnconfirmed = false
    /// Counts messages about it: what "unchanged since" means.
    var revision = 0

    /// Whether it is over at a time, and why.
    func over(at wall: Nanos) -> EndReason? { endsAt <= wall ? (ended ?? .expired) : nil }

    /// The store's merge, in the words of reference 3.6. `new` has just arrived, `now` is its request's time.
    static func merge(_ old: ModelAlert, _ new: ModelAlert, now: Nanos) -> ModelAlert {
        let endsInside = new.endsAt > old.startsAt && new.endsAt < old.endsAt
        let startsInside = new.startsAt > old.startsAt && new.startsAt < old.endsAt
        if !endsInside && !startsInside { return new }
        let (older, newer) = new.updatedAt < old.updatedAt ? (new, old) : (old, new)
        var result = newer
        result.startsAt = min(older.startsAt, newer.startsAt)
        if newer.endsAt <= now {
            if older.endsAt <= now { result.endsAt = max(older.endsAt, newer.endsAt) }
        } else if older.endsAt > newer.endsAt && !older.isTimeout {
            result.endsAt = older.endsAt
        }
        return result
    }
}

/// What a sender posts about one subject.
struct Post {
    var subject: Int
    var note: Int
    var link: Int
    var startsAt: Nanos?
    var endsAt: Nanos?
    /// A label with an empty value comes along, which must not count.
    var hasEmptyLabel = false

    /// Steps 1 to 3 and 6 of reference 3.6; nil when the alert is invalid.
    func normalized(now: Nanos, resolveTimeout: Nanos) -> ModelAlert? {
        let end = endsAt ?? (now + resolveTimeout)
        let start = startsAt ?? endsAt ?? now
        if end < start { return nil }
        return ModelAlert(note: note, link: link, startsAt: start, endsAt: end, updatedAt: now, isTimeout: endsAt == nil)
    }
}
