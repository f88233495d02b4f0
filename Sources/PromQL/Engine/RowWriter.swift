/// Writes the rows of a vector one after another into one block. Memory that no row needs is never touched.
struct RowWriter {
    private let steps: Int
    private var values: ContiguousArray<Double>
    private var count = 0

    /// - Parameter series: how many rows there may be at most.
    init(steps: Int, series: Int) {
        self.steps = steps
        // The memory holds anything until a row is written; `finish` cuts off what was not.
        values = ContiguousArray(unsafeUninitializedCapacity: series * steps) { $1 = series * steps }
    }

    /// Calls the body with the place of the next row, which it fills to the last step. The row counts when the body says that it has a sample.
    @inline(__always)
    mutating func append<Failure: Error>(_ body: (UnsafeMutablePointer<Double>) throws(Failure) -> Bool) throws(Failure) -> Bool {
        let start = count &* steps
        let isKept = try values.withUnsafeMutableBufferPointer { buffer throws(Failure) in
            guard let base = buffer.baseAddress else { return false }
            return try body(base + start)
        }
        if isKept { count &+= 1 }
        return isKept
    }

    /// The rows that count.
    consuming func finish() -> ContiguousArray<Double> {
        values.removeLast(values.count - count * steps)
        return values
    }
}
