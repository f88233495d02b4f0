public import Labels
public import PromQL

/// A small sample source for tests: every series an array of samples, found by looking at all of them.
public struct TestStorage: SampleSource {
    private var series: [LabelSet: SampleBuffer] = [:]
    /// Series that were loaded with native histograms or start timestamps, which are not kept.
    private(set) var unsupported: Set<LabelSet> = []

    /// An empty storage.
    public init() {}

    /// Adds a sample; one of the same time must have the same bits.
    ///
    /// - Parameter time: milliseconds.
    public mutating func append(_ labels: LabelSet, time: Int64, value: Double) throws(NotationError) {
        var buffer = series.removeValue(forKey: labels) ?? SampleBuffer()
        defer { series[labels] = buffer }
        guard let last = buffer.times.last, last >= time else { return buffer.append(time: time, value: value) }
        let index = buffer.times.firstIndex { $0 >= time } ?? buffer.times.count
        if buffer.times[index] == time {
            guard buffer.values[index].bitPattern == value.bitPattern else {
                throw NotationError("two values at \(time) ms for \(labels): \(buffer.values[index]) and \(value)")
            }
        } else {
            buffer.times.insert(time, at: index)
            buffer.values.insert(value, at: index)
        }
    }

    /// Adds all values of a series, the first at `start`, then one every `step` milliseconds.
    public mutating func append(_ notation: SeriesNotation, start: Int64, step: Int64) throws(NotationError) {
        for (index, value) in notation.values.enumerated() {
            switch value {
            case .sample(let value): try append(notation.labels, time: start + Int64(index) * step, value: value)
            case .histogram: unsupported.insert(notation.labels)
            case .gap: break
            }
        }
    }

    /// Remembers that a series holds something that this storage does not keep.
    mutating func markUnsupported(_ labels: LabelSet) { unsupported.insert(labels) }

    /// Whether matchers select a series that holds something which is not kept.
    func selectsUnsupported(_ matchers: [Matcher]) -> Bool {
        unsupported.contains { labels in matchers.allSatisfy { $0.matches(labels) } }
    }

    /// All series that match and have a sample in the window.
    public func select(_ matchers: [Matcher], after: Int64, through: Int64) throws -> any SeriesSelection {
        Selection(
            elements: series.filter { labels, samples in
                matchers.allSatisfy { $0.matches(labels) } && samples.times.contains { $0 > after && $0 <= through }
            })
    }

    private struct Selection: SeriesSelection {
        let elements: [(key: LabelSet, value: SampleBuffer)]

        init(elements: [LabelSet: SampleBuffer]) { self.elements = elements.sorted { LabelOrder.precedes($0.key, $1.key) } }

        var count: Int { elements.count }

        func labels(at index: Int) -> LabelSet { elements[index].key }

        func read(at index: Int, after: Int64, through: Int64, into buffer: inout SampleBuffer) {
            let samples = elements[index].value
            for position in samples.times.indices where samples.times[position] > after && samples.times[position] <= through {
                buffer.append(time: samples.times[position], value: samples.values[position])
            }
        }
    }
}
