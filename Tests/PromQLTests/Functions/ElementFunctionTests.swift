import Testing

@testable import PromQL

@Suite("functions over elements")
struct ElementFunctionTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let value: Double
        let arguments: [Double]
        let expected: Double?

        init(_ name: String, _ value: Double, _ arguments: Double..., gives expected: Double?) {
            self.name = name
            self.value = value
            self.arguments = arguments
            self.expected = expected
        }

        var testDescription: String { "\(name)(\(value), \(arguments))" }
    }

    static let cases: [Case] = [
        Case("abs", -3.5, gives: 3.5),
        Case("abs", -.infinity, gives: .infinity),
        Case("ceil", 1.2, gives: 2),
        Case("ceil", -1.2, gives: -1),
        Case("floor", -1.2, gives: -2),
        Case("exp", 0, gives: 1),
        Case("exp", 1, gives: 2.718281828459045),
        Case("exp", 1000, gives: .infinity),
        Case("exp", -.infinity, gives: 0),
        Case("ln", 1, gives: 0),
        Case("ln", 0, gives: -.infinity),
        Case("ln", -1, gives: .nan),
        Case("log2", 8, gives: 3),
        Case("log2", 0, gives: -.infinity),
        Case("log10", 1000, gives: 3),
        Case("log10", -10, gives: .nan),
        Case("sqrt", 81, gives: 9),
        Case("sqrt", -1, gives: .nan),
        Case("sgn", -7, gives: -1),
        Case("sgn", 0.1, gives: 1),
        Case("sgn", 0, gives: 0),
        Case("sgn", .nan, gives: .nan),
        Case("sgn", -.infinity, gives: -1),
        Case("acos", 1, gives: 0),
        Case("acos", 2, gives: .nan),
        Case("acosh", 1, gives: 0),
        Case("acosh", 0.5, gives: .nan),
        Case("asin", 1, gives: .pi / 2),
        Case("asinh", 0, gives: 0),
        Case("atan", 1, gives: .pi / 4),
        Case("atan", .infinity, gives: .pi / 2),
        Case("atanh", 1, gives: .infinity),
        Case("atanh", 1.1, gives: .nan),
        Case("cos", 0, gives: 1),
        Case("cos", .infinity, gives: .nan),
        Case("cosh", 0, gives: 1),
        Case("sin", 0, gives: 0),
        Case("sin", .pi / 2, gives: 1),
        Case("sinh", -.infinity, gives: -.infinity),
        Case("tan", .pi / 4, gives: 0.9999999999999999),
        Case("tanh", .infinity, gives: 1),
        Case("deg", .pi, gives: 180),
        Case("rad", 180, gives: .pi),
        Case("clamp_min", 3, 5, gives: 5),
        Case("clamp_min", 7, 5, gives: 7),
        Case("clamp_min", 7, .nan, gives: .nan),
        Case("clamp_min", .nan, 5, gives: .nan),
        Case("clamp_max", 7, 5, gives: 5),
        Case("clamp_max", 3, 5, gives: 3),
        Case("clamp_max", 3, .nan, gives: .nan),
        Case("clamp", 7, 1, 5, gives: 5),
        Case("clamp", -7, 1, 5, gives: 1),
        Case("clamp", 3, 1, 5, gives: 3),
        Case("clamp", 3, 5, 1, gives: nil),
        Case("clamp", 3, 2, 2, gives: 2),
        Case("clamp", 3, .nan, 5, gives: .nan),
        Case("clamp", 3, 1, .nan, gives: .nan),
        Case("round", 2.5, gives: 3),
        Case("round", -2.5, gives: -2),
        Case("round", 2.4, gives: 2),
        Case("round", .infinity, gives: .infinity),
        Case("round", 2.34, 0.1, gives: 2.3),
        Case("round", 2.35, 0.5, gives: 2.5),
        Case("round", 12, 10, gives: 10),
        Case("round", 15, 10, gives: 20),
        Case("round", 5, 0, gives: .nan),
    ]

    @Test("each value is changed for itself", arguments: cases)
    func element(_ example: Case) throws {
        let function = try #require(ElementFunctions.named(example.name))
        var vectors = stepVectors([(["__name__": "x"], [example.value])])
        function.apply(to: &vectors, arguments: example.arguments.map { [$0] })
        let result = vectors.values[0].isStaleMarker ? nil : vectors.values[0]
        #expect(isClose(result, example.expected), "got \(String(describing: result))")
    }

    struct Moment: Sendable {
        let seconds: Double
        let parts: [Int]
    }

    /// Minute, hour, day of week, of month and of year, days in month, month, year.
    static let moments = [
        Moment(seconds: 0, parts: [0, 0, 4, 1, 1, 31, 1, 1970]),
        Moment(seconds: -1, parts: [59, 23, 3, 31, 365, 31, 12, 1969]),
        Moment(seconds: -0.9, parts: [0, 0, 4, 1, 1, 31, 1, 1970]),
        // The time that layouts of dates are written with.
        Moment(seconds: 1_136_239_445.9, parts: [4, 22, 1, 2, 2, 31, 1, 2006]),
        // A leap day.
        Moment(seconds: 951_782_400, parts: [0, 0, 2, 29, 60, 29, 2, 2000]),
        Moment(seconds: 978_307_199, parts: [59, 23, 0, 31, 366, 31, 12, 2000]),
        // February of a century that is no leap year.
        Moment(seconds: 4_107_542_400, parts: [0, 0, 1, 1, 60, 31, 3, 2100]),
    ]

    @Test("parts of a date are those of UTC", arguments: moments)
    func date(_ moment: Moment) throws {
        let names = ["minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month", "year"]
        for (name, part) in zip(names, moment.parts) {
            var vectors = stepVectors([([:], [moment.seconds])])
            try applyElementFunction(name, to: &vectors, [])
            #expect(vectors.values[0] == Double(part), "\(name)")
        }
    }

    @Test("what is no date is the last of all", arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, 9.3e18])
    func noDate(value: Double) throws {
        let expected = [
            "minute": 30.0, "hour": 15, "day_of_month": 4, "day_of_year": 339, "days_in_month": 31, "month": 12, "year": 292_277_026_596,
        ]
        for (name, part) in expected {
            var vectors = stepVectors([([:], [value])])
            try applyElementFunction(name, to: &vectors, [])
            #expect(vectors.values[0] == part, "\(name)")
        }
    }

    @Test("steps without a sample stay without, and arguments are those of the step")
    func steps() throws {
        var vectors = stepVectors([([:], [1, nil, 30]), (["a": "b"], [nil, 2, 3])])
        try applyElementFunction("clamp", to: &vectors, [[0, 0, 5], [0.5, 10, 4]])
        #expect(lines(vectors) == ["{} 0.5 _ _", "{a=\"b\"} _ 2 _"])
        try applyElementFunction("abs", to: &vectors, [])
        #expect(lines(vectors) == ["{} 0.5 _ _", "{a=\"b\"} _ 2 _"])
    }

    @Test("a vector without series stays so")
    func empty() throws {
        var vectors = StepVectors(steps: 3)
        try applyElementFunction("abs", to: &vectors, [])
        #expect(vectors.seriesCount == 0)
    }

    @Test("bounds of the query are seconds")
    func bounds() throws {
        let context = functionContext(steps: 3)
        for (name, expected) in [("start", 60.0), ("end", 180), ("range", 120), ("step", 60), ("pi", .pi)] {
            #expect(try callScalarFunction(name, [], context) == [expected, expected, expected])
        }
        #expect(try callScalarFunction("min_of", [[1, 5, 3], [2, 2, 3]], context) == [1, 2, 3])
        #expect(try callScalarFunction("max_of", [[1, 5, 3], [2, 2, 3]], context) == [2, 5, 3])
    }
}
