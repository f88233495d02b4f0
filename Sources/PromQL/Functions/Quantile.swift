/// Quantiles of unsorted values (reference 3.5), for `quantile`, `quantile_over_time` and `mad_over_time`.
enum Quantile {
    /// The quantile. NaN counts as smaller than all numbers. The values are reordered.
    ///
    /// Only two neighbours of the sorted order matter, so they are selected instead of sorting everything.
    static func value(_ quantile: Double, ofReordering values: UnsafeMutableBufferPointer<Double>) -> Double {
        if values.isEmpty || quantile.isNaN { return .nan }
        if quantile < 0 { return -.infinity }
        if quantile > 1 { return .infinity }
        let rank = quantile * Double(values.count - 1)
        let floor = rank.rounded(.down)
        let lower = Int(floor)
        let upper = min(values.count - 1, lower + 1)
        let weight = rank - floor

        let numbers = movingNaNsToFront(of: values)
        if lower < numbers { return .nan }
        let rest = UnsafeMutableBufferPointer(rebasing: values[numbers...])
        let lowerValue = select(lower - numbers, in: rest)
        var upperValue = lowerValue
        if upper > lower {
            // Everything behind the selected place is at least as large.
            upperValue = rest[upper - numbers]
            for index in (upper - numbers)..<rest.count where rest[index] < upperValue { upperValue = rest[index] }
        }
        return lowerValue * (1 - weight) + upperValue * weight
    }

    /// Copies the values to scratch memory first.
    static func value(_ quantile: Double, of values: UnsafeBufferPointer<Double>) -> Double {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: values.count) { scratch in
            _ = scratch.initialize(from: values)
            return value(quantile, ofReordering: scratch)
        }
    }

    /// The text of the warning for a quantile out of its bounds; nil within them.
    static func warning(for quantile: Double) -> String? {
        if quantile >= 0, quantile <= 1 { return nil }
        return "quantile value should be between 0 and 1, got \(FloatText.general(quantile))"
    }

    /// The number of NaNs, which stand in front afterwards.
    private static func movingNaNsToFront(of values: UnsafeMutableBufferPointer<Double>) -> Int {
        var front = 0
        for index in 0..<values.count where values[index].isNaN {
            values.swapAt(front, index)
            front += 1
        }
        return front
    }

    /// Hoare's selection: the value at a place of the sorted order, which then stands there, with none larger before and none smaller behind it.
    private static func select(_ place: Int, in values: UnsafeMutableBufferPointer<Double>) -> Double {
        var low = 0
        var high = values.count - 1
        while low < high {
            if high - low < 16 {
                sort(values, low, high)
                break
            }
            let pivot = medianOfThree(values[low], values[(low + high) / 2], values[high])
            var left = low
            var right = high
            while left <= right {
                while values[left] < pivot { left += 1 }
                while values[right] > pivot { right -= 1 }
                if left <= right {
                    values.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if place <= right {
                high = right
            } else if place >= left {
                low = left
            } else {
                break
            }
        }
        return values[place]
    }

    private static func sort(_ values: UnsafeMutableBufferPointer<Double>, _ low: Int, _ high: Int) {
        for index in (low + 1)...high {
            let value = values[index]
            var position = index
            while position > low, values[position - 1] > value {
                values[position] = values[position - 1]
                position -= 1
            }
            values[position] = value
        }
    }

    private static func medianOfThree(_ a: Double, _ b: Double, _ c: Double) -> Double {
        max(min(a, b), min(max(a, b), c))
    }
}
