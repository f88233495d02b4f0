public import Exposition

/// One source of metrics: what reads a log, asks a server, looks at the kernel.
///
/// Its families are registered when it is made, and show what the last `collect` found. A source that cannot be read keeps its last good
/// values and says so by a gauge that ends in `_up`.
public protocol MetricCollector: Sendable {
    /// Begins what goes on between scrapes.
    func start()

    /// Looks at the source now, before a scrape is answered. Bounded in time by itself.
    func collect() async

    /// Ends what goes on between scrapes, and writes down what the next start needs.
    func stop() async

    /// How what it reads fares as of the last look.
    var sources: [SourceState] { get }
}

extension MetricCollector {
    /// Nothing goes on between scrapes.
    public func start() {}

    /// There is nothing to write down.
    public func stop() async {}
}

/// A page of metrics: those of the Gateway, of the CNI plugin or of the host, with their collectors.
public final class Exporter: Sendable {
    /// Such as `gateway`.
    public let name: String
    /// All that the page shows.
    public let registry: MetricRegistry
    let collectors: [any MetricCollector]

    /// An exporter of collectors whose families are in this registry.
    public init(name: String, registry: MetricRegistry, collectors: [any MetricCollector]) {
        self.name = name
        self.registry = registry
        self.collectors = collectors
    }

    /// Starts the collectors.
    public func start() {
        for collector in collectors { collector.start() }
    }

    /// Brings all collectors up to date, side by side.
    public func collect() async {
        await withTaskGroup(of: Void.self) { group in
            for collector in collectors { group.addTask { await collector.collect() } }
        }
    }

    /// Stops the collectors.
    public func stop() async {
        for collector in collectors { await collector.stop() }
    }
}
