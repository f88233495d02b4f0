import Glibc

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

    /// A function of the value alone.
    @inline(__always)
    static func each(_ function: @escaping @Sendable (Double) -> Double) -> ElementFunction {
        ElementFunction { values, _ in
            for index in 0..<values.count where !values[index].isStaleMarker { values[index] = function(values[index]) }
        }
    }

    /// A function of the value and one scalar.
    @inline(__always)
    private static func each(
        default absent: Double = 0, _ function: @escaping @Sendable (_ value: Double, _ argument: Double) -> Double
    ) -> ElementFunction {
        ElementFunction { values, arguments in
            for index in 0..<values.count where !values[index].isStaleMarker {
                values[index] = function(values[index], arguments.isEmpty ? absent : arguments[0][index])
            }
        }
    }

    private static let table = mathematics.merging(dates) { mathematical, _ in mathematical }

    private static let mathematics: [String: ElementFunction] = [
        "abs": each { $0.magnitude },
        "ceil": each { $0.rounded(.up) },
        "floor": each { $0.rounded(.down) },
        "exp": each { exp($0) },
        "ln": each { log($0) },
        "log2": each { log2($0) },
        "log10": each { log10($0) },
        "sqrt": each { $0.squareRoot() },
        "sgn": each { $0 < 0 ? -1 : $0 > 0 ? 1 : $0 },
        "acos": each { acos($0) },
        "acosh": each { acosh($0) },
        "asin": each { asin($0) },
        "asinh": each { asinh($0) },
        "atan": each { atan($0) },
        "atanh": each { atanh($0) },
        "cos": each { cos($0) },
        "cosh": each { cosh($0) },
        "sin": each { sin($0) },
        "sinh": each { sinh($0) },
        "tan": each { tan($0) },
        "tanh": each { tanh($0) },
        "deg": each { $0 * 180 / .pi },
        "rad": each { $0 * .pi / 180 },
        "clamp_min": each { GoMath.maximum($1, $0) },
        "clamp_max": each { GoMath.minimum($1, $0) },
        "clamp": ElementFunction { values, arguments in
            for index in 0..<values.count where !values[index].isStaleMarker {
                let (low, high) = (arguments[0][index], arguments[1][index])
                values[index] = high < low ? .staleMarker : GoMath.maximum(low, GoMath.minimum(high, values[index]))
            }
        },
        // The reciprocal first: what it costs in exactness is what callers expect.
        "round": each(default: 1) { value, nearest in
            let inverse = 1 / nearest
            return (value * inverse + 0.5).rounded(.down) / inverse
        },
    ]
}

/// The larger and the smaller of two as Go's `math.Max` and `math.Min` have it: an infinity beyond all others wins even against NaN, else NaN does.
enum GoMath {
    @inline(__always)
    static func maximum(_ left: Double, _ right: Double) -> Double {
        if left == .infinity || right == .infinity { return .infinity }
        if left.isNaN || right.isNaN { return .nan }
        if left == 0, right == 0 { return left.sign == .minus ? right : left }
        return left > right ? left : right
    }

    @inline(__always)
    static func minimum(_ left: Double, _ right: Double) -> Double {
        if left == -.infinity || right == -.infinity { return -.infinity }
        if left.isNaN || right.isNaN { return .nan }
        if left == 0, right == 0 { return left.sign == .minus ? left : right }
        return left < right ? left : right
    }
}
