import Labels
import Testing

@testable import PromQLTesting

@Suite struct SeriesNotationTests {
    @Test(
        "values stand for what reference 7.3 says",
        arguments: [
            ("1 2 3", [1, 2, 3]), ("_ 1 _x2 2", [nil, 1, nil, nil, 2]), ("5x2", [5, 5, 5]), ("0+10x3", [0, 10, 20, 30]),
            ("10-2x2", [10, 8, 6]), ("-1 +2 1e3 .5 5.", [-1, 2, 1000, 0.5, 5]), ("-1-1x1", [-1, -2]),
            ("Inf -Inf", [.infinity, -.infinity]),
            ("1e+2x1", [100, 100]), ("", []), ("  7  ", [7]), ("0x2", [0, 0, 0]),
        ] as [(String, [Double?])])
    func values(text: String, expected: [Double?]) throws {
        #expect(try SeriesNotation.values(text) == expected.map { $0.map { .sample($0) } ?? .gap })
    }

    @Test("stale gives the stale marker's bits")
    func stale() throws {
        guard case .sample(let value)? = try SeriesNotation.values("stale").first else { return #expect(Bool(false), "no sample") }
        #expect(value.bitPattern == 0x7ff0_0000_0000_0002)
        #expect(try SeriesNotation.values("stalex2").count == 3)
    }

    @Test("native histograms are read over, blanks inside them too")
    func histograms() throws {
        #expect(
            try SeriesNotation.values("1 {{schema:1 sum:2 count:3}}x2 {{}}+{{sum:1}}x1 _") == [.sample(1)]
                + Array(repeating: .histogram, count: 5) + [.gap])
    }

    @Test(
        "what is not in the notation is refused with what was found",
        arguments: ["abc", "1,2", "1x", "1+x2", "1+2", "0x1F", "{{schema:1", "1x99999999999", "--1", "1 2 _3"])
    func refused(text: String) {
        #expect(throws: NotationError.self) { try SeriesNotation.values(text) }
    }

    @Test(
        "labels may stand with or without a name, quoted or not",
        arguments: [
            ("up", ["__name__": "up"]), ("{}", [:]), ("a:b{x=\"1\", y='2',}", ["__name__": "a:b", "x": "1", "y": "2"]),
            ("{\"metric.name\", \"l.x\"=\"v\\n\"}", ["__name__": "metric.name", "l.x": "v\n"]),
            ("m{a=`raw\\n`, b=\"\"}", ["__name__": "m", "a": "raw\\n"]),
        ] as [(String, [String: String])])
    func labels(text: String, expected: [String: String]) throws {
        #expect(try SeriesNotation.labels(text) == LabelSet(expected))
    }

    @Test("labels that are not whole are refused", arguments: ["", "{", "m{a}", "m{a=1}", "m{a=\"1}", "m{a=\"1\" b=\"2\"}", "m{} x"])
    func refusedLabels(text: String) {
        #expect(throws: NotationError.self) { try SeriesNotation.labels(text) }
    }
}
