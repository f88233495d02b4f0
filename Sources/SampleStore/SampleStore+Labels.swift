public import Labels
import NIOConcurrencyHelpers
import PromQL

extension SampleStore {
    /// The label sets of the series that match any of the selectors and may have samples with `after` < time <= `through`, by name and value.
    ///
    /// - Parameter limit: At most so many; 0 for all.
    public func series(matching selectors: [[Matcher]], after: Int64, through: Int64, limit: Int = 0) -> LimitedList<LabelSet> {
        let found = union(selectors, after: after, through: through).map(\.labels).sorted(by: LabelOrder.precedes)
        return Self.limited(found, limit)
    }

    /// The names of labels that series have, sorted by bytes.
    ///
    /// - Parameters:
    ///   - selectors: Only of series that match any of these; none means all.
    ///   - limit: At most so many; 0 for all.
    public func labelNames(matching selectors: [[Matcher]] = [], after: Int64, through: Int64, limit: Int = 0) -> LimitedList<String> {
        var names = ByteTable()
        if selectors.isEmpty, coversAll(after: after, through: through) {
            names = index.withLockedValue { $0.names }
        } else {
            for series in union(selectors.isEmpty ? [[]] : selectors, after: after, through: through) {
                series.labels.forEach { name, _ in _ = names.insert(name) }
            }
        }
        return Self.limited(names.sortedTexts(), limit)
    }

    /// The values of a label that series have, sorted by bytes.
    ///
    /// - Parameters:
    ///   - selectors: Only of series that match any of these; none means all.
    ///   - limit: At most so many; 0 for all.
    public func labelValues(
        of name: String, matching selectors: [[Matcher]] = [], after: Int64, through: Int64, limit: Int = 0
    ) -> LimitedList<String> {
        var values = ByteTable()
        if selectors.isEmpty, coversAll(after: after, through: through) {
            values = index.withLockedValue { $0.name(name)?.values ?? ByteTable() }
        } else {
            for series in union(selectors.isEmpty ? [[]] : selectors, after: after, through: through) {
                series.labels.withValue(ofName: name) { value in
                    if let value { _ = values.insert(value) }
                }
            }
        }
        return Self.limited(values.sortedTexts(), limit)
    }

    /// How many series there are by metric, by label and by label with its value, and how many values a label has: the largest numbers first.
    ///
    /// - Parameter limit: At most so many of each.
    public func cardinality(limit: Int) -> Cardinality {
        let index = self.index.withLockedValue { $0 }
        var cardinality = Cardinality()
        index.names.forEach { number, name in
            let label = index.labels[number]
            let name = String(decoding: name, as: UTF8.self)
            cardinality.valuesByLabel.append((name, label.values.count))
            var valueBytes = 0
            label.values.forEach { value, bytes in
                let count = label.postings[value].count
                valueBytes += bytes.count * count
                let value = String(decoding: bytes, as: UTF8.self)
                cardinality.seriesByPair.append(("\(name)=\(value)", count))
                if name == "__name__" { cardinality.seriesByMetric.append((value, count)) }
            }
            cardinality.bytesByLabel.append((name, valueBytes))
            // Bounds the memory for very many values.
            cardinality.seriesByPair.keepLargest(limit)
        }
        cardinality.valuesByLabel.keepLargest(limit)
        cardinality.bytesByLabel.keepLargest(limit)
        cardinality.seriesByMetric.keepLargest(limit)
        cardinality.labelPairs = index.labels.reduce(0) { $0 + $1.values.count }
        return cardinality
    }

    /// Whether a window holds every sample there is.
    private func coversAll(after: Int64, through: Int64) -> Bool {
        let (oldest, newest) = timeBounds
        guard let oldest, let newest else { return true }
        return after < oldest && through >= newest
    }

    /// The series that match any of the selectors, each once.
    private func union(_ selectors: [[Matcher]], after: Int64, through: Int64) -> ContiguousArray<Series> {
        if selectors.count == 1 { return matching(selectors[0], after: after, through: through) }
        var found: [UInt32: Series] = [:]
        for selector in selectors {
            for series in matching(selector, after: after, through: through) { found[series.id] = series }
        }
        return ContiguousArray(found.values)
    }

    private static func limited<Element>(_ elements: [Element], _ limit: Int) -> LimitedList<Element> {
        limit > 0 && elements.count > limit ? LimitedList(Array(elements.prefix(limit)), isTruncated: true) : LimitedList(elements)
    }
}

/// Where the series come from, for `/status/tsdb`.
public struct Cardinality: Sendable {
    /// Distinct pairs of name and value.
    public var labelPairs = 0
    /// Series of each metric.
    public var seriesByMetric: [(name: String, count: Int)] = []
    /// Values of each label.
    public var valuesByLabel: [(name: String, count: Int)] = []
    /// Bytes of a label's values, counted for each series that has one.
    public var bytesByLabel: [(name: String, count: Int)] = []
    /// Series of each `name=value`.
    public var seriesByPair: [(name: String, count: Int)] = []
}

extension [(name: String, count: Int)] {
    /// Keeps the elements with the largest counts, largest first.
    fileprivate mutating func keepLargest(_ limit: Int) {
        sort { $0.count == $1.count ? $0.name < $1.name : $0.count > $1.count }
        if count > limit { removeLast(count - limit) }
    }
}

extension ByteTable {
    /// The strings as texts, sorted by bytes.
    func sortedTexts() -> [String] {
        var texts: [String] = []
        texts.reserveCapacity(count)
        forEach { texts.append(String(decoding: $1, as: UTF8.self)) }
        // Swift compares texts by scalars in their normal form, which is not the order of the bytes.
        return texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
