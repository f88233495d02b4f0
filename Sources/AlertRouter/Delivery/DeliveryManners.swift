/// How deliveries treat receivers that push back.
public struct DeliveryManners: Sendable, Hashable {
    /// Whether they do as Alertmanager does: a Slack 429 is final, and nothing is paced or gathered into a digest.
    public var alertmanagers: Bool

    /// Manners; Flatalert's own unless said otherwise.
    public init(alertmanagers: Bool = false) { self.alertmanagers = alertmanagers }
}
