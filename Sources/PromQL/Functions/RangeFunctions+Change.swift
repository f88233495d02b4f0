// How a series changes within a window (reference 3.7 and 3.8).

extension RangeFunctions {
    /// `rate`, `increase` and `delta`: the change from first to last sample, stretched to the window where its edges are near.
    @inline(__always)
    static func extrapolated(_ window: Window, isCounter: Bool, isRate: Bool) -> Double? {
        let count = window.count
        guard count >= 2 else { return nil }
        let values = window.values
        let first = values[0]
        var change = values[count - 1] - first
        if isCounter { change += lostByResets(values) }

        let sampled = seconds(window.times[count - 1] &- window.times[0])
        let average = sampled / Double(count - 1)
        let threshold = average * 1.1
        var toStart = seconds(window.times[0] &- window.start)
        var toEnd = seconds(window.end &- window.times[count - 1])
        if toStart >= threshold { toStart = average / 2 }
        if isCounter, change > 0, first >= 0 {
            // A counter was not below zero before its first sample.
            let toZero = sampled * (first / change)
            if toZero < toStart { toStart = toZero }
        }
        if toEnd >= threshold { toEnd = average / 2 }

        var factor = sampled == 0 ? 1 : (sampled + toStart + toEnd) / sampled
        if isRate { factor /= seconds(window.end &- window.start) }
        return change * factor
    }

    /// What a counter had reached before each of its resets, summed up.
    @inline(__always)
    private static func lostByResets(_ values: UnsafeBufferPointer<Double>) -> Double {
        // Most windows have none, and counting is a loop without branches, several values at once.
        if falls(in: values) == 0 { return 0 }
        var lost = 0.0
        var previous = values[0]
        for index in 1..<values.count {
            let value = values[index]
            if value < previous { lost += previous }
            previous = value
        }
        return lost
    }

    /// `irate` and `idelta`: from the last but one sample to the last.
    @inline(__always)
    static func lastChange(_ window: Window, isRate: Bool) -> Double? {
        let count = window.count
        guard count >= 2 else { return nil }
        let elapsed = window.times[count - 1] &- window.times[count - 2]
        guard elapsed != 0 else { return nil }
        let (previous, last) = (window.values[count - 2], window.values[count - 1])
        guard isRate else { return last - previous }
        // After a reset the counter has grown from zero.
        return (last < previous ? last : last - previous) / seconds(elapsed)
    }

    /// How often neighbours differ. NaN next to NaN is no change.
    static func changes(in window: Window) -> Double {
        var changes = 0
        var previous = window.values[0]
        for value in window.values.dropFirst() {
            if value != previous, !(value.isNaN && previous.isNaN) { changes += 1 }
            previous = value
        }
        return Double(changes)
    }

    /// How often a value is less than the one before.
    static func resets(in window: Window) -> Double { Double(falls(in: window.values)) }

    @inline(__always)
    private static func falls(in values: UnsafeBufferPointer<Double>) -> Int {
        var falls = 0
        for index in 1..<values.count where values[index] < values[index &- 1] { falls &+= 1 }
        return falls
    }

    /// The least squares slope per second.
    static func slope(of window: Window) -> Double? {
        guard window.count >= 2 else { return nil }
        // Times from the first sample on keep the sums small and exact.
        return regression(of: window, zero: window.times[0]).slope
    }

    /// The value of the regression line some seconds after the evaluation time.
    static func prediction(from window: Window, in seconds: Double) -> Double? {
        guard window.count >= 2 else { return nil }
        let line = regression(of: window, zero: window.time)
        return line.slope * seconds + line.intercept
    }

    /// The regression line over seconds since `zero`.
    private static func regression(of window: Window, zero: Int64) -> (slope: Double, intercept: Double) {
        var sumX = CompensatedSum()
        var sumY = CompensatedSum()
        var sumXY = CompensatedSum()
        var sumXX = CompensatedSum()
        let first = window.values[0]
        var isConstant = true
        for index in 0..<window.count {
            let value = window.values[index]
            if index > 0, value != first { isConstant = false }
            let x = seconds(window.times[index] &- zero)
            sumX.add(x)
            sumY.add(value)
            sumXY.add(x * value)
            sumXX.add(x * x)
        }
        if isConstant { return first.isInfinite ? (.nan, .nan) : (0, first) }
        let count = Double(window.count)
        let (x, y) = (sumX.value, sumY.value)
        let covariance = sumXY.value - x * y / count
        let variance = sumXX.value - x * x / count
        let slope = covariance / variance
        return (slope, y / count - slope * x / count)
    }

    /// Holt's smoothing with level and trend.
    static func smoothed(_ window: Window, factor: Double, trend: Double) -> Double? {
        let count = window.count
        guard count >= 2 else { return nil }
        var previous = 0.0
        var level = window.values[0]
        var slope = window.values[1] - window.values[0]
        for index in 1..<count {
            if index > 1 { slope = trend * (level - previous) + (1 - trend) * slope }
            let next = factor * window.values[index] + (1 - factor) * (level + slope)
            previous = level
            level = next
        }
        return level
    }
}
