public import Exposition

extension Router {
    /// The metrics that `/metrics` shows; others in this process may add theirs.
    public var registry: MetricRegistry { metrics.registry }
}
