extension ActiveAlert {
    /// How long the end of an alert is told again after it, milliseconds.
    public static let resolvedRetention: Int64 = 900_000

    /// What a pass makes of an alert.
    enum Fate {
        /// Pending or firing.
        case active
        /// Over, but still told.
        case over
        /// Forgotten.
        case gone
    }

    /// Whether a pass found the alert in its result.
    enum Presence {
        case present
        case absent
        /// Not in the result, which says nothing yet; the time since the last pass does not count.
        case unseen(elapsed: Int64)
    }

    /// Goes through one pass (reference 2.2, step 5).
    mutating func advance(at ts: Int64, _ presence: Presence, hold: Int64, keepFiring: Int64) -> Fate {
        isFrozen = false
        switch presence {
        case .present: keepFiringSince = nil
        case .unseen(let elapsed) where state != .inactive:
            freeze(elapsed)
            return .active
        case .absent, .unseen:
            switch state {
            case .pending: return .gone
            case .inactive: return ts - (resolvedAt ?? ts) - pausedSinceResolved > Self.resolvedRetention ? .gone : .over
            case .firing:
                guard staysFiring(at: ts, keepFiring) else {
                    state = .inactive
                    resolvedAt = ts
                    return .over
                }
            }
        }
        if state == .pending, ts - activeAt >= hold {
            state = .firing
            firedAt = ts
        } else if state == .firing, ts - activeAt < hold {
            // A reload has raised `for`.
            state = .pending
            firedAt = nil
            lastSentAt = nil
            keepFiringSince = nil
        }
        return .active
    }

    /// Whether `keep_firing_for` keeps it although it is not true any more.
    private mutating func staysFiring(at ts: Int64, _ keepFiring: Int64) -> Bool {
        guard keepFiring > 0 else { return false }
        let since = keepFiringSince ?? ts
        keepFiringSince = since
        return ts - since < keepFiring
    }

    private mutating func freeze(_ elapsed: Int64) {
        isFrozen = true
        if state == .pending { activeAt += elapsed }
        if let since = keepFiringSince { keepFiringSince = since + elapsed }
    }

    /// Whether a message is due (reference 2.3): the first after the end, or one after strictly more than the delay.
    func isDue(at ts: Int64, resendDelay: Int64) -> Bool {
        guard state != .pending else { return false }
        guard let lastSentAt else { return true }
        if let resolvedAt, resolvedAt > lastSentAt { return true }
        return lastSentAt + resendDelay < ts
    }

    /// Leaves time out of what counts towards `for`, `keep_firing_for` and the retention.
    mutating func discount(_ time: Int64) {
        switch state {
        case .pending: activeAt += time
        case .firing: break
        case .inactive: pausedSinceResolved += time
        }
        if let since = keepFiringSince { keepFiringSince = since + time }
    }

    /// Moves the whole life in time, after the clock was set back: what lies ahead of now would never come due.
    mutating func move(by time: Int64) {
        activeAt += time
        firedAt = firedAt.map { $0 + time }
        resolvedAt = resolvedAt.map { $0 + time }
        lastSentAt = lastSentAt.map { $0 + time }
        keepFiringSince = keepFiringSince.map { $0 + time }
    }
}
