import Labels
import Time

/// An alert's place in the store: the alert, and what the machine derived from it. Its number is the row id in the journal.
struct AlertSlot {
    /// Nil in a free slot.
    var body: AlertBody?
    var startsAt = Timestamp.goZero
    var endsAt = Timestamp.goZero
    var updatedAt = Timestamp.goZero
    /// The last journal row of this alert; 0 when it comes from the journal.
    var sequence: UInt64 = 0
    /// The groups that hold it beyond the first, for alerts with several routes.
    var moreMemberships: [Membership] = []
    /// The group that holds it; most alerts have one route.
    var membership = Membership.none
    /// Its routes: an interned list.
    var routes: Int32 = 0
    /// The inhibition rules whose source it matches: an interned list.
    var sourceRules: Int32 = 0
    /// The inhibition rules whose target it matches: an interned list.
    var targetRules: Int32 = 0
    /// Its place among the stored alerts; -1 when only groups hold it.
    var position: Int32 = -1
    /// Tells the valid entry of the deadline heap from outdated ones. Survives the alert, so that entries of a slot's last alert are outdated too.
    var generation: UInt32 = 0
    /// What its senders said, where there are several; -1 otherwise.
    var words: Int32 = -1
    var flags: Flags = []
    /// Why it ended, once that was noticed.
    var endReason: EndReason?
    /// Who spoke of it last.
    var sender = SenderID.none

    struct Flags: OptionSet {
        let rawValue: UInt8
        /// `endsAt` comes from `resolve_timeout`.
        static let isTimeout = Flags(rawValue: 1)
        /// Its end time moved since it was last written.
        static let isDirty = Flags(rawValue: 2)
        /// It fires by our grace, not by its sender's word (DESIGN 4).
        static let isUnconfirmed = Flags(rawValue: 4)
        /// Its row in the journal says that it ended.
        static let endIsJournalled = Flags(rawValue: 8)
        /// The groups of all its routes hold it.
        static let isGrouped = Flags(rawValue: 16)
        /// It is in the inhibition index.
        static let isSource = Flags(rawValue: 32)
    }

    /// An alert's place in a group.
    struct Membership {
        var group: Int32
        var position: Int32
        static let none = Membership(group: -1, position: -1)
    }

    var isStored: Bool { position >= 0 }
    var isHeld: Bool { membership.group >= 0 }

    func isEnded(at time: Timestamp) -> Bool { endsAt <= time }

    /// The alert without the machine's own; nil in a free slot.
    var alert: Alert? {
        guard let body else { return nil }
        return Alert(
            body: body, startsAt: startsAt, endsAt: endsAt, updatedAt: updatedAt, isTimeout: flags.contains(.isTimeout),
            endReason: endReason)
    }

    /// Writes an alert over this one, keeping what the machine derived.
    mutating func set(_ alert: Alert) {
        body = alert.body
        startsAt = alert.startsAt
        endsAt = alert.endsAt
        updatedAt = alert.updatedAt
        endReason = alert.endReason
        if alert.isTimeout { flags.insert(.isTimeout) } else { flags.remove(.isTimeout) }
    }
}
