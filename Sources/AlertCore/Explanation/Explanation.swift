public import Labels
public import Time

/// Everything that decides whether an alert is told, at one moment: what `explain` says is read from here.
public struct Explanation: Sendable {
    /// What the alert is now.
    public enum State: Sendable, Hashable {
        /// Nobody has sent it, or its end is past its retention.
        case unknown
        /// It fires.
        case firing
        /// It is over, for this reason.
        case ended(EndReason)
    }

    /// A rule that inhibits the alert now.
    public struct Inhibition: Sendable, Hashable {
        /// The rule, as an index into the configuration.
        public var rule: Int
        /// The labels of a firing source.
        public var source: LabelSet
        /// Since when it fires.
        public var since: Timestamp
    }

    /// The alert's labels.
    public var labels: LabelSet
    /// Whether it fires.
    public var state: State
    /// What is known of it; nil when it is unknown.
    public var alert: Alert?
    /// It fires only because a restart, a sleep or a clock step kept its sender from being heard.
    public var isUnconfirmed: Bool
    /// The active silences that match.
    public var silences: [Silence]
    /// Silences that match and mute nothing at the moment, because they have not begun or are over; the few that end last.
    public var idleSilences: [Silence] = []
    /// The rules that inhibit it, each with one of its sources.
    public var inhibitions: [Inhibition]
    /// Who spoke of it last; nobody where that was before a restart.
    public var sender = SenderID.none
    /// What its last few senders said, the latest first; empty unless there is more than one.
    public var words: [SenderWord] = []
    /// How its senders contradict each other; nil when they do not.
    public var quarrel: Quarrel?
    /// Where it goes, in the order of the routes. Never empty.
    public var paths: [Path]

    /// What one of several senders said last.
    public struct SenderWord: Sendable, Hashable {
        /// The sender.
        public var sender: SenderID
        /// Whether it said that the alert is over.
        public var isEnd: Bool
        /// When it spoke, to the second.
        public var heardAt: Timestamp
        /// Since when the alert fires in its eyes, to the second.
        public var startsAt: Timestamp
    }

    /// Senders that contradict each other.
    public struct Quarrel: Sendable, Hashable {
        /// How often one held on to its word after another had said the opposite.
        public var reversals: Int
        /// The first of these times.
        public var since: Timestamp
        /// The last of these times.
        public var last: Timestamp
    }

    /// One route that it takes, and what becomes of it there.
    public struct Path: Sendable {
        /// The routes from the root to the one that it ends in, as indices into the configuration.
        public var routes: [Int]
        /// The receiver, as an index into the configuration.
        public var receiver: Int
        /// The labels of its group there.
        public var groupLabels: LabelSet
        /// The key of its group there.
        public var groupKey: String
        /// Whether the group exists and holds the alert.
        public var isMember: Bool
        /// How many alerts the group holds.
        public var groupSize: Int
        /// When the group flushes next, in monotonic nanoseconds; nil without a group.
        public var nextFlush: Int64?
        /// Whether the group was told nothing about anything yet, and waits for its first flush.
        public var isWaitingForFirstFlush: Bool
        /// Time intervals that mute the route now.
        public var mutedBy: [String]
        /// Whether those are intervals outside of which the route is muted.
        public var isOutsideActiveInterval: Bool
        /// What each of the receiver's integrations was told and does.
        public var integrations: [Target]
    }

    /// One integration that the alert goes to.
    public struct Target: Sendable {
        /// Its log key.
        public var key: LogKey
        /// Whether ends are told to it.
        public var sendsResolved: Bool
        /// What was told last under the key; nil when nothing is remembered.
        public var entry: LogEntry?
        /// Whether that told that the alert fires.
        public var toldFiring: Bool
        /// Whether that told that it is over.
        public var toldResolved: Bool
        /// When it is told again if nothing changes; nil when nothing was told.
        public var repeatsAt: Timestamp?
        /// What is under way.
        public var chain: Chain?
        /// Why the last chain of attempts ended without having told. The machine forgets that; who keeps a history may fill it in.
        public var lastFailure: String?
    }

    /// Attempts that are under way.
    public struct Chain: Sendable {
        /// Attempts made so far.
        public var attempts: Int
        /// Whether one is being made at this moment.
        public var isInFlight: Bool
        /// Why the last one failed; nil when none has.
        public var failure: (reason: FailureReason, message: String)?
        /// When the chain is given up, in monotonic nanoseconds.
        public var deadline: Int64
        /// The moment before which the receiver does not want to be asked again, in monotonic nanoseconds; nil when it named none.
        public var restsUntil: Int64?
    }

    /// What decides, in one word.
    public enum Verdict: String, Sendable, Hashable, CaseIterable {
        /// Told as it is now.
        case told
        /// A message is on its way.
        case sending
        /// Attempts fail; more will follow.
        case retrying
        /// The receiver asked to come back later.
        case deferred
        /// The last attempts failed for good; the next flush tries again.
        case failed
        /// Nobody has sent it.
        case neverArrived
        /// Its end was told.
        case endTold
        /// It is over, and nobody was told that it fired.
        case endedUntold
        /// It is over, and its receivers do not want to be told about ends.
        case endNotWanted
        /// It is over; the next flush tells.
        case endWaits
        /// A silence mutes it.
        case silenced
        /// A firing source of a rule inhibits it.
        case inhibited
        /// A time interval mutes its route.
        case mutedByInterval
        /// Its receiver has no integrations.
        case noIntegration
        /// Its group has not flushed yet.
        case waitsForGroup
        /// It joined a group that was told already: the next flush tells.
        case waitsForInterval
    }
}
