import Testing

@testable import PromQL

@Suite("aggregations over time")
struct OverTimeTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let values: [Double]
        let expected: Double

        init(_ name: String, _ values: [Double], _ expected: Double) {
            self.name = name
            self.values = values
            self.expected = expected
        }

        var testDescription: String { "\(name) \(values)" }
    }

    static let cases: [Case] = [
        Case("sum_over_time", [1, 2, 3.5], 6.5),
        Case("sum_over_time", [1e100, 1, -1e100], 1),
        Case("sum_over_time", [5e99, 1, 2, 3, -5e99, -6], 0),
        Case("sum_over_time", [.infinity, 1, -1e308], .infinity),
        Case("sum_over_time", [.infinity, -.infinity], .nan),
        Case("sum_over_time", [1.7e308, 1.7e308, -1.7e308], .infinity),
        Case("sum_over_time", [1, .nan, 2], .nan),
        Case("avg_over_time", [1, 2, 6], 3),
        Case("avg_over_time", [1e100, 1, -1e100, -1], 0),
        Case("avg_over_time", [1.7e308, 1.7e308], 1.7e308),
        Case("avg_over_time", [1.7e308, 1.7e308, -1.7e308], 1.7e308 / 3),
        Case("avg_over_time", [.infinity, 5], .infinity),
        Case("avg_over_time", [5, -.infinity], -.infinity),
        Case("avg_over_time", [.infinity, -.infinity], .nan),
        Case("avg_over_time", [.infinity], .infinity),
        Case("avg_over_time", [.nan, 5], .nan),
        Case("count_over_time", [.nan, 1, 2], 3),
        Case("present_over_time", [.nan, 1, 2], 1),
        Case("last_over_time", [3, 2, 9], 9),
        Case("first_over_time", [3, 2, 9], 3),
        Case("min_over_time", [.nan, 3, 2, .nan, 9], 2),
        Case("min_over_time", [.nan, .nan], .nan),
        Case("min_over_time", [3, -.infinity], -.infinity),
        Case("max_over_time", [.nan, 3, 2, .nan, 9, 1], 9),
        Case("max_over_time", [.nan, .nan], .nan),
        // Mean 5, squares 9 1 1 1 0 0 4 16: 32/8.
        Case("stdvar_over_time", [2, 4, 4, 4, 5, 5, 7, 9], 4),
        Case("stddev_over_time", [2, 4, 4, 4, 5, 5, 7, 9], 2),
        Case("stdvar_over_time", [7], 0),
        Case("stdvar_over_time", [1e15 + 1, 1e15 + 2, 1e15 + 3], 2.0 / 3),
        Case("stddev_over_time", [1.1, 1.1, 1.1], 0),
        Case("stddev_over_time", [1, .infinity], .nan),
        Case("stdvar_over_time", [1, .nan], .nan),
        // Median 3; distances 2 1 0 1 97; their median 1.
        Case("mad_over_time", [1, 2, 3, 4, 100], 1),
        Case("mad_over_time", [1, 3], 1),
        Case("mad_over_time", [1, .nan, 3], .nan),
        Case("ts_of_first_over_time", [3, 1, 1, 9, 9, 2], 10),
        Case("ts_of_last_over_time", [3, 1, 1, 9, 9, 2], 60),
        Case("ts_of_min_over_time", [3, 1, 1, 9, 9, 2], 30),
        Case("ts_of_max_over_time", [3, 1, 1, 9, 9, 2], 50),
        Case("ts_of_max_over_time", [.nan, 1, .nan], 20),
        Case("ts_of_min_over_time", [.nan, .nan], 20),
    ]

    @Test("a window's values become one", arguments: cases)
    func value(_ example: Case) throws {
        let samples = example.values.enumerated().map { (Int64($0.offset + 1) * 10, $0.element) }
        let result = try overRange(example.name, samples)
        #expect(isClose(result, example.expected), "got \(String(describing: result))")
    }

    @Test(
        "a quantile lies between two neighbours of the sorted values",
        arguments: [(0, 1), (0.25, 2), (0.5, 3), (0.9, 4.6), (1, 5), (-0.1, -Double.infinity), (1.1, .infinity), (.nan, .nan)])
    func quantile(quantile: Double, expected: Double) throws {
        #expect(isClose(try overRange("quantile_over_time", everyTenSeconds(3, 1, 5, 2, 4), quantile), expected))
    }

    @Test("NaN is smaller than all numbers for a quantile")
    func quantileOfNaN() throws {
        // Sorted: NaN, 1, 2.
        #expect(try overRange("quantile_over_time", everyTenSeconds(2, .nan, 1), 1) == 2)
        #expect(try overRange("quantile_over_time", everyTenSeconds(2, .nan, 1), 0.5) == 1)
        #expect(try overRange("quantile_over_time", everyTenSeconds(2, .nan, 1), 0.25)?.isNaN == true)
    }

    @Test("selection finds what sorting would")
    func selection() throws {
        var state: UInt64 = 7
        func random(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        for _ in 0..<500 {
            let values = (0..<(1 + random(80))).map { _ in Double(random(30)) - 10 }
            let quantile = Double(random(101)) / 100
            let sorted = values.sorted()
            let rank = quantile * Double(values.count - 1)
            let (lower, weight) = (Int(rank), rank - rank.rounded(.down))
            let expected = sorted[lower] * (1 - weight) + sorted[min(lower + 1, values.count - 1)] * weight
            let actual = values.withUnsafeBufferPointer { Quantile.value(quantile, of: $0) }
            #expect(actual == expected, "\(quantile) of \(values)")
        }
    }

    @Test("a quantile out of its bounds is warned about")
    func quantileWarning() throws {
        let check = try #require(RangeFunctions.named("quantile_over_time")?.check)
        var annotations = Annotations()
        for quantile in [0, 0.5, 1, -1, 50, .nan, -1] {
            try [quantile].withUnsafeBufferPointer { try check($0, functionContext(), &annotations) }
        }
        #expect(annotations.warnings.map(\.text) == ["-1", "50", "NaN"].map { "quantile value should be between 0 and 1, got \($0)" })
        #expect(annotations.warnings.first?.range == SourceRange(10, 11))
    }

    @Test("smoothing follows level and trend")
    func smoothing() throws {
        // A line is its own forecast.
        #expect(isClose(try overRange("double_exponential_smoothing", everyTenSeconds(0, 10, 20, 30), 0.3, 0.7), 30))
        // s = 0, b = 10; s = 0.5·10 + 0.5·(0 + 10) = 10; b = 0.5·(10 − 0) + 0.5·10 = 10; s = 0.5·0 + 0.5·(10 + 10) = 10.
        #expect(isClose(try overRange("double_exponential_smoothing", everyTenSeconds(0, 10, 0), 0.5, 0.5), 10))
        #expect(try overRange("double_exponential_smoothing", everyTenSeconds(3), 0.5, 0.5) == nil)
    }

    @Test(
        "smoothing factors lie between 0 and 1, both excluded",
        arguments: [
            (0, 0.5, "invalid smoothing factor. Expected: 0 < sf < 1, got: 0.000000"),
            (1, 0.5, "invalid smoothing factor. Expected: 0 < sf < 1, got: 1.000000"),
            (0.5, -1.25, "invalid trend factor. Expected: 0 < tf < 1, got: -1.250000"),
            (0.5, 2, "invalid trend factor. Expected: 0 < tf < 1, got: 2.000000"),
        ])
    func smoothingFactors(factor: Double, trend: Double, message: String) throws {
        let check = try #require(RangeFunctions.named("double_exponential_smoothing")?.check)
        var annotations = Annotations()
        do {
            try [factor, trend].withUnsafeBufferPointer { try check($0, functionContext(), &annotations) }
            Issue.record("no error")
        } catch let error as QueryError {
            #expect(error.description == message)
        }
    }

    @Test(
        "only first and last keep the name",
        arguments: ["rate", "sum_over_time", "present_over_time", "mad_over_time", "ts_of_last_over_time"])
    func names(name: String) throws {
        #expect(RangeFunctions.named(name)?.keepsName == false)
        #expect(RangeFunctions.named("first_over_time")?.keepsName == true)
        #expect(RangeFunctions.named("last_over_time")?.keepsName == true)
        #expect(RangeFunctions.named("abs") == nil)
    }
}
