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
    /// The Content-Type of `render()`.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let families = NIOLockedValueBox<[String: any MetricFamily]>([:])

    /// Makes an empty registry.
    public init() {}

    /// A family of counters: values that only grow.
    public func counter(_ name: String, help: String, labels: [String] = []) -> CounterFamily {
        register(FamilyHead(name: name, help: help, type: .counter, labels: labels)) { LabelledFamily($0) { Counter(line: $0.line()) } }
    }

    /// A family of gauges: values that go up and down.
    public func gauge(_ name: String, help: String, labels: [String] = []) -> GaugeFamily {
        register(FamilyHead(name: name, help: help, type: .gauge, labels: labels)) { LabelledFamily($0) { Gauge(line: $0.line()) } }
    }

    /// A family of histograms. `buckets` are the upper bounds without the infinite one, ascending, in the unit of the metric.
    public func histogram(_ name: String, help: String, labels: [String] = [], buckets: [Double]) -> HistogramFamily {
        register(FamilyHead(name: name, help: help, type: .histogram, labels: labels)) {
            LabelledFamily($0) { Histogram(child: $0, bounds: buckets) }
        }
    }

    /// A family of summaries: quantiles over the last `window`, ten minutes unless told otherwise.
    ///
    /// `clock` gives monotonic nanoseconds; tests pass their own.
    public func summary(
        _ name: String, help: String, labels: [String] = [], quantiles: [Double] = [0.5, 0.9, 0.99], window: TimeSpan = .minutes(10),
        clock: @escaping @Sendable () -> Int64 = Clock.monotonic
    ) -> SummaryFamily {
        register(FamilyHead(name: name, help: help, type: .summary, labels: labels)) {
            LabelledFamily($0) { Summary(child: $0, quantiles: quantiles, window: window, clock: clock) }
        }
    }

    /// A family whose samples are computed at every scrape. Values beyond the number of `labels` and lacking ones are errors of the
    /// program; a family without samples is left out of the text.
    public func collect(
        _ name: String, help: String, type: CollectedType = .gauge, labels: [String] = [], _ body: @escaping @Sendable () -> [MetricSample]
    ) {
        _ = register(FamilyHead(name: name, help: help, type: type.metricType, labels: labels)) { CollectedFamily(head: $0, body: body) }
    }

    /// A family of one sample without labels that is computed at every scrape.
    public func collect(
        _ name: String, help: String, type: CollectedType = .gauge, value: @escaping @Sendable () -> Double
    ) {
        collect(name, help: help, type: type) { [MetricSample(value: value())] }
    }

    /// The text format 0.0.4: families by name, children by label values.
    public func render() -> [UInt8] {
        let sorted = families.withLockedValue { $0.values.sorted { $0.head.name < $1.head.name } }
        var text: [UInt8] = []
        text.reserveCapacity(16 << 10)
        for family in sorted { family.render(into: &text) }
        return text
    }

    private func register<Family: MetricFamily>(_ head: FamilyHead, make: (FamilyHead) -> Family) -> Family {
        families.withLockedValue { families in
            if let existing = families[head.name] {
                precondition(existing.head.matches(head), "metric \(head.name) was registered before with another type or other labels")
                guard let family = existing as? Family else { preconditionFailure("metric \(head.name) exists as a collected family") }
                return family
            }
            let family = make(head)
            families[head.name] = family
            return family
        }
    }
}

/// What a collected family may be.
public enum CollectedType: Sendable {
    /// A value that only grows.
    case counter
    /// A value that goes up and down.
    case gauge

    var metricType: MetricType { self == .counter ? .counter : .gauge }
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
