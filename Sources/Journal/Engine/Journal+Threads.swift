import Time

extension Journal {
    /// The writer's next step.
    private enum Step {
        case commit([Entry])
        case tidy
        case rest(until: Int64?)
        case finish([Entry])
    }

    /// The shortest time between two failing attempts. An attempt writes everything that waits, so a long one is repeated less often.
    private static var shortestRetry: Int64 { 50_000_000 }

    /// The writer thread: commits what comes, tidies up when nothing comes, tries again what failed.
    func writeUntilClosed() {
        var tidyAt: Int64?
        var retry: (soonest: Int64, latest: Int64)?
        while true {
            switch nextStep(at: Clock.monotonic(), tidyAt: tidyAt, retry: retry) {
            case .commit(let entries):
                let began = Clock.monotonic()
                let result = engine.commit(entries)
                report(through: result.through, failure: result.failure)
                let now = Clock.monotonic()
                if result.failure == nil {
                    retry = nil
                    tidyAt = now + options.idleAfter.nanoseconds
                } else {
                    let latest = options.retryAfter.nanoseconds
                    retry = (now + min(latest, max(Self.shortestRetry, 10 * (now - began))), now + latest)
                }
            case .tidy:
                tidyAt = engine.tidy().map { Clock.monotonic() + $0.nanoseconds }
            case .rest(let until):
                _ = writerSignal.wait(until: until)
            case .finish(let entries):
                let result = engine.close(entries)
                report(through: result.through, failure: result.failure, isLast: true)
                timerSignal.send()
                return
            }
        }
    }

    private func nextStep(at now: Int64, tidyAt: Int64?, retry: (soonest: Int64, latest: Int64)?) -> Step {
        desk.withLockedValue { desk in
            if desk.isClosing { return .finish(desk.takeIncoming()) }
            let wakeUp: Int64?
            if let retry {
                wakeUp = desk.incoming.isEmpty && desk.waiters.isEmpty ? retry.latest : retry.soonest
                if let wakeUp, now >= wakeUp { return .commit(desk.takeIncoming()) }
            } else {
                if !desk.incoming.isEmpty { return .commit(desk.takeIncoming()) }
                wakeUp = tidyAt
                if let wakeUp, now >= wakeUp { return .tidy }
            }
            desk.writerRests = true
            return .rest(until: wakeUp)
        }
    }

    /// Tells the waiters of an attempt and, when the state changed, the observer.
    private func report(through: UInt64, failure: JournalError?, isLast: Bool = false) {
        let state: JournalState = failure.map { .memoryOnly($0) } ?? .durable
        let (waiters, others, observer) = desk.withLockedValue { desk in
            desk.writerRests = false
            if failure == nil { desk.durableThrough = max(desk.durableThrough, through) }
            let concerned = desk.removeWaiters { $0.through <= through }
            let others = isLast ? desk.removeWaiters { _ in true } : []
            if isLast { desk.isClosed = true }
            let changed = desk.state != state
            desk.state = state
            return (concerned, others, changed ? desk.observer : nil)
        }
        // Before the waiters: who is told of a failure finds the reason in place.
        observer?(state)
        let result: Result<Void, JournalError> = failure.map { .failure($0) } ?? .success(())
        for waiter in waiters { waiter.continuation.resume(returning: result) }
        for waiter in others { waiter.continuation.resume(returning: .failure(.closed)) }
    }

    /// The timer thread: a commit that hangs in the disk must not keep those who wait for it longer than they wanted.
    func timeUntilClosed() {
        while true {
            let now = Clock.monotonic()
            let (expired, next, isOver) = desk.withLockedValue { desk in
                let expired = desk.removeWaiters { $0.deadline <= now }
                desk.timerWakesAt = desk.waiters.map(\.deadline).min()
                return (expired, desk.timerWakesAt, desk.isClosed)
            }
            for waiter in expired { waiter.continuation.resume(returning: .failure(.timedOut)) }
            if isOver { return }
            _ = timerSignal.wait(until: next)
        }
    }
}

extension Desk {
    mutating func takeIncoming() -> [Journal<Tables>.Entry] {
        defer { incoming = [] }
        return incoming
    }
}
