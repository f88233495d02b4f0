import NIOConcurrencyHelpers

extension SampleStore {
    /// Keeps what a metric's exposition says about it; the last word counts. It is not written to the disk: the next scrape says it again.
    ///
    /// - Returns: Whether there was room for it.
    @discardableResult
    public func setMetadata(_ metadata: MetricMetadata, of metric: String) -> Bool {
        let key = Array(metric.utf8)
        let limit = options.maxMetadata
        return self.metadata.withLockedValue { all in
            guard all[key] != nil || limit == 0 || all.count < limit else { return false }
            all[key] = metadata
            return true
        }
    }

    /// The metadata of one metric or of all, by the bytes of the name.
    ///
    /// - Parameter limit: At most so many metrics, the first by name; 0 for all.
    public func metadata(of metric: String? = nil, limit: Int = 0) -> [(metric: String, metadata: MetricMetadata)] {
        let all = metadata.withLockedValue { $0 }
        if let metric { return all[Array(metric.utf8)].map { [(metric, $0)] } ?? [] }
        let sorted = all.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
        return limit > 0 ? Array(sorted.prefix(limit)) : sorted
    }
}
