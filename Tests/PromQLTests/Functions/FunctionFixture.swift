import Labels
import Testing

@testable import PromQL

/// Calls a range function by name over samples at whole seconds in the window (start, end] of seconds.
func overRange(
    _ name: String, _ samples: [(Int64, Double)], from start: Int64 = 0, to end: Int64 = 60, at time: Int64? = nil, _ arguments: Double...
) throws -> Double? {
    let entry = try #require(RangeFunctions.named(name))
    let times = samples.map { $0.0 * 1000 }
    let values = samples.map(\.1)
    return times.withUnsafeBufferPointer { times in
        values.withUnsafeBufferPointer { values in
            arguments.withUnsafeBufferPointer { arguments in
                let window = Window(times: times, values: values, start: start * 1000, end: end * 1000, time: (time ?? end) * 1000)
                return entry.function(window, arguments)
            }
        }
    }
}

/// Calls a function over instant vectors by name.
func callVectorFunction(
    _ name: String, _ arguments: inout FunctionArguments, _ context: FunctionContext, _ annotations: inout Annotations
) throws -> StepVectors {
    let function = try #require(VectorFunctions.named(name))
    return try function(&arguments, context, &annotations)
}

/// Calls a function over elements by name.
func applyElementFunction(_ name: String, to vectors: inout StepVectors, _ arguments: [ScalarColumn]) throws {
    let function = try #require(ElementFunctions.named(name))
    function.apply(to: &vectors, arguments: arguments)
}

/// Calls a function of scalars by name.
func callScalarFunction(_ name: String, _ arguments: [ScalarColumn], _ context: FunctionContext) throws -> ScalarColumn {
    let function = try #require(ScalarFunctions.named(name))
    return function(arguments, context)
}

/// Samples every ten seconds from 10s on.
func everyTenSeconds(_ values: Double...) -> [(Int64, Double)] {
    values.enumerated().map { (Int64($0.offset + 1) * 10, $0.element) }
}

/// A context of an instant query, or of a range query with more steps, a minute apart.
func functionContext(steps: Int = 1, delayed: Bool = false) -> FunctionContext {
    FunctionContext(
        steps: steps, firstStep: 60_000, stepLength: 60_000, queryStart: 60_000, queryEnd: 60_000 * Int64(steps), queryStep: 60_000,
        delaysNameRemoval: delayed,
        argumentRanges: [SourceRange(10, 11), SourceRange(20, 21), SourceRange(30, 31)], callRange: SourceRange(0, 40))
}

/// An instant vector of one step a value, nil where the series has none.
func stepVectors(_ series: [(LabelSet, [Double?])], dropsName: Bool = false) -> StepVectors {
    var vectors = StepVectors(steps: series.first?.1.count ?? 1)
    for (labels, values) in series {
        vectors.labels.append(SeriesLabels(labels: labels, dropsName: dropsName))
        vectors.values += values.map { $0 ?? .staleMarker }
    }
    return vectors
}

/// Labels and values as text, one series a line, `_` for no sample; `-` before a removed name.
func lines(_ vectors: StepVectors) -> [String] {
    (0..<vectors.seriesCount).map { series in
        let values = (0..<vectors.steps).map { step in
            let value = vectors.values[series * vectors.steps + step]
            return value.isStaleMarker ? "_" : FloatText.general(value)
        }
        let labels = vectors.labels[series]
        return "\(labels.dropsName ? "-" : "")\(labels.labels.groupKeyText) \(values.joined(separator: " "))"
    }
}

/// Equal to a relative 1e-12; NaN equals NaN, zero only zero.
func isClose(_ left: Double?, _ right: Double?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    if left.isNaN || right.isNaN { return left.isNaN && right.isNaN }
    if left == right { return true }
    return (left - right).magnitude <= 1e-12 * max(left.magnitude, right.magnitude) && left != 0 && right != 0
}
