import Labels
import Testing

@testable import PromQL

@Suite("classic histograms")
struct ClassicHistogramTests {
    /// Calls a histogram function; gives the lines and what was said.
    static func call(
        _ name: String, _ scalars: [ScalarColumn], _ vectors: StepVectors, strings: [String] = [], delayed: Bool = false
    ) throws -> (lines: [String], annotations: Annotations) {
        var arguments = FunctionArguments(vectors: [vectors], scalars: scalars, strings: strings)
        var annotations = Annotations()
        let context = functionContext(steps: vectors.steps, delayed: delayed)
        let result = try callVectorFunction(name, &arguments, context, &annotations)
        return (lines(result), annotations)
    }

    static func histogram(_ buckets: [(String, Double?)], _ labels: LabelSet = [:]) -> StepVectors {
        stepVectors(buckets.map { (labels.setting("le", to: $0.0), [$0.1]) })
    }

    static func quantile(_ quantile: Double, _ buckets: [(String, Double?)]) throws -> Double? {
        var arguments = FunctionArguments(vectors: [histogram(buckets)], scalars: [[quantile]])
        var annotations = Annotations()
        let result = try callVectorFunction("histogram_quantile", &arguments, functionContext(), &annotations)
        return result.values.first
    }

    struct Case: Sendable {
        let quantile: Double
        let buckets: [(String, Double?)]
        let expected: Double?
    }

    static let plain: [(String, Double?)] = [("0.1", 10), ("0.2", 30), ("1", 40), ("+Inf", 50)]

    static let cases: [Case] = [
        // Rank 5 of 10 in the first bucket, from zero.
        Case(quantile: 0.1, buckets: plain, expected: 0.05),
        // Rank 20: half of the second bucket.
        Case(quantile: 0.4, buckets: plain, expected: 0.15),
        // Rank 35: half of the third.
        Case(quantile: 0.7, buckets: plain, expected: 0.6),
        Case(quantile: 0.8, buckets: plain, expected: 1),
        Case(quantile: 0.99, buckets: plain, expected: 1),
        Case(quantile: 1, buckets: plain, expected: 1),
        Case(quantile: 0, buckets: plain, expected: 0),
        Case(quantile: -0.1, buckets: plain, expected: -.infinity),
        Case(quantile: 1.1, buckets: plain, expected: .infinity),
        Case(quantile: .nan, buckets: plain, expected: .nan),
        // The order of series does not matter.
        Case(quantile: 0.4, buckets: plain.reversed(), expected: 0.15),
        // Other spellings of bounds.
        Case(quantile: 0.4, buckets: [("1e-1", 10), ("0x1.999999999999ap-3", 30), ("1.0", 40), ("Inf", 50)], expected: 0.15),
        // No bucket for everything.
        Case(quantile: 0.5, buckets: [("0.1", 10), ("0.2", 30)], expected: .nan),
        Case(quantile: 0.5, buckets: [("+Inf", 30)], expected: .nan),
        Case(quantile: 0.5, buckets: [("1", 0), ("+Inf", 0)], expected: .nan),
        // All observations beyond the last bound.
        Case(quantile: 0.5, buckets: [("1", 0), ("+Inf", 7)], expected: 1),
        // A first bound that is not positive has no lower edge.
        Case(quantile: 0.1, buckets: [("-2", 10), ("2", 20), ("+Inf", 20)], expected: -2),
        Case(quantile: 0.75, buckets: [("-2", 10), ("2", 20), ("+Inf", 20)], expected: 0),
        Case(quantile: 0.1, buckets: [("0", 10), ("2", 20), ("+Inf", 20)], expected: 0),
        // Equal bounds are added: 20 up to 1, 40 in all; rank 30 is half of 20…40 between 1 and 3.
        Case(quantile: 0.75, buckets: [("1", 15), ("1.0", 5), ("3", 40), ("+Inf", 40)], expected: 2),
        // A count that falls is raised: 10, 10, 20.
        Case(quantile: 0.75, buckets: [("1", 10), ("2", 6), ("3", 20), ("+Inf", 20)], expected: 2.5),
        // Only buckets that have a sample count.
        Case(quantile: 0.5, buckets: [("1", nil), ("2", 10), ("+Inf", 10)], expected: 1),
        Case(quantile: 0.5, buckets: [], expected: nil),
    ]

    @Test("a quantile is interpolated within its bucket", arguments: cases.indices)
    func quantiles(index: Int) throws {
        let example = Self.cases[index]
        let result = try Self.quantile(example.quantile, example.buckets)
        #expect(isClose(result, example.expected), "got \(String(describing: result))")
    }

