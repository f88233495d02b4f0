public import Labels
public import Time

/// What an alert says apart from its times. Immutable and shared by reference between the store, groups and deliveries.
public final class AlertBody: Sendable {
    /// The identifying labels, without empty values.
    public let labels: LabelSet
    /// The annotations, empty values kept.
    public let annotations: LabelSet
    /// A link to the alert's source; empty when the sender gave none.
    public let generatorURL: String

    /// A body with these parts.
    public init(labels: LabelSet, annotations: LabelSet = LabelSet(), generatorURL: String = "") {
        self.labels = labels
        self.annotations = annotations
        self.generatorURL = generatorURL
    }
}

/// Why an alert is no longer firing (DESIGN 4).
public enum EndReason: UInt8, Sendable, Hashable {
    /// The sender said that it is over.
    case resolved = 1
    /// The sender fell silent and the end time passed.
    case expired = 2
}

/// An alert with all its times filled in, as the store holds it (reference 3.6).
public struct Alert: Sendable {
    /// Labels, annotations and link.
    public var body: AlertBody
    /// When it began.
    public var startsAt: Timestamp
    /// When it ended, or, while it fires, until when the last message vouches for it.
    public var endsAt: Timestamp
    /// When the last message about it arrived.
    public var updatedAt: Timestamp
    /// The sender gave no end time; `endsAt` comes from `resolve_timeout`.
    public var isTimeout: Bool
    /// Set once the alert is known to have ended; nil while it fires or its end was not noticed yet.
    public var endReason: EndReason?
    /// Who sent the message that this is. Nothing that is stored or told has it.
    public var sender = SenderID.none

    /// An alert with these parts.
    public init(
        body: AlertBody, startsAt: Timestamp, endsAt: Timestamp, updatedAt: Timestamp, isTimeout: Bool = false, endReason: EndReason? = nil
    ) {
        self.body = body
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.updatedAt = updatedAt
        self.isTimeout = isTimeout
        self.endReason = endReason
    }

    /// Whether the alert has ended at this time (`endsAt` itself counts as ended).
    public func isResolved(at time: Timestamp) -> Bool { endsAt <= time }
}

/// An alert as it was at a flush: what a message shows.
public struct NotifiedAlert: Sendable {
    /// Labels, annotations and link.
    public var body: AlertBody
    /// When it began.
    public var startsAt: Timestamp
    /// When it ended; `Timestamp.goZero` while it fires.
    public var endsAt: Timestamp
    /// Why it ended; nil while it fires.
    public var endReason: EndReason?
    /// Whether the flush saw it as over.
    public var isResolved: Bool { endReason != nil }

    /// An alert as a flush saw it.
    public init(body: AlertBody, startsAt: Timestamp, endsAt: Timestamp, endReason: EndReason?) {
        self.body = body
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.endReason = endReason
    }
}
