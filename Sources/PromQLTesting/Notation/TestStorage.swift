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

    /// The newest sample of a series.
    public func last(of labels: LabelSet) -> Sample? {
        guard let samples = series[labels], let time = samples.times.last, let value = samples.values.last else { return nil }
        return Sample(time: time, value: value)
    }

    /// All series with their samples, sorted by labels.
    public var contents: [(labels: LabelSet, samples: SampleBuffer)] {
        series.map { ($0.key, $0.value) }.sorted { LabelOrder.precedes($0.0, $1.0) }
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
                !samples.places(after: after, through: through).isEmpty && matchers.allSatisfy { $0.matches(labels) }
            })
    }

    private struct Selection: SeriesSelection {
        let elements: [(key: LabelSet, value: SampleBuffer)]

        init(elements: [LabelSet: SampleBuffer]) { self.elements = elements.sorted { LabelOrder.precedes($0.key, $1.key) } }

        var count: Int { elements.count }

        func labels(at index: Int) -> LabelSet { elements[index].key }

        func read(at index: Int, after: Int64, through: Int64, into buffer: inout SampleBuffer) {
            let samples = elements[index].value
            for position in samples.places(after: after, through: through) {
                buffer.append(time: samples.times[position], value: samples.values[position])
            }
        }
    }
}

extension SampleBuffer {
    /// Where the samples with `after` < time <= `through` are.
    fileprivate func places(after: Int64, through: Int64) -> Range<Int> {
        let start = firstPlace(later: after)
        return start..<max(start, firstPlace(later: through))
    }

    private func firstPlace(later time: Int64) -> Int {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] > time { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