    @Test("histograms are told apart by all labels but le, and by name")
    func grouping() throws {
        let a = Self.histogram([("1", 1), ("+Inf", 2)], ["__name__": "a", "job": "x"])
        let b = Self.histogram([("1", 2), ("+Inf", 2)], ["__name__": "b", "job": "x"])
        let c = Self.histogram([("1", 0), ("+Inf", 2)], ["__name__": "a", "job": "y", "zone": "1"])
        var all = StepVectors(steps: 1)
        for index in 0..<2 {
            for vectors in [a, b, c] {
                all.labels.append(vectors.labels[index])
                all.values.append(vectors.values[index])
            }
        }
        let expected = [
            "-{__name__=\"a\", job=\"x\"} 1", "-{__name__=\"b\", job=\"x\"} 0.5", "-{__name__=\"a\", job=\"y\", zone=\"1\"} 1",
        ]
        #expect(try Self.call("histogram_quantile", [[0.5]], all).lines == expected)
    }

    @Test("a name that was removed at once no longer tells histograms apart")
    func removedNames() throws {
        var vectors = stepVectors(
            [
                (["__name__": "a", "le": "1"], [1]), (["__name__": "b", "le": "2"], [2]), (["__name__": "b", "le": "+Inf"], [2]),
            ], dropsName: true)
        #expect(try Self.call("histogram_quantile", [[1]], vectors).lines == ["-{} 2"])
        #expect(
            try Self.call("histogram_quantile", [[1]], vectors, delayed: true).lines == ["-{__name__=\"a\"} NaN", "-{__name__=\"b\"} 2"])
        vectors.labels[0].dropsName = false
        #expect(try Self.call("histogram_quantile", [[1]], vectors).lines.count == 2)
    }

    @Test("each step has its buckets and its quantile")
    func steps() throws {
        let vectors = stepVectors([(["le": "1"], [1, nil, 4, nil]), (["le": "2"], [2, 2, 4, nil]), (["le": "+Inf"], [2, 2, 4, nil])])
        #expect(try Self.call("histogram_quantile", [[0.5, 0.5, 0.25, 0.5]], vectors).lines == ["-{} 1 1 0.25 _"])
    }

    @Test("a bucket without a usable bound is left out with a warning")
    func strays() throws {
        let vectors = stepVectors([
            (["__name__": "h", "le": "1"], [1]), (["__name__": "h", "le": "+Inf"], [1]), (["__name__": "h"], [5]),
            (["__name__": "h", "le": "x"], [5]), (["__name__": "h", "le": "1e999"], [5]), (["__name__": "h", "le": "0x10"], [5]),
            (["__name__": "h", "le": "unseen"], [nil]),
        ])
        let (lines, annotations) = try Self.call("histogram_quantile", [[0.5]], vectors)
        #expect(lines == ["-{__name__=\"h\"} 0.5"])
        #expect(
            annotations.warnings
                == ["", "x", "1e999", "0x10"].map {
                    Annotations.Note(
                        text: "bucket label \"le\" is missing or has a malformed value of \"\($0)\"", range: SourceRange(20, 21))
                })
        let delayed = try Self.call("histogram_quantile", [[0.5]], vectors, delayed: true).annotations
        #expect(
            delayed.warnings.first?.text == "bucket label \"le\" is missing or has a malformed value of \"\" for metric name \"h\"")
    }

    @Test("a quantile out of bounds is warned about even where there is no histogram")
    func quantileWarning() throws {
        let (_, annotations) = try Self.call("histogram_quantile", [[1.5, 0.5, 1.5]], StepVectors(steps: 3))
        #expect(
            annotations.warnings == [
                Annotations.Note(text: "quantile value should be between 0 and 1, got 1.5", range: SourceRange(10, 11))
            ])
    }

    @Test("a forced monotonicity is told with the buckets, the difference and the samples")
    func repairs() throws {
        let vectors = stepVectors([
            (["__name__": "h", "le": "1"], [10, 10, 20]), (["__name__": "h", "le": "2"], [9, 10, 5]),
            (["__name__": "h", "le": "4"], [11, 11, 6]), (["__name__": "h", "le": "+Inf"], [12, 12, 24.5]),
        ])
        let text = """
            input to histogram_quantile needed to be fixed for monotonicity \
            (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)
            """
        let details =
            ", from buckets 2 to 4, with a max diff of 15, over 2 samples from 1970-01-01T00:01:00Z to 1970-01-01T00:03:00Z"
        let now = try Self.call("histogram_quantile", [[0.5, 0.5, 0.5]], vectors).annotations
        #expect(now.infos == [Annotations.Note(text: text + details, range: SourceRange(20, 21))])
        let later = try Self.call("histogram_quantile", [[0.5, 0.5, 0.5]], vectors, delayed: true).annotations
        #expect(later.infos.map(\.text) == [text + " for metric name \"h\"" + details])
    }

    @Test("differences that rounding explains are levelled without a word")
    func rounding() throws {
        let vectors = Self.histogram([("1", 1), ("2", 1 - 1e-13), ("4", 1 + 1e-13), ("+Inf", 2)])
        let (lines, annotations) = try Self.call("histogram_quantile", [[0.75]], vectors)
        #expect(lines == ["-{} 4"])
        #expect(annotations.isEmpty)
    }

    struct Fraction: Sendable {
        let lower: Double
        let upper: Double
        let buckets: [(String, Double?)]
        let expected: Double
    }

    static let negative: [(String, Double?)] = [("-1", 10), ("1", 20), ("3", 30), ("+Inf", 40)]

    static let fractions: [Fraction] = [
        Fraction(lower: 0, upper: 0.2, buckets: plain, expected: 0.6),
        Fraction(lower: 0, upper: 0.05, buckets: plain, expected: 0.1),
        Fraction(lower: 0.05, upper: 0.15, buckets: plain, expected: 0.3),
        Fraction(lower: -5, upper: 0.1, buckets: plain, expected: 0.2),
        Fraction(lower: -.infinity, upper: .infinity, buckets: plain, expected: 1),
        Fraction(lower: 1, upper: .infinity, buckets: plain, expected: 0.2),
        // Nothing is known of places beyond the last bound.
        Fraction(lower: 2, upper: 3, buckets: plain, expected: 0),
        Fraction(lower: 0, upper: 1000, buckets: plain, expected: 0.8),
        Fraction(lower: 0.2, upper: 0.2, buckets: plain, expected: 0),
        Fraction(lower: 0.3, upper: 0.2, buckets: plain, expected: 0),
        Fraction(lower: .nan, upper: 1, buckets: plain, expected: .nan),
        Fraction(lower: 0, upper: .nan, buckets: plain, expected: .nan),
        Fraction(lower: 0, upper: 1, buckets: [("1", 0), ("+Inf", 0)], expected: .nan),
        Fraction(lower: 0, upper: 1, buckets: [("1", 1)], expected: .nan),
        // The first bucket reaches to minus infinity.
        Fraction(lower: -.infinity, upper: 0, buckets: negative, expected: 0.375),
        Fraction(lower: -5, upper: 1, buckets: negative, expected: 0.25),
        Fraction(lower: -1, upper: 2, buckets: negative, expected: 0.375),
        // Equal bounds are added, falling counts stay.
        Fraction(lower: 0, upper: 1, buckets: [("1", 2), ("1.0", 3), ("+Inf", 10)], expected: 0.5),
    ]

    @Test("a fraction is the difference of two ranks", arguments: fractions.indices)
    func fraction(index: Int) throws {
        let example = Self.fractions[index]
        var arguments = FunctionArguments(vectors: [Self.histogram(example.buckets)], scalars: [[example.lower], [example.upper]])
        var annotations = Annotations()
        let result = try callVectorFunction("histogram_fraction", &arguments, functionContext(), &annotations)
        #expect(isClose(result.values.first, example.expected), "got \(result.values)")
    }

    @Test("histogram_quantiles puts the quantile into a label")
    func severalQuantiles() throws {
        let vectors = Self.histogram([("1", 10), ("+Inf", 10)], ["__name__": "h", "job": "a"])
        let (lines, _) = try Self.call("histogram_quantiles", [[0.5], [1], [0]], vectors, strings: ["q"])
        #expect(
            lines == [
                "-{__name__=\"h\", job=\"a\", q=\"0.5\"} 0.5", "-{__name__=\"h\", job=\"a\", q=\"1.0\"} 1",
                "-{__name__=\"h\", job=\"a\", q=\"0.0\"} 0",
            ])
    }

    @Test(
        "functions of native histograms give nothing for floats",
        arguments: ["histogram_count", "histogram_sum", "histogram_avg", "histogram_stddev", "histogram_stdvar"])
    func native(name: String) throws {
        #expect(try Self.call(name, [], Self.histogram(Self.plain)).lines.isEmpty)
    }

    @Test("thousands of histograms are told apart")
    func manyGroups() throws {
        var vectors = StepVectors(steps: 1)
        for series in 0..<3000 {
            for bound in ["1", "+Inf"] {
                vectors.labels.append(
                    SeriesLabels(
                        labels: ["a": "\(series % 60)", "le": bound, "long": "\(series / 60)" + String(repeating: "x", count: 150)],
                        dropsName: false))
                vectors.values.append(Double(series))
            }
        }
        let groups = BucketGroups(vectors, delaysNameRemoval: false)
        #expect(groups.groups.count == 3000)
        #expect(groups.groups.allSatisfy { $0.members.count == 2 })
        #expect(Set(groups.groups.map(\.labels.labels)).count == 3000)
    }
}
