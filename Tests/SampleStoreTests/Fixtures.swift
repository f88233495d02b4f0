import Foundation
import Labels
import PromQL

@testable import SampleStore

/// A small, seeded generator: the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// A directory that goes with the value.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appending(path: "samples-\(UUID().uuidString)").path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A sample with its bits, so that NaN equals itself.
struct ExactSample: Hashable, CustomStringConvertible {
    var time: Int64
    var bits: UInt64

    init(time: Int64, value: Double) {
        self.time = time
        bits = value.bitPattern
    }

    var description: String { "\(time): \(Double(bitPattern: bits)) \(String(bits, radix: 16))" }
}

extension SampleBuffer {
    var exact: [ExactSample] { zip(times, values).map { ExactSample(time: $0, value: $1) } }
}

extension SampleStore {
    /// Everything that matchers select in a window.
    func exact(_ matchers: [Matcher] = [], after: Int64 = .min, through: Int64 = .max) -> [LabelSet: [ExactSample]] {
        let selection = select(matchers, after: after, through: through)
        var found: [LabelSet: [ExactSample]] = [:]
        for index in 0..<selection.count {
            var buffer = SampleBuffer()
            selection.read(at: index, after: after, through: through, into: &buffer)
            precondition(found[selection.labels(at: index)] == nil, "a label set came twice")
            if buffer.count > 0 { found[selection.labels(at: index)] = buffer.exact }
        }
        return found
    }
}

/// Kinds of series as fleets have them, and values that no encoding likes.
enum ValueKind: CaseIterable {
    case constant, counter, steadyCounter, integerGauge, decimalGauge, seconds, ratio, wild

    static let special: [Double] = [
        .nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude, .staleMarker,
        Double(bitPattern: SpecialNaN.ordinary), 9_007_199_254_740_992, 9_007_199_254_740_991, -9_007_199_254_740_994, 1e300, 0.1, 1e-12,
        123.456,
    ]

    func next(after last: Double, using generator: inout SeededGenerator) -> Double {
        if Int.random(in: 0..<50, using: &generator) == 0 { return Self.special.randomElement(using: &generator) ?? 0 }
        let last = last.isFinite ? last : 0
        switch self {
        case .constant: return 42
        case .counter: return last + Double(Int.random(in: 0...1000, using: &generator))
        case .steadyCounter: return last + 15_000
        case .integerGauge: return Double(Int.random(in: -500...500, using: &generator))
        case .decimalGauge: return (last * 10 + Double(Int.random(in: -20...20, using: &generator))).rounded() / 10
        case .seconds: return ((last + Double.random(in: 0...15, using: &generator)) * 100).rounded() / 100
        case .ratio: return Double.random(in: 0...1, using: &generator)
        case .wild: return Double(bitPattern: generator.next())
        }
    }
}
