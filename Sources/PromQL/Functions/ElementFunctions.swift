/// A function that changes each element's value for itself: `abs`, `clamp`, `round`, `hour` … It works on a series' row at once.
struct ElementFunction: Sendable {
    /// Replaces the values of one series, one a step, in place. Stale markers (no sample) stay; `clamp` also makes them.
    /// `arguments` are the scalar arguments in source order, each with one value a step; an optional one that was not written is left out.
    typealias Row = @Sendable (_ values: UnsafeMutableBufferPointer<Double>, _ arguments: [ScalarColumn]) -> Void

    let row: Row

    /// Replaces the values of all series. The labels are the caller's to mark: all these functions drop the name.
    func apply(to vectors: inout StepVectors, arguments: [ScalarColumn]) {
        let steps = vectors.steps
        guard steps > 0 else { return }
        vectors.values.withUnsafeMutableBufferPointer { values in
            var start = 0
            while start + steps <= values.count {
                row(UnsafeMutableBufferPointer(rebasing: values[start..<start + steps]), arguments)
                start += steps
            }
        }
    }
}

/// The functions over single elements by name (reference 3.9).
enum ElementFunctions {
    /// nil for names that are no function over elements. The date functions are among them: without an argument the engine gives them
    /// `vector(time())`.
    static func named(_ name: String) -> ElementFunction? { table[name] }

    private static let table: [String: ElementFunction] = [:]
}
