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
    private let boundTexts: [BoundText]
    private let bucketLine: [UInt8]
    private let sumLine: [UInt8]
    private let countLine: [UInt8]
    // A lock rather than atomics: a scrape must not see a count without its sum.
    private let totals: NIOLockedValueBox<Totals>

    init(child: MetricChild, bounds: [Double], boundTexts: [BoundText]) {
        self.bounds = bounds
        self.boundTexts = boundTexts
        bucketLine = child.line(suffix: "_bucket", before: "le")
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
    public func render(into text: inout [UInt8], as format: ExpositionFormat) {
        let totals = totals.withLockedValue { $0 }
        var cumulative: UInt64 = 0
        for (bound, count) in zip(boundTexts, totals.counts) {
            cumulative += count
            text += bucketLine
            bound.append(to: &text, as: format)
            SeriesTemplate.close(&text)
            TextFormat.append(cumulative, to: &text)
        }
        text += sumLine
        TextFormat.append(totals.sum, to: &text)
        text += countLine
        TextFormat.append(cumulative, to: &text)
    }
}
