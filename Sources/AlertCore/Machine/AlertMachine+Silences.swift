public import Labels
import Time

// Silences change in three steps, one call at a time: plan (no change), reserve and commit the rows, apply (DESIGN 2, rule 3).
extension AlertMachine {
    /// Checks a silence and says what storing it would write; changes nothing (reference 3.8 steps 2–7).
    ///
    /// An empty `draft.id` asks for a new silence; `draft.startsAt` may be `Timestamp.goZero` for "now". `newID` is used when a new one is made.
    public func planSilence(_ draft: Silence, newID: String, at now: ClockReading) throws(SilenceError) -> SilenceChange {
        try draft.validate(at: now.wall, mode: options.labelNameMode)
        var silence = draft
        if silence.startsAt.isGoZero { silence.startsAt = now.wall }
        silence.updatedAt = now.wall

        var previous: Silence?
        if !draft.id.isEmpty {
            guard let known = silenceStore[draft.id] else { throw .notFound }
            if known.canBecome(silence, at: now.wall) {
                try checkSize(of: silence)
                return SilenceChange(records: [silence])
            }
            previous = known
        }

        if options.maxSilences > 0, silenceStore.count + 1 > options.maxSilences {
            throw .limit("exceeded maximum number of silences: \(silenceStore.count) (limit: \(options.maxSilences))")
        }
        silence.id = newID
        silence.startsAt = max(silence.startsAt, now.wall)
        try checkSize(of: silence)
        guard let previous, previous.state(at: now.wall) != .expired else { return SilenceChange(records: [silence]) }
        return SilenceChange(records: [previous.expired(at: now.wall), silence])
    }

    /// Says what ending a silence would write; nil when it is over already.
    public func planExpiry(id: String, at now: ClockReading) throws(SilenceError) -> SilenceChange? {
        guard let silence = silenceStore[id] else { throw .notFound }
        guard silence.state(at: now.wall) != .expired else { return nil }
        return SilenceChange(records: [silence.expired(at: now.wall)])
    }

    /// Gives a planned change its place in the journal; changes nothing else. The shell commits the rows, then applies.
    public mutating func reserve(_ change: SilenceChange) -> [JournalEntry] {
        silencesWereClamped = false
        return change.records.map { reserve(.silence($0)) }
    }

    /// Makes a committed change effective. Journals nothing, unless the wall clock was set back since `reserve`: the rows are then overtaken by
    /// those of the step, and their times may lie ahead.
    public mutating func apply(_ change: SilenceChange, at now: ClockReading, into effects: inout Effects) {
        advance(to: now, into: &effects)
        for planned in change.records {
            var silence = planned
            if silencesWereClamped {
                silence = planned.clamped(to: now.wall, expected: planned.updatedAt)
                journal(.silence(silence), into: &effects)
            }
            put(silence, at: now)
        }
        runDue(at: now, into: &effects)
    }

    /// Silences that contain each of these matchers (name, operator and value text), sorted as reference 3.8 says.
    public func silences(matching matchers: [Matcher], at now: ClockReading) -> [Silence] {
        silenceStore.all.filter { $0.contains(matchers) }.sorted { Silence.listed($0, before: $1, at: now.wall) }
    }

    /// The silence with this id.
    public func silence(id: String) -> Silence? { silenceStore[id] }

    /// The state the API shows for a silence.
    public func state(of silence: Silence, at now: ClockReading) -> SilenceState { silence.state(at: now.wall) }

    private func checkSize(of silence: Silence) throws(SilenceError) {
        guard options.maxSilenceBytes > 0 else { return }
        let size = silence.storedSize(retention: options.retention)
        if size > options.maxSilenceBytes {
            throw .limit("silence exceeded maximum size: \(size) bytes (limit: \(options.maxSilenceBytes) bytes)")
        }
    }

    /// Stores a silence, and notes in the heap when it need not be looked at any more.
    mutating func put(_ silence: Silence, at now: ClockReading) {
        let (place, generation) = silenceStore.put(silence)
        scheduleSilenceEnd(silence, place: place, generation: generation, at: now)
    }

    private mutating func scheduleSilenceEnd(_ silence: Silence, place: Int32, generation: UInt32, at now: ClockReading) {
        let forgotten = now.monotonic(of: silence.endsAt + Self.endMemory)
        heap.insert(Deadline(monotonic: forgotten, kind: .silenceEnd, id: UInt32(bitPattern: place), generation: generation))
    }

    mutating func silenceMayHaveEnded(_ deadline: Deadline, at now: ClockReading) {
        let place = Int32(bitPattern: deadline.id)
        guard let silence = silenceStore.silence(at: place, generation: deadline.generation) else { return }
        if silence.endsAt + Self.endMemory <= now.wall {
            silenceStore.removeFromIndex(place)
        } else {
            scheduleSilenceEnd(silence, place: place, generation: deadline.generation, at: now)
        }
    }
}
