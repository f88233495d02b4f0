public import Labels
public import Time

// Silences change in three steps, one call at a time: plan (no change), reserve and commit the rows, apply (DESIGN 2, rule 3).
extension AlertMachine {
    /// Checks a silence and says what storing it would write; changes nothing (reference 3.8 steps 2–7).
    ///
    /// An empty `draft.id` asks for a new silence; `draft.startsAt` may be `Timestamp.goZero` for "now". `newID` is used when a new one is made.
    public func planSilence(_ draft: Silence, newID: String, at now: ClockReading) throws(SilenceError) -> SilenceChange {
        SilenceChange(records: [draft])
    }

    /// Says what ending a silence would write; nil when it is over already.
    public func planExpiry(id: String, at now: ClockReading) throws(SilenceError) -> SilenceChange? { nil }

    /// Gives a planned change its place in the journal; changes nothing else. The shell commits the rows, then applies.
    public mutating func reserve(_ change: SilenceChange) -> [JournalEntry] { [] }

    /// Makes a committed change effective. Journals nothing itself.
    public mutating func apply(_ change: SilenceChange, at now: ClockReading, into effects: inout Effects) {}

    /// Silences that contain each of these matchers (name, operator and value text), sorted as reference 3.8 says.
    public func silences(matching matchers: [Matcher], at now: ClockReading) -> [Silence] { [] }

    /// The silence with this id.
    public func silence(id: String) -> Silence? { nil }

    /// The state the API shows for a silence.
    public func state(of silence: Silence, at now: ClockReading) -> SilenceState {
        if now.wall < silence.startsAt { return .pending }
        return now.wall < silence.endsAt ? .active : .expired
    }
}
