import NIOConcurrencyHelpers

/// A family of histograms.
public typealias HistogramFamily = LabelledFamily<Histogram>

/// Observations counted by size.
public final class Histogram: LabelledMetric {
    private struct Totals {
        /// Observations of each bucket alone; the last one is beyond every bound.
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let bucketLines: [[UInt8]]
    private let sumLine: [UInt8]
    private let countLine: [UInt8]
    // A lock rather than atomics: a scrape must not see a count without its sum.
    private let totals: NIOLockedValueBox<Totals>

    init(child: MetricChild, bounds: [Double]) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<), "metric \(child.name): the bucket bounds \(bounds) do not ascend")
        self.bounds = bounds
        bucketLines = (bounds + [.infinity]).map { child.line(suffix: "_bucket", extra: ("le", TextFormat.number($0))) }
        sumLine = child.line(suffix: "_sum")
        countLine = child.line(suffix: "_count")
        totals = NIOLockedValueBox(Totals(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// Counts one observation, in the unit of the metric's name (seconds, bytes). Not-a-number counts as beyond every bound.
    public func observe(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        totals.withLockedValue { totals in
            totals.counts[bucket] += 1
            totals.sum += value
        }
    }

    /// Appends the bucket lines, the sum and the count.
    public func render(into text: inout [UInt8]) {
        let totals = totals.withLockedValue { $0 }
        var cumulative: UInt64 = 0
        for (line, count) in zip(bucketLines, totals.counts) {
            cumulative += count
            text += line
            TextFormat.append(cumulative, to: &text)
        }
        text += sumLine
        TextFormat.append(totals.sum, to: &text)
        text += countLine
        TextFormat.append(cumulative, to: &text)
    }
}
