import NIOConcurrencyHelpers
public import Time

/// The metrics of one process, and their text form.
///
/// ```swift
/// let received = registry.counter("alertmanager_alerts_received_total", help: "…", labels: ["status", "version"])
/// let firing = received.labels("firing", "v2")   // keep it: incrementing is one atomic addition
/// firing.increment()
/// ```
/// Families may be added at any time. Asking again for a name that exists returns the family that is there, so two parts of a program
/// may share one; asking for it as another kind or with other labels is a programming error.
public final class MetricRegistry: Sendable {
    private struct Families {
        var byName: [String: any MetricFamily] = [:]
        /// By name; nil after a change.
        var sorted: [any MetricFamily]? = []
    }

    private let families = NIOLockedValueBox(Families())

    /// Makes an empty registry.
    public init() {}

    /// A family of counters: values that only grow.
    public func counter(_ name: String, help: String, labels: [String] = []) -> CounterFamily {
        register(MetricDefinition(name: name, help: help, type: .counter, labels: labels)) {
            LabelledFamily($0) { Counter(line: $0.line()) }
        }
    }

    /// A family of gauges: values that go up and down.
    public func gauge(_ name: String, help: String, labels: [String] = []) -> GaugeFamily {
        register(MetricDefinition(name: name, help: help, type: .gauge, labels: labels)) { LabelledFamily($0) { Gauge(line: $0.line()) } }
    }

    /// A family of histograms. `buckets` are the upper bounds without the infinite one, ascending, in the unit of the metric.
    public func histogram(_ name: String, help: String, labels: [String] = [], buckets: [Double]) -> HistogramFamily {
        register(MetricDefinition(name: name, help: help, type: .histogram, labels: labels, buckets: buckets)) {
            let boundTexts = $0.definition.checkedBounds().map(BoundText.init)
            return LabelledFamily($0) { Histogram(child: $0, bounds: buckets, boundTexts: boundTexts) }
        }
    }

    /// A family of summaries: quantiles over the last `window`, ten minutes unless told otherwise.
    ///
    /// `clock` gives monotonic nanoseconds; tests pass their own.
    public func summary(
        _ name: String, help: String, labels: [String] = [], quantiles: [Double] = [0.5, 0.9, 0.99], window: TimeSpan = .minutes(10),
        clock: @escaping @Sendable () -> Int64 = Clock.monotonic
    ) -> SummaryFamily {
        register(MetricDefinition(name: name, help: help, type: .summary, labels: labels)) {
            LabelledFamily($0) { Summary(child: $0, quantiles: quantiles, window: window, clock: clock) }
        }
    }

    /// A family whose samples are computed at every scrape. Values beyond the number of `labels` and lacking ones are errors of the
    /// program; a family without samples is left out of the text.
    public func collect(
        _ name: String, help: String, type: CollectedType = .gauge, labels: [String] = [], _ body: @escaping @Sendable () -> [MetricSample]
    ) {
        _ = register(MetricDefinition(name: name, help: help, type: type.metricType, labels: labels)) { CollectedFamily($0, body: body) }
    }

    /// A family of one sample without labels that is computed at every scrape.
    public func collect(
        _ name: String, help: String, type: CollectedType = .gauge, value: @escaping @Sendable () -> Double
    ) {
        collect(name, help: help, type: type) { [MetricSample(value: value())] }
    }

    /// A family of histograms that are computed at every scrape. `buckets` are as `histogram` has them; every sample has one count more than
    /// there are buckets, and as many label values as there are `labels`. A family without samples is left out of the text.
    public func collectHistogram(
        _ name: String, help: String, labels: [String] = [], buckets: [Double], _ body: @escaping @Sendable () -> [HistogramSample]
    ) {
        _ = register(MetricDefinition(name: name, help: help, type: .histogram, labels: labels, buckets: buckets)) {
            CollectedHistogramFamily($0, body: body)
        }
    }

    /// What is registered, by name, whether it has samples or not.
    public var definitions: [MetricDefinition] { sorted().map(\.head.definition) }

    /// All metrics in a format: families by name, children by label values.
    public func render(as format: ExpositionFormat = .text) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(16 << 10)
        for family in sorted() { family.render(into: &text, as: format) }
        if format == .openMetrics { text += "# EOF\n".utf8 }
        return text
    }

    private func sorted() -> [any MetricFamily] {
        families.withLockedValue { families in
            if let sorted = families.sorted { return sorted }
            let sorted = families.byName.values.sorted { $0.head.name < $1.head.name }
            families.sorted = sorted
            return sorted
        }
    }

    private func register<Family: MetricFamily>(_ definition: MetricDefinition, make: (FamilyHead) -> Family) -> Family {
        let head = FamilyHead(definition)
        return families.withLockedValue { families in
            if let existing = families.byName[head.name] {
                precondition(existing.head.matches(head), "metric \(head.name) was registered before with another type or other labels")
                guard let family = existing as? Family else { preconditionFailure("metric \(head.name) exists as a collected family") }
                return family
            }
            let family = make(head)
            families.byName[head.name] = family
            families.sorted = nil
            return family
        }
    }
}
