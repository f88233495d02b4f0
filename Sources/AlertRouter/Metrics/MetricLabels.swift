/// Labels that some metrics have only where they are asked for, because they can make many series.
public struct MetricLabels: OptionSet, Sendable {
    /// The set as a number.
    public let rawValue: UInt8

    /// The set with this number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `receiver_name` on the metrics of notifications.
    public static let receiverName = MetricLabels(rawValue: 1)
    /// `alertname` on the alerts that the per-alertname limit dropped.
    public static let alertName = MetricLabels(rawValue: 2)
}
