/// A family whose samples come from a function at every scrape.
struct CollectedFamily: MetricFamily {
    let head: FamilyHead
    private let template: SeriesTemplate
    private let body: @Sendable () -> [MetricSample]

    init(_ head: FamilyHead, body: @escaping @Sendable () -> [MetricSample]) {
        self.head = head
        template = SeriesTemplate(head.name, labels: head.labels)
        self.body = body
    }

    func render(into text: inout [UInt8], as format: ExpositionFormat) {
        let samples = body()
        guard !samples.isEmpty else { return }
        text += head.lines(format)
        for sample in samples {
            precondition(sample.labels.count == head.labels.count, "metric \(head.name) has the labels \(head.labels)")
            template.append(sample.labels, to: &text)
            TextFormat.append(sample.value, to: &text)
        }
    }
}

/// A family of histograms that come from a function at every scrape.
struct CollectedHistogramFamily: MetricFamily {
    let head: FamilyHead
    private let bounds: [BoundText]
    private let bucket: SeriesTemplate
    private let sum: SeriesTemplate
    private let count: SeriesTemplate
    private let body: @Sendable () -> [HistogramSample]

    init(_ head: FamilyHead, body: @escaping @Sendable () -> [HistogramSample]) {
        self.head = head
        bounds = head.definition.checkedBounds().map(BoundText.init)
        bucket = SeriesTemplate(head.name + "_bucket", labels: head.labels + ["le"])
        sum = SeriesTemplate(head.name + "_sum", labels: head.labels)
        count = SeriesTemplate(head.name + "_count", labels: head.labels)
        self.body = body
    }

    func render(into text: inout [UInt8], as format: ExpositionFormat) {
        let samples = body()
        guard !samples.isEmpty else { return }
        text += head.lines(format)
        var open: [UInt8] = []
        for sample in samples {
            precondition(sample.labels.count == head.labels.count, "metric \(head.name) has the labels \(head.labels)")
            precondition(sample.counts.count == bounds.count, "metric \(head.name) has \(bounds.count) buckets with the infinite one")
            open.removeAll(keepingCapacity: true)
            bucket.open(sample.labels, to: &open)
            var cumulative: UInt64 = 0
            for (bound, count) in zip(bounds, sample.counts) {
                cumulative &+= count
                text += open
                bound.append(to: &text, as: format)
                SeriesTemplate.close(&text)
                TextFormat.append(cumulative, to: &text)
            }
            sum.append(sample.labels, to: &text)
            TextFormat.append(sample.sum, to: &text)
            count.append(sample.labels, to: &text)
            TextFormat.append(cumulative, to: &text)
        }
    }
}

/// What a collected family may be.
public enum CollectedType: Sendable {
    /// A value that only grows.
    case counter
    /// A value that goes up and down.
    case gauge

    var metricType: ExposedMetricType { self == .counter ? .counter : .gauge }
}

/// One sample of a collected family.
public struct MetricSample: Sendable {
    /// The values of the family's labels, in their order.
    public var labels: [String]
    /// The value.
    public var value: Double

    /// Makes a sample.
    public init(labels: [String] = [], value: Double) {
        self.labels = labels
        self.value = value
    }
}

/// One histogram of a collected family.
public struct HistogramSample: Sendable, Equatable {
    /// The values of the family's labels, in their order.
    public var labels: [String]
    /// The observations of each bucket alone, in the order of the bounds; the last number is of those beyond every bound.
    public var counts: [UInt64]
    /// The sum of all observations, in the unit of the metric's name.
    public var sum: Double

    /// Makes a sample.
    public init(labels: [String] = [], counts: [UInt64], sum: Double) {
        self.labels = labels
        self.counts = counts
        self.sum = sum
    }
}
