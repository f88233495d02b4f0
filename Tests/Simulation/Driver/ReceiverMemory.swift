import AlertCore

/// What the receivers got, key by key: their side of the story, which knows nothing of the machine's log.
struct ReceiverMemory {
    /// The last message that a receiver took under a key.
    private struct Taken {
        let firing: [UInt64]
        let resolved: [UInt64]
        let flushTime: Nanos
        let takenAt: Nanos
        let clockEra: Int?
        /// The row of its log entry; 0 while there is none.
        var sequence: UInt64 = 0
        /// Its log entry survived a restart.
        var isSafe = false
        /// Its log entry was lost in a crash: it may come again.
        var isLost = false
    }

    private var last: [LogKey: Taken] = [:]
    private var underWay: [LogKey: DeliveryID] = [:]
    /// In which era of the wall clock each delivery's tick came; nothing for ticks from before a step back.
    private var eras: [DeliveryID: Int] = [:]

    /// An attempt was started: no other may be under way under its key.
    mutating func started(_ delivery: Delivery, wall: Nanos, clockEra: Int, statistics: inout Statistics) throws(Violation) {
        if delivery.attempt == 1, delivery.flushTime.unixNanoseconds <= wall { eras[delivery.id] = clockEra }
        statistics.checked(.lane)
        if let other = underWay[delivery.key] {
            throw Violation(.lane, "delivery \(delivery.id.number) starts while \(other.number) is under way for \(delivery.key)")
        }
        underWay[delivery.key] = delivery.id
    }

    /// An attempt ended, one way or the other.
    mutating func ended(_ delivery: Delivery) { underWay[delivery.key] = nil }

    /// A receiver took a message.
    ///
    /// Where two groups share a key, the remembered tick of one may come after a later tick of the other.
    mutating func took(_ delivery: Delivery, at time: Nanos, isShared: Bool, statistics: inout Statistics) throws(Violation) {
        let clockEra = eras[delivery.id]
        let firing = delivery.alerts.filter { !$0.isResolved }.map(\.body.labels.fingerprint.value).sorted()
        let resolved = delivery.alerts.filter(\.isResolved).map(\.body.labels.fingerprint.value).sorted()
        let flushTime = delivery.flushTime.unixNanoseconds
        if let old = last[delivery.key] {
            if let clockEra, old.clockEra == clockEra, !isShared {
                statistics.checked(.tickOrder)
                if flushTime < old.flushTime {
                    throw Violation(.tickOrder, "\(delivery.key) got the tick of \(flushTime) after that of \(old.flushTime)")
                }
            }
            statistics.checked(.duplicate)
            if !old.isLost, delivery.reason != .repeatIntervalElapsed, old.firing == firing, old.resolved == resolved {
                throw Violation(
                    .duplicate, "\(delivery.key) got the same again for \(delivery.reason): firing \(firing), resolved \(resolved)")
            }
        }
        last[delivery.key] = Taken(firing: firing, resolved: resolved, flushTime: flushTime, takenAt: time, clockEra: clockEra)
    }

    /// The log entry of a key was written: of the message just taken, or without any message.
    mutating func recorded(_ key: LogKey, sequence: UInt64, isMessage: Bool) {
        if isMessage { last[key]?.sequence = sequence } else { last[key] = nil }
    }

    /// The log entry of a key was removed: whatever is told next is new.
    mutating func forgot(_ key: LogKey) { last[key] = nil }

    /// The process died; rows through `sequence` survive. What a receiver took must be among them, unless it was taken within the last second or nothing
    /// could be committed.
    mutating func crashed(at time: Nanos, durable sequence: UInt64, couldCommit: Bool) throws(Violation) {
        underWay.removeAll()
        eras.removeAll()
        for (key, var taken) in last where !taken.isSafe && !taken.isLost {
            taken.isLost = taken.sequence == 0 || taken.sequence > sequence
            taken.isSafe = !taken.isLost
            if taken.isLost, couldCommit, taken.takenAt < time - .seconds(1) {
                throw Violation(
                    .duplicate, "the log entry of \(key), taken \((time - taken.takenAt) / .milliseconds(1)) ms ago, is not durable")
            }
            last[key] = taken
        }
    }
}
