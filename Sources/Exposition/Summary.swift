import NIOConcurrencyHelpers
import Time

/// A family of summaries.
public typealias SummaryFamily = LabelledFamily<Summary>

/// Quantiles of recent observations, with the sum and count of all.
///
/// The latest 1,024 observations of the window are kept exactly; where more happen, the quantiles are those of the latest.
public final class Summary: LabelledMetric {
    private struct Observation {
        let time: Int64
        let value: Double
    }

    private struct Totals {
        /// A ring: `next` is the oldest once it is full.
        var recent: [Observation] = []
        var next = 0
        var sum = 0.0
        var count: UInt64 = 0
    }

    private static let capacity = 1024

    private let quantiles: [(rank: Double, text: BoundText)]
    private let quantileLine: [UInt8]
    private let sumLine: [UInt8]
    private let countLine: [UInt8]
    private let window: Int64
    private let clock: @Sendable () -> Int64
    private let totals = NIOLockedValueBox(Totals())

    init(child: MetricChild, quantiles: [Double], window: TimeSpan, clock: @escaping @Sendable () -> Int64) {
        self.quantiles = quantiles.map { (rank: $0, text: BoundText($0)) }
        quantileLine = child.line(before: "quantile")
        sumLine = child.line(suffix: "_sum")
        countLine = child.line(suffix: "_count")
        self.window = window.nanoseconds
        self.clock = clock
    }

    /// Takes one observation, in the unit of the metric's name; or `times` equal ones, which count as one in the quantiles.
    public func observe(_ value: Double, times: Int = 1) {
        let observation = Observation(time: clock(), value: value)
        totals.withLockedValue { totals in
            totals.sum += value * Double(times)
            totals.count += UInt64(max(0, times))
            if totals.recent.count < Self.capacity {
                totals.recent.append(observation)
            } else {
                totals.recent[totals.next] = observation
                totals.next = (totals.next + 1) % Self.capacity
            }
        }
    }

    /// Appends the quantile lines (not-a-number when nothing happened in the window), the sum and the count.
    public func render(into text: inout [UInt8], as format: ExpositionFormat) {
        let horizon = clock() - window
        let (values, sum, count) = totals.withLockedValue { totals in
            (totals.recent.filter { $0.time > horizon }.map(\.value), totals.sum, totals.count)
        }
        let sorted = values.sorted()
        for (rank, bound) in quantiles {
            text += quantileLine
            bound.append(to: &text, as: format)
            SeriesTemplate.close(&text)
            // The nearest rank: the smallest value that at least `rank` of all do not exceed.
            let position = Int((rank * Double(sorted.count)).rounded(.up)) - 1
            TextFormat.append(sorted.isEmpty ? .nan : sorted[min(max(position, 0), sorted.count - 1)], to: &text)
        }
        text += sumLine
        TextFormat.append(sum, to: &text)
        text += countLine
        TextFormat.append(count, to: &text)
    }
}
