/// The aggregations that make one value of all samples of a group, sample by sample in the order of the series (reference 3.5).
enum GroupReduction {
    /// A column for each group without samples.
    static func absent(_ groups: Groups, _ steps: Int) -> ContiguousArray<Double> {
        ContiguousArray(repeating: .staleMarker, count: groups.count * steps)
    }

    /// Calls the body with every sample and the cell of its group and step. The cells of a row are neighbours.
    @inline(__always)
    private static func forEachSample(_ vectors: StepVectors, _ groups: Groups, _ body: (_ cell: Int, _ value: Double) -> Void) {
        let steps = vectors.steps
        vectors.values.withUnsafeBufferPointer { values in
            groups.groupOfSeries.withUnsafeBufferPointer { groupOfSeries in
                for series in 0..<groupOfSeries.count {
                    let row = series &* steps
                    let cell = Int(groupOfSeries[series]) &* steps
                    for step in 0..<steps {
                        let value = values[row &+ step]
                        if !value.isStaleMarker { body(cell &+ step, value) }
                    }
                }
            }
        }
    }

    /// A column of results that starts without samples.
    @inline(__always)
    private static func reduce(
        _ vectors: StepVectors, _ groups: Groups, first: (Double) -> Double, _ next: (Double, Double) -> Double
    ) -> ContiguousArray<Double> {
        var result = absent(groups, vectors.steps)
        result.withUnsafeMutableBufferPointer { result in
            forEachSample(vectors, groups) { cell, value in
                let known = result[cell]
                result[cell] = known.isStaleMarker ? first(value) : next(known, value)
            }
        }
        return result
    }

    static func minimum(_ vectors: StepVectors, _ groups: Groups) -> ContiguousArray<Double> {
        // NaN stays only while there is nothing else.
        reduce(vectors, groups, first: { $0 }) { $0 > $1 || $0.isNaN ? $1 : $0 }
    }

    static func maximum(_ vectors: StepVectors, _ groups: Groups) -> ContiguousArray<Double> {
        reduce(vectors, groups, first: { $0 }) { $0 < $1 || $0.isNaN ? $1 : $0 }
    }

    static func count(_ vectors: StepVectors, _ groups: Groups) -> ContiguousArray<Double> {
        reduce(vectors, groups, first: { _ in 1 }) { count, _ in count + 1 }
    }

    static func presence(_ vectors: StepVectors, _ groups: Groups) -> ContiguousArray<Double> {
        reduce(vectors, groups, first: { _ in 1 }) { one, _ in one }
    }

    /// Sums and the errors of their additions apart.
    @inline(__always)
    private static func compensatedSums(
        _ vectors: StepVectors, _ groups: Groups
    ) -> (sums: ContiguousArray<Double>, compensations: ContiguousArray<Double>) {
        var sums = absent(groups, vectors.steps)
        var compensations = ContiguousArray(repeating: 0.0, count: sums.count)
        sums.withUnsafeMutableBufferPointer { sums in
            compensations.withUnsafeMutableBufferPointer { compensations in
                forEachSample(vectors, groups) { cell, value in
                    let sum = sums[cell]
                    if sum.isStaleMarker {
                        sums[cell] = value
                    } else {
                        // Without a branch on which is larger: the error comes out the same.
                        let total = sum + value
                        let added = total - sum
                        compensations[cell] += (sum - (total - added)) + (value - added)
                        sums[cell] = total
                    }
                }
            }
        }
        return (sums, compensations)
    }

    static func sum(_ vectors: StepVectors, _ groups: Groups) -> ContiguousArray<Double> {
        var (sums, compensations) = compensatedSums(vectors, groups)
        // A sum that became infinite has spoilt its compensation.
        for cell in sums.indices where sums[cell].isFinite { sums[cell] += compensations[cell] }
        return sums
    }

    static func average(_ vectors: StepVectors, _ groups: Groups) throws(QueryError) -> ContiguousArray<Double> {
        var (sums, compensations) = compensatedSums(vectors, groups)
        let counts = count(vectors, groups)
        var overflows = false
        for cell in sums.indices where !sums[cell].isStaleMarker {
            if sums[cell].isFinite {
                sums[cell] = sums[cell] / counts[cell] + compensations[cell] / counts[cell]
            } else {
                overflows = true
            }
        }
        guard overflows else { return sums }
        // Infinities, NaN, or values whose sum is out of range: the mean is then built value by value.
        try groups.forEachColumn(of: vectors) { (group, step, column) throws(QueryError) in
            let cell = group * vectors.steps + step
            if !sums[cell].isFinite { sums[cell] = Moments.mean(of: UnsafeBufferPointer(column.values)) }
        }
        return sums
    }

    /// The population variance by Welford's method.
    static func variance(_ vectors: StepVectors, _ groups: Groups) -> ContiguousArray<Double> {
        var squares = absent(groups, vectors.steps)
        var means = ContiguousArray(repeating: 0.0, count: squares.count)
        var counts = means
        squares.withUnsafeMutableBufferPointer { squares in
            means.withUnsafeMutableBufferPointer { means in
                counts.withUnsafeMutableBufferPointer { counts in
                    forEachSample(vectors, groups) { cell, value in
                        counts[cell] += 1
                        if squares[cell].isStaleMarker {
                            squares[cell] = value.isFinite ? 0 : .nan
                            means[cell] = value
                        } else {
                            let delta = value - means[cell]
                            means[cell] += delta / counts[cell]
                            squares[cell] += delta * (value - means[cell])
                        }
                    }
                }
            }
        }
        for cell in squares.indices where !squares[cell].isStaleMarker { squares[cell] /= counts[cell] }
        return squares
    }
}
