// One number for all values of a window (reference 3.8).

extension RangeFunctions {
    static func sum(of window: Window) -> Double {
        var sum = CompensatedSum()
        for value in window.values { sum.add(value) }
        return sum.value
    }

    /// NaN only if all values are.
    static func minimum(of window: Window) -> Double {
        var minimum = window.values[0]
        for value in window.values where value < minimum || minimum.isNaN { minimum = value }
        return minimum
    }

    /// NaN only if all values are.
    static func maximum(of window: Window) -> Double {
        var maximum = window.values[0]
        for value in window.values where value > maximum || maximum.isNaN { maximum = value }
        return maximum
    }

    /// The time of the last value that no other one precedes, in seconds. NaN counts only where nothing else is.
    @inline(__always)
    static func timeOfExtreme(in window: Window, _ precedesOrEquals: (Double, Double) -> Bool) -> Double {
        var extreme = window.values[0]
        var time = window.times[0]
        for index in 0..<window.count {
            let value = window.values[index]
            if precedesOrEquals(value, extreme) || extreme.isNaN {
                extreme = value
                time = window.times[index]
            }
        }
        return seconds(time)
    }

    /// The median of the distances from the median; NaN if any value is.
    static func medianDeviation(of window: Window) -> Double {
        for value in window.values where value.isNaN { return .nan }
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: window.count) { scratch in
            _ = scratch.initialize(from: window.values)
            let median = Quantile.value(0.5, ofReordering: scratch)
            for index in 0..<scratch.count { scratch[index] = (scratch[index] - median).magnitude }
            return Quantile.value(0.5, ofReordering: scratch)
        }
    }
}
