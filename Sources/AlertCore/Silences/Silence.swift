public import Labels
public import Time

/// A silence as it is stored and shown (reference 3.8, 6.2).
public struct Silence: Sendable, Hashable {
    /// A UUID in lower case.
    public var id: String
    /// All must hold on an alert's labels, in the order they were given.
    public var matchers: Matchers
    /// When muting begins.
    public var startsAt: Timestamp
    /// When muting ends.
    public var endsAt: Timestamp
    /// The last change.
    public var updatedAt: Timestamp
    /// Who made it.
    public var createdBy: String
    /// Why.
    public var comment: String
    /// Free annotations.
    public var annotations: LabelSet

    /// A silence with these parts.
    public init(
        id: String, matchers: Matchers, startsAt: Timestamp, endsAt: Timestamp, updatedAt: Timestamp, createdBy: String = "",
        comment: String = "", annotations: LabelSet = LabelSet()
    ) {
        self.id = id
        self.matchers = matchers
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.updatedAt = updatedAt
        self.createdBy = createdBy
        self.comment = comment
        self.annotations = annotations
    }
}

/// The three states of a silence.
public enum SilenceState: String, Sendable, Hashable, CaseIterable {
    /// Between its start and its end.
    case active
    /// Not begun.
    case pending
    /// Over.
    case expired
}

/// What a silence call writes: planned under the lock, committed, then applied (DESIGN 2, rule 3).
public struct SilenceChange: Sendable {
    /// The records to store; the last is the one the caller asked about.
    public var records: [Silence]
    /// The id to answer with.
    public var id: String { records.last?.id ?? "" }

    /// A change that stores these records.
    public init(records: [Silence]) { self.records = records }
}

/// Why a silence call was refused.
public enum SilenceError: Error, Sendable, Hashable {
    /// No silence has this id.
    case notFound
    /// The request is wrong; the text is Alertmanager's.
    case invalid(String)
    /// A limit would be exceeded; the text is Alertmanager's.
    case limit(String)
}
