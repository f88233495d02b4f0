import AlertCore

/// A silence as the naive model holds it.
struct ModelSilence: Equatable {
    var id: String
    var matchers: ModelMatchers
    var startsAt: Nanos
    var endsAt: Nanos
    var updatedAt: Nanos
    var comment: String

    /// Whether it mutes at a time: through its end inclusive (reference 6.2).
    func mutes(at wall: Nanos) -> Bool { startsAt <= wall && wall <= endsAt }

    /// The silence with times moved to now that a step back of the clock put ahead of it; `expected` is where the clock was.
    func clamped(to wall: Nanos, expected: Nanos) -> ModelSilence {
        var silence = self
        if startsAt > wall, startsAt <= expected { silence.startsAt = wall }
        if endsAt > wall, endsAt <= expected { silence.endsAt = wall }
        silence.updatedAt = min(updatedAt, wall)
        return silence
    }

    /// The state that the API shows (reference 3.8).
    func shown(at wall: Nanos) -> SilenceState { wall < startsAt ? .pending : wall < endsAt ? .active : .expired }
}

/// All silences, in the order they were made, with the rules of reference 3.8 for changing them.
struct ModelSilences {
    /// Every stored silence.
    var all: [ModelSilence] = []
    /// The most that may be stored; 0 is unlimited.
    var limit = 0

    /// How a call ends.
    enum Answer: Equatable {
        case stored([ModelSilence])
        case unchanged
        case notFound, invalid, overLimit
    }

    subscript(id: String) -> ModelSilence? { all.first { $0.id == id } }

    /// What creating or editing a silence would store. A start of nil is "now"; an empty id asks for a new one.
    func plan(_ draft: ModelSilence, startsAt: Nanos?, newID: String, now: Nanos) -> Answer {
        if let startsAt, startsAt >= draft.endsAt { return .invalid }
        if draft.endsAt < now { return .invalid }
        var silence = draft
        silence.startsAt = startsAt ?? now
        silence.updatedAt = now
        if silence.matchers.allSatisfy(\.countsAsMatchingEmpty) { return .invalid }
        let old = self[draft.id]
        if !draft.id.isEmpty {
            guard let old else { return .notFound }
            if isUpdatable(old, to: silence, now: now) { return .stored([silence]) }
        }
        if limit > 0 && all.count + 1 > limit { return .overLimit }
        silence.id = newID
        silence.startsAt = max(silence.startsAt, now)
        var records: [ModelSilence] = []
        if let old, let expired = expired(old, now: now) { records.append(expired) }
        records.append(silence)
        return .stored(records)
    }

    /// What ending a silence would store.
    func planExpiry(id: String, now: Nanos) -> Answer {
        guard let old = self[id] else { return .notFound }
        guard let expired = expired(old, now: now) else { return .unchanged }
        return .stored([expired])
    }

    /// Stores records by id.
    mutating func apply(_ records: [ModelSilence]) {
        for record in records {
            if let index = all.firstIndex(where: { $0.id == record.id }) { all[index] = record } else { all.append(record) }
        }
    }

    private func expired(_ old: ModelSilence, now: Nanos) -> ModelSilence? {
        if now > old.endsAt { return nil }
        var silence = old
        if now < old.startsAt { silence.startsAt = now }
        silence.endsAt = now
        silence.updatedAt = now
        return silence
    }

    private func isUpdatable(_ old: ModelSilence, to new: ModelSilence, now: Nanos) -> Bool {
        if old.matchers != new.matchers { return false }
        if now > old.endsAt { return false }
        if now < old.startsAt { return new.startsAt >= now }
        return new.startsAt / .seconds(1) == old.startsAt / .seconds(1) && new.endsAt >= now
    }
}
