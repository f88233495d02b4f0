/// A sum with the error of its additions kept apart (Neumaier's variant of Kahan's, reference 3.14).
///
/// The error of each addition is found without a branch (Knuth's two-sum), which is exact for finite values and so equal to the textbook's two cases.
/// A sum that became infinite stays so, or becomes NaN; its compensation counts as 0 and is not looked at.
struct CompensatedSum {
    private(set) var sum: Double
    private(set) var compensation: Double

    @inline(__always)
    init(_ sum: Double = 0, compensation: Double = 0) {
        self.sum = sum
        self.compensation = compensation
    }

    @inline(__always)
    mutating func add(_ value: Double) {
        let total = sum + value
        let added = total - sum
        compensation += (sum - (total - added)) + (value - added)
        sum = total
    }

    /// The sum with its compensation.
    @inline(__always)
    var value: Double { sum.isInfinite ? sum : sum + compensation }

    /// Adds and forgets a compensation that an infinite sum has spoilt, for those who go on with both parts.
    @inline(__always)
    mutating func addResetting(_ value: Double) {
        add(value)
        if sum.isInfinite { compensation = 0 }
    }

    /// Multiplies both parts.
    @inline(__always)
    mutating func scale(by factor: Double) {
        sum *= factor
        compensation *= factor
    }
}

/// Means and variances of a run of values, in the order of the run.
enum Moments {
    /// The compensated mean (reference 3.5). It becomes an incremental one where the sum overflows.
    static func mean(of values: UnsafeBufferPointer<Double>) -> Double {
        var sum = CompensatedSum()
        for value in values { sum.add(value) }
        let count = Double(values.count)
        // Once infinite, a sum never becomes finite again: only then it matters at which value it did.
        if sum.sum.isFinite { return sum.sum / count + sum.compensation / count }
        return incrementalMean(of: values)
    }

    /// The mean of values whose sum overflows, or has infinities or NaN in it.
    private static func incrementalMean(of values: UnsafeBufferPointer<Double>) -> Double {
        var state = CompensatedSum(values[0])
        var isIncremental = false
        for index in 1..<max(1, values.count) {
            let count = Double(index + 1)
            if !isIncremental {
                var next = state
                next.addResetting(values[index])
                if !next.sum.isInfinite {
                    state = next
                    continue
                }
                isIncremental = true
                state = CompensatedSum(state.sum / (count - 1), compensation: state.compensation / (count - 1))
            }
            state.scale(by: (count - 1) / count)
            state.addResetting(values[index] / count)
        }
        if isIncremental { return state.sum + state.compensation }
        let count = Double(values.count)
        return state.sum / count + state.compensation / count
    }

    /// The population variance by Welford's method, both running quantities compensated.
    static func variance(of values: UnsafeBufferPointer<Double>) -> Double {
        var mean = CompensatedSum()
        var squares = CompensatedSum()
        var count = 0.0
        for value in values {
            count += 1
            let delta = value - (mean.sum + mean.compensation)
            mean.addResetting(delta / count)
            squares.addResetting(delta * (value - (mean.sum + mean.compensation)))
        }
        return (squares.sum + squares.compensation) / count
    }
}
