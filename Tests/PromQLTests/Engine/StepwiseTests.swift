import Labels
import Testing

@testable import PromQL

/// A range query gives at each step what an instant query gives at that time: evaluating series by series must not show (reference 3.3).
@Suite struct StepwiseTests {
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        }
    }

    private struct Generator {
        var random: Random

        mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }

        mutating func selector() -> String {
            pick(["a", "b", "a{l=\"1\"}", "{__name__=~\"a|b\"}", "b{m!=\"x\"}", "nothing", "{__name__=~\"a|b\", l=\"2\"}"])
        }

        mutating func modified() -> String { selector() + pick(["", "", "", " offset 1m", " offset -30s", " @ 240", " @ 100 offset 40s"]) }

        mutating func scalar() -> String { pick(["2", "-1", "0.5", "time() / 60", "scalar(a{l=\"1\"})", "NaN", "Inf"]) }

        mutating func grouping() -> String { pick(["", " by (l)", " without (m)", " by (l, __name__)", " by (zz)"]) }

        mutating func vector(_ depth: Int) -> String {
            guard depth > 0 else { return modified() }
            switch Int.random(in: 0..<16, using: &random) {
            case 0: return modified()
            case 1, 2:
                let name = pick(["rate", "sum_over_time", "last_over_time", "changes", "avg_over_time", "delta", "max_over_time"])
                return "\(name)(\(selector())[\(pick(["1m", "2m", "150s"]))]\(pick(["", "", " offset 1m", " @ 300"])))"
            case 3:
                return
                    "\(pick(["sum_over_time", "min_over_time", "last_over_time"]))((\(vector(depth - 1)))[3m:\(pick(["", "1m", "40s"]))])"
            case 4: return "\(pick(["abs", "-", "+", "sgn", "timestamp", "absent", "sqrt"]))(\(vector(depth - 1)))"
            case 5: return "(\(vector(depth - 1)) \(pick(["+", "-", "*", "/", "%", ">", "<=", "== bool", "!="])) \(scalar()))"
            case 6: return "(\(scalar()) \(pick(["+", "-", "^", "<", ">= bool"])) \(vector(depth - 1)))"
            case 7, 8: return "\(pick(["sum", "avg", "min", "max", "count", "stddev", "group"]))\(grouping()) (\(vector(depth - 1)))"
            case 9:
                return
                    "\(pick(["topk", "bottomk", "quantile"]))\(grouping()) (\(pick(["1", "2", "0.3", "time() / 150"])), \(vector(depth - 1)))"
            case 10: return "count_values\(grouping()) (\"c\", \(vector(depth - 1)))"
            case 11:
                let on = pick(["", " on (l)", " ignoring (m)", " on ()", " on (l, m)"])
                return "(\(vector(depth - 1)) \(pick(["and", "or", "unless"]))\(on) \(vector(depth - 1)))"
            case 12, 13:
                let on = pick([
                    "", " on (l)", " ignoring (m)", " on (l) group_left", " on (l) group_right (m)", " ignoring (m) group_left (m)",
                ])
                return "(\(vector(depth - 1)) \(pick(["+", "/", ">", "== bool", "<"]))\(on) \(vector(depth - 1)))"
            case 14: return "label_replace(\(vector(depth - 1)), \"\(pick(["m", "n", "__name__"]))\", \"$1\", \"l\", \"(.*)\")"
            default: return "clamp_max(\(vector(depth - 1)), \(scalar()))"
            }
        }
    }

    private static let storage = """
        a{l="1", m="x"} 1 2 3 _ 5 stale _ 8 2 3
        a{l="1", m="y"} _ _ 3 NaN 5 6 7 _ _ 1
        a{l="2"} 9 8 stale _ _ _ 7 7 7 7
        b{l="1", m="x"} _ 0 stale _ 4 4 _ _ -3 Inf
        b{l="2"} _ _ 5 5 5 stale 1 _ _ _
        b{l="3", m="y"} 1 1 1 1 1 1 1 1 1 1
        """

    /// Labels and values at a time; all NaNs are alike.
    private static func text(_ labels: LabelSet, _ value: Double) -> String { "\(labels) \(value.isNaN ? "NaN" : "\(value)")" }

    /// Compares one expression; whether there was something to compare.
    private func compare(_ text: String, _ query: Querying) throws -> Bool {
        let result: QueryResult
        do {
            result = try query.result(text, from: 30, through: 630, step: 45)
        } catch {
            // What a range query refuses need not fail at each of its steps.
            return false
        }
        guard case .matrix(let elements) = result.value, !elements.isEmpty else { return false }
        for time in stride(from: 30.0, through: 630, by: 45) {
            let milliseconds = Int64(time * 1000)
            var expected: [String] = []
            for element in elements {
                for (sampleTime, value) in zip(element.samples.times, element.samples.values) where sampleTime == milliseconds {
                    expected.append(Self.text(element.labels, value))
                }
            }
            guard case .vector(let vector) = try query.result(text, at: time).value else { return false }
            let found = vector.map { Self.text($0.labels, $0.value) }
            #expect(found.sorted() == expected.sorted(), "\(text) at \(time)")
        }
        return true
    }

    @Test("random expressions give the same at each step as alone", arguments: [false, true])
    func steps(delaysNameRemoval: Bool) throws {
        let query = try delaysNameRemoval ? Querying(Self.storage).delayed : Querying(Self.storage)
        var generator = Generator(random: Random(state: delaysNameRemoval ? 7 : 3))
        var answered = 0
        for round in 0..<300 where try compare(generator.vector(1 + round % 4), query) { answered += 1 }
        // Most must have an answer, or the comparison says little.
        #expect(answered > 120)
    }
}
