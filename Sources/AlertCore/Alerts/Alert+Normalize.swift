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
    ///
    /// Go's zero time counts as left out. `now` is the request's time.
    public static func normalize(
        labels: LabelSet, annotations: LabelSet, generatorURL: String, startsAt: Timestamp?, endsAt: Timestamp?, now: Timestamp,
        resolveTimeout: TimeSpan, mode: LabelNameMode
    ) -> Result<Alert, InvalidAlert> {
        let named = endsAt.flatMap { $0.isGoZero ? nil : $0 }
        let start = startsAt.flatMap { $0.isGoZero ? nil : $0 } ?? named ?? now
        let end = named ?? now + resolveTimeout
        if end < start { return .failure(InvalidAlert(message: "start time must be before end time")) }
        let labels = labels.removingEmptyValues()
        if let fault = labels.fault(mode: mode) { return .failure(InvalidAlert(message: "invalid label set: \(fault)")) }
        if labels.isEmpty { return .failure(InvalidAlert(message: "at least one label pair required")) }
        if let fault = annotations.fault(mode: mode) { return .failure(InvalidAlert(message: "invalid annotations: \(fault)")) }
        let body = AlertBody(labels: labels, annotations: annotations, generatorURL: generatorURL)
        return .success(
            Alert(body: body, startsAt: start, endsAt: end, updatedAt: now, isTimeout: named == nil))
    }
}

extension LabelSet {
    /// What is wrong with the first bad label; nil when all names are allowed and all values valid.
    fileprivate func fault(mode: LabelNameMode) -> String? {
        var fault: String?
        forEach { name, value in
            if fault != nil { return }
            if !isValidLabelName(name, mode: mode) {
                fault = "invalid name \(GoQuote.quote(Array(name)))"
            } else if value.contains(where: { $0 >= 0x80 }), String(validating: value, as: UTF8.self) == nil {
                fault = "invalid value \(GoQuote.quote(Array(value)))"
            }
        }
        return fault
    }
}
