import Testing

@testable import PromQL

@Suite("rate and its relatives")
struct RateTests {
    @Test("samples that reach both edges count as they are")
    func full() throws {
        // 10…60 s: 50 s sampled, 10 s to the start (one interval), none to the end: 50 · 60/50.
        let samples = everyTenSeconds(100, 110, 120, 130, 140, 150)
        #expect(isClose(try overRange("increase", samples), 60))
        #expect(isClose(try overRange("rate", samples), 1))
        #expect(isClose(try overRange("delta", samples), 60))
    }

    @Test("an edge farther than 1.1 intervals is extended by half an interval")
    func farEdges() throws {
        // 30…50 s, 10 s apart: 30 s to the start becomes 5; 10 s to the end stays: 20 · 35/20.
        let samples: [(Int64, Double)] = [(30, 1000), (40, 1010), (50, 1020)]
        #expect(isClose(try overRange("increase", samples), 35))
        #expect(isClose(try overRange("increase", samples, to: 300), 20 * 30 / 20))
        #expect(isClose(try overRange("rate", samples, to: 300), 30.0 / 300))
    }

    @Test("an edge of exactly 1.1 intervals counts as far")
    func threshold() throws {
        let samples: [(Int64, Double)] = [(11, 1000), (21, 1010), (31, 1020)]
        #expect(isClose(try overRange("increase", samples, to: 31), 20 * 25 / 20))
    }

    @Test("a counter is not extended below zero, and the limit is taken after the threshold")
    func zero() throws {
        // 2 at 10 s, growing by 1 a second: zero was at 8 s.
        #expect(isClose(try overRange("increase", [(10, 2), (20, 12), (30, 22)], to: 30), 20 * 22 / 20))
        // The edge is far (25 s ≥ 11 s), so it is 5 s; zero lies 20 · 10/20 = 10 s back, which does not matter.
        #expect(isClose(try overRange("increase", [(25, 10), (35, 20), (45, 30)], to: 45), 20 * 25 / 20))
        // A gauge has no zero.
        #expect(isClose(try overRange("delta", [(10, 2), (20, 12), (30, 22)], to: 30), 30))
        // A counter that starts at zero is not extended to the left at all.
        #expect(isClose(try overRange("increase", [(10, 0), (20, 10), (30, 20)], to: 30), 20))
    }

    @Test("a reset adds what was reached before it")
    func resets() throws {
        // 3 - 100 + 110 + 5 = 18 over 30 s; 10 s to the start, none to the end.
        let samples: [(Int64, Double)] = [(10, 100), (20, 110), (30, 5), (40, 3)]
        #expect(isClose(try overRange("increase", samples, to: 40), 18.0 * 40 / 30))
        #expect(isClose(try overRange("delta", samples, to: 40), -97.0 * 40 / 30))
    }

    @Test("a window with one sample gives nothing", arguments: ["rate", "increase", "delta", "irate", "idelta", "deriv"])
    func single(name: String) throws {
        #expect(try overRange(name, [(10, 1)]) == nil)
    }

    @Test("a NaN at an end makes the result NaN", arguments: ["rate", "increase", "delta"])
    func notANumber(name: String) throws {
        #expect(try overRange(name, everyTenSeconds(.nan, 2, 3))?.isNaN == true)
        #expect(try overRange(name, everyTenSeconds(1, 2, .nan))?.isNaN == true)
    }

    @Test("irate and idelta look at the last two samples")
    func last() throws {
        #expect(isClose(try overRange("irate", everyTenSeconds(0, 5, 25)), 2))
        #expect(isClose(try overRange("idelta", everyTenSeconds(0, 5, 25)), 20))
        #expect(isClose(try overRange("irate", everyTenSeconds(0, 50, 20)), 2))
        #expect(isClose(try overRange("idelta", everyTenSeconds(0, 50, 20)), -30))
        #expect(try overRange("irate", [(10, 1), (10, 2)]) == nil)
        #expect(try overRange("idelta", [(10, 1), (10, 2)]) == nil)
    }

    @Test("changes and resets count neighbours")
    func neighbours() throws {
        #expect(try overRange("changes", everyTenSeconds(1, 1, 2, 1, 1)) == 2)
        #expect(try overRange("changes", everyTenSeconds(.nan, .nan, 1, .nan)) == 2)
        #expect(try overRange("changes", everyTenSeconds(7)) == 0)
        #expect(try overRange("resets", everyTenSeconds(1, 2, 1, 3, 0)) == 2)
        #expect(try overRange("resets", everyTenSeconds(1)) == 0)
        #expect(try overRange("resets", everyTenSeconds(1, .nan, 0)) == 0)
    }

    @Test("deriv is the slope of the regression line")
    func slope() throws {
        #expect(isClose(try overRange("deriv", everyTenSeconds(0, 10, 20, 30)), 1))
        // Values 1, 2, 4 at 0, 10, 20 s from the first: (10·20 + 20·40 …): slope = 30/200.
        #expect(isClose(try overRange("deriv", everyTenSeconds(1, 2, 4)), 0.15))
        #expect(try overRange("deriv", everyTenSeconds(5, 5, 5)) == 0)
        #expect(try overRange("deriv", everyTenSeconds(.infinity, .infinity))?.isNaN == true)
    }

    @Test("predict_linear goes on from the evaluation time")
    func prediction() throws {
        let samples = everyTenSeconds(0, 10, 20, 30)
        // 1 a second, 30 at 40 s.
        #expect(isClose(try overRange("predict_linear", samples, to: 40, at: 40, 60), 90))
        #expect(isClose(try overRange("predict_linear", samples, to: 40, at: 100, 60), 150))
        #expect(isClose(try overRange("predict_linear", samples, to: 40, at: 40, -40), -10))
        #expect(try overRange("predict_linear", everyTenSeconds(5, 5), 60) == 5)
        #expect(try overRange("predict_linear", everyTenSeconds(5), 60) == nil)
        #expect(try overRange("predict_linear", everyTenSeconds(.infinity, .infinity), 60)?.isNaN == true)
    }

    @Test("the name of a rated series is looked at", arguments: ["x_total", "x_sum", "x_count", "x_bucket", ""])
    func counterNames(name: String) {
        var annotations = Annotations()
        RangeFunctions.noteCounterName(
            of: SeriesLabels(labels: name.isEmpty ? ["a": "b"] : ["__name__": name], dropsName: false), in: functionContext(), &annotations)
        #expect(annotations.isEmpty)
    }

    @Test("a name without a counter's ending gives an info, unless it was removed")
    func gaugeName() {
        var annotations = Annotations()
        let series = SeriesLabels(labels: ["__name__": "up"], dropsName: true)
        RangeFunctions.noteCounterName(of: series, in: functionContext(), &annotations)
        #expect(annotations.isEmpty)
        RangeFunctions.noteCounterName(of: series, in: functionContext(delayed: true), &annotations)
        #expect(
            annotations.infos == [
                Annotations.Note(
                    text: "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"up\"",
                    range: SourceRange(10, 11))
            ])
    }
}
