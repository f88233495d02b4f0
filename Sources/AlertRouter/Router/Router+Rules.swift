import AlertCore
public import Labels
import Logging
public import Time

/// An alert that a rule of this process tells.
public struct OwnAlert: Sendable {
    /// With `alertname`, external labels added.
    public var labels: LabelSet
    /// Expanded.
    public var annotations: LabelSet
    /// The link to the expression.
    public var generatorURL: String
    /// When it began.
    public var startsAt: Timestamp
    /// When it ended, or until when this message vouches for it.
    public var endsAt: Timestamp

    /// An alert with these parts.
    public init(labels: LabelSet, annotations: LabelSet, generatorURL: String, startsAt: Timestamp, endsAt: Timestamp) {
        self.labels = labels
        self.annotations = annotations
        self.generatorURL = generatorURL
        self.startsAt = startsAt
        self.endsAt = endsAt
    }
}

extension Router {
    /// Takes alerts of this process's own rules, as if they had been posted.
    ///
    /// They are in force when this returns and are journalled behind it: rules keep a state of their own and repeat what they tell, so there is no
    /// sender to answer and nothing to wait for. What is no alert is told in the log and left out.
    public func receiveOwn(_ alerts: [OwnAlert]) {
        guard !alerts.isEmpty else { return }
        let now = Clock.wall()
        let sender = senders.id(of: Sender(address: "this process", agent: "rules", origin: ""), at: now)
        var (batch, firing): ([Alert], Int) = ([], 0)
        for own in alerts {
            let result = Alert.normalize(
                labels: own.labels, annotations: own.annotations, generatorURL: own.generatorURL, startsAt: own.startsAt,
                endsAt: own.endsAt,
                now: now, resolveTimeout: .minutes(5), mode: options.machine.labelNameMode)
            switch result {
            case .success(var alert):
                alert.sender = sender
                if alert.endsAt > now { firing += 1 }
                batch.append(alert)
            case .failure(let problem):
                log.error("A rule's alert was refused", metadata: ["labels": "\(own.labels)", "err": "\(problem)"])
            }
        }
        metrics.countReceived(firing: firing, resolved: batch.count - firing, invalid: alerts.count - batch.count)
        heartbeat.received(batch)
        takeInAll(batch)
    }
}
