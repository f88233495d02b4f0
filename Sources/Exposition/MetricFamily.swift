import NIOConcurrencyHelpers

/// What the samples of a family have in common, with its HELP and TYPE lines ready.
struct FamilyHead: Sendable {
    let definition: MetricDefinition
    private let textLines: [UInt8]
    private let openMetricsLines: [UInt8]

    var name: String { definition.name }
    var labels: [String] { definition.labels }

    init(_ definition: MetricDefinition) {
        self.definition = definition
        textLines = FamilyHead.lines(definition.name, definition.type, definition.help, quotes: false)
        // A counter of OpenMetrics is named without the suffix that its samples must have; one without it cannot be told as a counter.
        let suffix = "_total"
        if definition.type != .counter {
            openMetricsLines = FamilyHead.lines(definition.name, definition.type, definition.help, quotes: true)
        } else if definition.name.hasSuffix(suffix), definition.name.utf8.count > suffix.utf8.count {
            openMetricsLines = FamilyHead.lines(String(definition.name.dropLast(suffix.count)), .counter, definition.help, quotes: true)
        } else {
            openMetricsLines = FamilyHead.lines(definition.name, .unknown, definition.help, quotes: true)
        }
    }

    private static func lines(_ name: String, _ type: ExposedMetricType, _ help: String, quotes: Bool) -> [UInt8] {
        var lines = Array("# HELP \(name) ".utf8)
        TextFormat.append(escaping: help, quotes: quotes, to: &lines)
        lines += "\n# TYPE \(name) \(type.rawValue)\n".utf8
        return lines
    }

    func lines(_ format: ExpositionFormat) -> [UInt8] { format == .text ? textLines : openMetricsLines }

    func matches(_ other: FamilyHead) -> Bool { definition.type == other.definition.type && labels == other.labels }
}

/// All metrics of one name.
protocol MetricFamily: Sendable {
    var head: FamilyHead { get }
    func render(into text: inout [UInt8], as format: ExpositionFormat)
}

/// One metric of a family, which writes its own lines.
public protocol LabelledMetric: AnyObject, Sendable {
    /// Appends the metric's lines.
    func render(into text: inout [UInt8], as format: ExpositionFormat)
}

/// The metrics of one name, a child for each combination of label values.
public final class LabelledFamily<Metric: LabelledMetric>: MetricFamily {
    private struct Children {
        var byValues: [[String]: Metric] = [:]
        /// In the order of the text; nil after a change.
        var sorted: [Metric]? = []
    }

    let head: FamilyHead
    private let make: @Sendable (MetricChild) -> Metric
    private let children = NIOLockedValueBox(Children())

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
            if let metric = children.byValues[values] { return metric }
            let metric = make(MetricChild(name: head.name, labels: head.labels, values: values))
            children.byValues[values] = metric
            children.sorted = nil
            return metric
        }
    }

    /// Forgets a metric, such as that of a peer which left.
    public func remove(_ values: [String]) {
        children.withLockedValue {
            $0.byValues[values] = nil
            $0.sorted = nil
        }
    }

    func render(into text: inout [UInt8], as format: ExpositionFormat) {
        let sorted = children.withLockedValue { children in
            if let sorted = children.sorted { return sorted }
            let sorted = children.byValues.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
            children.sorted = sorted
            return sorted
        }
        guard !sorted.isEmpty else { return }
        text += head.lines(format)
        for metric in sorted { metric.render(into: &text, as: format) }
    }
}
