/// One bucket of a classic histogram: how many observations are less than or equal to a bound. The count may be fractional, as rates are.
struct ClassicBucket {
    let upperBound: Double
    var count: Double
}

/// What had to be repaired so that counts do not fall towards larger bounds.
struct MonotonicityRepair: Equatable {
    /// The bounds of the first and last bucket that was raised.
    var lowestBound: Double
    var highestBound: Double
    /// The largest raise.
    var largestDifference: Double

    mutating func extend(with other: MonotonicityRepair) {
        lowestBound = min(lowestBound, other.lowestBound)
        highestBound = max(highestBound, other.highestBound)
        largestDifference = max(largestDifference, other.largestDifference)
    }
}

/// Quantiles and fractions of classic histograms (reference 3.10). All take buckets in ascending order of bounds.
enum ClassicBuckets {
    /// The quantile. Equal bounds have been merged before.
    static func quantile(
        _ quantile: Double, of buckets: UnsafeMutableBufferPointer<ClassicBucket>, repair: inout MonotonicityRepair?
    ) -> Double {
        if quantile.isNaN { return .nan }
        if quantile < 0 { return -.infinity }
        if quantile > 1 { return .infinity }
        let count = buckets.count
        guard count > 0, buckets[count - 1].upperBound == .infinity else { return .nan }
        repair = makeMonotonic(buckets)
        let total = buckets[count - 1].count
        guard count >= 2, total != 0 else { return .nan }

        var rank = quantile * total
        let found = firstBucket(reaching: rank, in: buckets)
        if found == count - 1 { return buckets[count - 2].upperBound }
        let end = buckets[found].upperBound
        if found == 0 {
            if end <= 0 { return end }
            return end * (rank / buckets[0].count)
        }
        let before = buckets[found - 1]
        rank -= before.count
        return before.upperBound + (end - before.upperBound) * (rank / (buckets[found].count - before.count))
    }

    /// The share of observations between two values.
    static func fraction(from lower: Double, through upper: Double, of buckets: UnsafeMutableBufferPointer<ClassicBucket>) -> Double {
        guard let last = buckets.last, last.upperBound == .infinity else { return .nan }
        if last.count == 0 || lower.isNaN || upper.isNaN { return .nan }
        if lower >= upper { return 0 }
        return (rank(of: upper, in: buckets) - rank(of: lower, in: buckets)) / last.count
    }

    /// Adds up the counts of equal bounds; the number of buckets left.
    static func merge(_ buckets: UnsafeMutableBufferPointer<ClassicBucket>) -> Int {
        guard buckets.count > 0 else { return 0 }
        var kept = 0
        for index in 1..<max(1, buckets.count) {
            if buckets[index].upperBound == buckets[kept].upperBound {
                buckets[kept].count += buckets[index].count
            } else {
                kept += 1
                buckets[kept] = buckets[index]
            }
        }
        return kept + 1
    }

    /// How many observations lie below a value, by linear interpolation within its bucket, the total at most.
    private static func rank(of value: Double, in buckets: UnsafeMutableBufferPointer<ClassicBucket>) -> Double {
        let total = buckets[buckets.count - 1].count
        var below = 0.0
        var lowerBound = buckets[0].upperBound > 0 ? 0 : -Double.infinity
        for bucket in buckets {
            if lowerBound >= value { return capped(below, at: total) }
            if bucket.upperBound > value {
                // A bucket without end has no place for a part of it.
                if lowerBound == -.infinity { return capped(bucket.count, at: total) }
                if bucket.upperBound == .infinity { return capped(below, at: total) }
                let share = (value - lowerBound) / (bucket.upperBound - lowerBound)
                return capped(below + (bucket.count - below) * share, at: total)
            }
            below = bucket.count
            lowerBound = bucket.upperBound
        }
        return total
    }

    private static func capped(_ rank: Double, at total: Double) -> Double { rank > total ? total : rank }

    /// Raises counts that are lower than one before. Differences that rounding explains are levelled without a word.
    private static func makeMonotonic(_ buckets: UnsafeMutableBufferPointer<ClassicBucket>) -> MonotonicityRepair? {
        var repair: MonotonicityRepair?
        var previous = buckets[0].count
        for index in 1..<max(1, buckets.count) {
            let count = buckets[index].count
            if count == previous { continue }
            if isRoundingError(previous, count) {
                buckets[index].count = previous
            } else if count < previous {
                buckets[index].count = previous
                let bound = buckets[index].upperBound
                let raise = MonotonicityRepair(lowestBound: bound, highestBound: bound, largestDifference: previous - count)
                repair?.extend(with: raise)
                if repair == nil { repair = raise }
            } else {
                previous = count
            }
        }
        return repair
    }

    /// Whether two different counts are equal but for a relative 1e-12.
    private static func isRoundingError(_ left: Double, _ right: Double) -> Bool {
        if left.isNaN, right.isNaN { return true }
        let difference = (left - right).magnitude
        let sum = left.magnitude + right.magnitude
        if left == 0 || right == 0 || sum < Double.leastNormalMagnitude { return difference < 1e-12 * Double.leastNormalMagnitude }
        return difference / min(sum, Double.greatestFiniteMagnitude) < 1e-12
    }

    /// The first bucket but the last one whose count reaches a rank, by bisection; the last one if none does.
    private static func firstBucket(reaching rank: Double, in buckets: UnsafeMutableBufferPointer<ClassicBucket>) -> Int {
        var low = 0
        var high = buckets.count - 1
        while low < high {
            let middle = (low + high) / 2
            if buckets[middle].count >= rank { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
