/// Somebody who waits for a commit.
struct Waiter: Sendable {
    /// The sequence up to which everything must be on the disk.
    let through: UInt64
    /// CLOCK_MONOTONIC nanoseconds.
    let deadline: Int64
    let continuation: CheckedContinuation<Result<Void, JournalError>, Never>
}

/// What the callers and the two threads of a journal share, behind one lock that is never held for long.
struct Desk<Tables: JournalTables>: Sendable {
    /// Records that the writer has not taken yet.
    var incoming: [Journal<Tables>.Entry] = []
    /// The highest sequence that callers have handed over.
    var handedOver: UInt64 = 0
    var waiters: [Waiter] = []
    var durableThrough: UInt64 = 0
    var state = JournalState.durable
    var observer: (@Sendable (JournalState) -> Void)?
    var isClosing = false
    /// Whether the journal has ended for good: nothing will be committed any more.
    var isClosed = false
    /// Whether the writer sleeps and must be woken.
    var writerRests = false
    /// When the timer looks next; nil while it sleeps without limit.
    var timerWakesAt: Int64?

    /// Whether the writer must be woken now. Only the first to ask is told so.
    mutating func takeWriterRest() -> Bool {
        defer { writerRests = false }
        return writerRests
    }

    /// Takes a waiter in, unless its answer is known already.
    mutating func add(_ waiter: Waiter) -> (result: Result<Void, JournalError>?, wakesWriter: Bool, wakesTimer: Bool) {
        if durableThrough >= waiter.through { return (.success(()), false, false) }
        if isClosed { return (.failure(.closed), false, false) }
        waiters.append(waiter)
        let isSooner = timerWakesAt.map { waiter.deadline < $0 } ?? true
        if isSooner { timerWakesAt = waiter.deadline }
        // While commits fail the writer rests until somebody is interested.
        return (nil, takeWriterRest(), isSooner)
    }

    /// Takes the waiters out for which the condition holds.
    mutating func removeWaiters(where condition: (Waiter) -> Bool) -> [Waiter] {
        let taken = waiters.filter(condition)
        if !taken.isEmpty { waiters.removeAll(where: condition) }
        return taken
    }
}
