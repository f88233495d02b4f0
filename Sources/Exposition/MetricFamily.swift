import NIOConcurrencyHelpers

/// The kinds of the text format.
enum MetricType: String, Sendable {
    case counter, gauge, histogram, summary
}

/// What the samples of a family have in common, with its HELP and TYPE lines ready.
struct FamilyHead: Sendable {
    let name: String
    let type: MetricType
    let labels: [String]
    let lines: [UInt8]

    init(name: String, help: String, type: MetricType, labels: [String]) {
        self.name = name
        self.type = type
        self.labels = labels
        let escaped = TextFormat.escape(help, quotes: false)
        lines = Array("# HELP \(name) \(escaped)\n# TYPE \(name) \(type.rawValue)\n".utf8)
    }

    func matches(_ other: FamilyHead) -> Bool { type == other.type && labels == other.labels }
}

/// All metrics of one name.
protocol MetricFamily: Sendable {
    var head: FamilyHead { get }
    func render(into text: inout [UInt8])
}

/// One metric of a family, which writes its own lines.
public protocol LabelledMetric: AnyObject, Sendable {
    /// Appends the metric's lines.
    func render(into text: inout [UInt8])
}

/// The metrics of one name, a child for each combination of label values.
public final class LabelledFamily<Metric: LabelledMetric>: MetricFamily {
    let head: FamilyHead
    private let make: @Sendable (MetricChild) -> Metric
    private let children = NIOLockedValueBox<[[String]: Metric]>([:])

    init(_ head: FamilyHead, make: @escaping @Sendable (MetricChild) -> Metric) {
        self.head = head
        self.make = make
        // A metric without labels shows its zero from the first scrape.
        if head.labels.isEmpty { _ = labels([]) }
    }

    /// The metric with these label values, made when it is new. Keep it where it is used often.
    public func labels(_ values: String...) -> Metric { labels(values) }

    /// The metric with these label values, in the order of the family's labels.
    public func labels(_ values: [String]) -> Metric {
        precondition(values.count == head.labels.count, "metric \(head.name) has the labels \(head.labels), got the values \(values)")
        return children.withLockedValue { children in
            if let metric = children[values] { return metric }
            let metric = make(MetricChild(name: head.name, pairs: Array(zip(head.labels, values))))
            children[values] = metric
            return metric
        }
    }

    /// Forgets a metric, such as that of a peer which left.
    public func remove(_ values: [String]) {
        children.withLockedValue { $0[values] = nil }
    }

    func render(into text: inout [UInt8]) {
        let sorted = children.withLockedValue { $0.sorted { $0.key.lexicographicallyPrecedes($1.key) } }
        guard !sorted.isEmpty else { return }
        text += head.lines
        for (_, metric) in sorted { metric.render(into: &text) }
    }
}

/// A family whose samples come from a function at every scrape.
struct CollectedFamily: MetricFamily {
    let head: FamilyHead
    let body: @Sendable () -> [MetricSample]

    func render(into text: inout [UInt8]) {
        let samples = body()
        guard !samples.isEmpty else { return }
        text += head.lines
        for sample in samples {
            precondition(sample.labels.count == head.labels.count, "metric \(head.name) has the labels \(head.labels)")
            text += MetricChild(name: head.name, pairs: Array(zip(head.labels, sample.labels))).line()
            TextFormat.append(sample.value, to: &text)
        }
    }
}
