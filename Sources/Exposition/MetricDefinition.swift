/// What a program says of one of its metrics, whether it has samples or not.
public struct MetricDefinition: Hashable, Sendable {
    /// As the text format has it: a counter's ends in `_total`.
    public let name: String
    /// The HELP text, without escapes.
    public let help: String
    /// Counter, gauge, histogram or summary.
    public let type: ExposedMetricType
    /// The names of the labels, in the order of their values; without `le` and `quantile`.
    public let labels: [String]
    /// A histogram's upper bounds without the infinite one, in the unit of the name; empty for other types.
    public let buckets: [Double]

    /// Describes a metric.
    public init(name: String, help: String, type: ExposedMetricType, labels: [String] = [], buckets: [Double] = []) {
        self.name = name
        self.help = help
        self.type = type
        self.labels = labels
        self.buckets = buckets
    }

    /// The bounds with the infinite one. Bounds that do not ascend are an error of the program.
    func checkedBounds() -> [Double] {
        precondition(zip(buckets, buckets.dropFirst()).allSatisfy(<), "metric \(name): the bucket bounds \(buckets) do not ascend")
        return buckets + [.infinity]
    }
}
