import AlertCore

/// What the machine did in one step, ticked off by the model piece by piece; what is left over at the end nobody asked for.
struct Observed {
    /// A dedup decision.
    struct Decision {
        let key: Int
        let rule: Int
        let notify: Bool
    }

    /// A retry that was announced.
    struct Retry {
        let key: Int
        let attempt: Int
        let delay: Nanos
        let failure: FailureReason
    }

    /// A chain of attempts that ended.
    struct Ending {
        let key: Int
        let attempts: Int
        let alerts: Int
        let reason: NotificationReason
        let failure: FailureReason?
    }

    /// Dedup decisions in their order.
    var decisions: [Decision] = []
    /// Attempts started.
    var deliveries: [(key: Int, delivery: Delivery)] = []
    /// Attempts to abort.
    var cancellations: [DeliveryID] = []
    /// Retries announced.
    var retries: [Retry] = []
    /// Chains ended.
    var endings: [Ending] = []
    /// Log entries written because something was told.
    var told: [(key: Int, entry: LogEntry, ended: [(slot: Int32, alert: Alert)])] = []
    /// Alerts left out, by reason.
    var suppressed = [Int](repeating: 0, count: 4)
    /// Subjects whose firing was noted.
    var firing: SubjectSet = 0
    /// Subjects whose end was noted.
    var ended: SubjectSet = 0
    /// Noted clock jumps.
    var jumps: [Nanos] = []
    /// Noted standstills.
    var standstills: [Nanos] = []
    /// The number of alerts noted as unconfirmed.
    var unconfirmed = 0
    /// Alerts dropped by the limit.
    var limited = 0

    /// Everything that effects hold, with keys and labels replaced by numbers.
    init(_ effects: Effects, world: World) {
        for delivery in effects.deliveries { deliveries.append((world.id(of: delivery.key), delivery)) }
        cancellations = effects.cancellations
        for entry in effects.journal {
            if case .told(let log, let ended) = entry.record { told.append((world.id(of: log.key), log, ended)) }
        }
        for note in effects.notes {
            switch note {
            case .dedup(let key, let rule, let notify): decisions.append(Decision(key: world.id(of: key), rule: rule, notify: notify))
            case .deliveryRetried(let key, let attempt, let delay, let failure, _):
                retries.append(Retry(key: world.id(of: key), attempt: attempt, delay: delay.nanoseconds, failure: failure))
            case .deliveryEnded(let key, let attempts, let alerts, let reason, let failure, _):
                endings.append(Ending(key: world.id(of: key), attempts: attempts, alerts: alerts, reason: reason, failure: failure))
            case .suppressed(let reason, let count): suppressed[reason.index] += count
            case .alertFiring(let body): firing |= world.subject(body.labels.fingerprint).map { .only($0) } ?? 0
            case .alertEnded(let body, _): ended |= world.subject(body.labels.fingerprint).map { .only($0) } ?? 0
            case .clockJump(let span): jumps.append(span.nanoseconds)
            case .standstill(let span): standstills.append(span.nanoseconds)
            case .unconfirmed(let count): unconfirmed += count
            case .limited: limited += 1
            case .sendersDisagree: break
            case .maintained: break
            }
        }
    }

    /// Takes the next decision about a key.
    mutating func takeDecision(_ key: Int) -> Decision? {
        guard let index = decisions.firstIndex(where: { $0.key == key }) else { return nil }
        return decisions.remove(at: index)
    }

    /// Takes the attempt under a key.
    mutating func takeDelivery(_ key: Int) -> Delivery? {
        guard let index = deliveries.firstIndex(where: { $0.key == key }) else { return nil }
        return deliveries.remove(at: index).delivery
    }

    /// Takes the wish to abort an attempt.
    mutating func takeCancellation(_ id: DeliveryID) -> Bool {
        guard let index = cancellations.firstIndex(of: id) else { return false }
        cancellations.remove(at: index)
        return true
    }

    /// Takes the announcement of a retry.
    mutating func takeRetry(_ key: Int) -> Retry? {
        guard let index = retries.firstIndex(where: { $0.key == key }) else { return nil }
        return retries.remove(at: index)
    }

    /// Takes the end of a chain.
    mutating func takeEnding(_ key: Int) -> Ending? {
        guard let index = endings.firstIndex(where: { $0.key == key }) else { return nil }
        return endings.remove(at: index)
    }

    /// Takes the row that says what was told under a key.
    mutating func takeTold(_ key: Int) -> (entry: LogEntry, ended: [(slot: Int32, alert: Alert)])? {
        guard let index = told.firstIndex(where: { $0.key == key }) else { return nil }
        let row = told.remove(at: index)
        return (row.entry, row.ended)
    }

    /// What the model did not account for.
    var rest: String? {
        if let decision = decisions.first { return "dedup decision nobody asked for: row \(decision.rule), notify \(decision.notify)" }
        if let delivery = deliveries.first { return "attempt nobody asked for: \(delivery.delivery)" }
        if let id = cancellations.first { return "cancellation nobody asked for: \(id.number)" }
        if let retry = retries.first { return "retry nobody asked for: attempt \(retry.attempt)" }
        if let ending = endings.first { return "chain ended that the model does not know: \(ending)" }
        if let row = told.first { return "log entry nobody asked for: \(row.entry)" }
        if let reason = SuppressionReason.allCases.first(where: { suppressed[$0.index] != 0 }) {
            return "suppressed \(suppressed[reason.index]) more than expected by \(reason)"
        }
        return nil
    }
}

extension SuppressionReason {
    /// Position in a table by reason.
    var index: Int {
        switch self {
        case .silence: 0
        case .inhibition: 1
        case .muteTimeInterval: 2
        case .activeTimeInterval: 3
        }
    }
}
