import Testing

@testable import PromQLTesting

@Suite struct ScriptRunnerTests {
    private func run(_ script: String) -> (passed: Int, failed: [Int], skipped: [Int]) {
        let report = ScriptRunner.run(script)
        return (report.passed, report.failures.map(\.line), report.skips.map(\.line))
    }

    @Test("what is as expected passes, instant and range, vectors and scalars")
    func passes() {
        let outcome = run(
            """
            load 1m
              m{a="1"} 0+1x10
              m{a="2"} 5x10

            eval instant at 5m m
              m{a="1"} 5
              m{a="2"} 5

            eval range from 1m to 3m step 1m sum(m)
              {} 6 7 8

            eval instant at 1m 1 + 1
              2

            eval instant at 0 "text"
              expect string "text"
            """)
        #expect(outcome.passed == 4)
        #expect(outcome.failed == [])
    }

    @Test(
        "what differs fails: a value, a missing series, one too many, another type, an order, a gap",
        arguments: [
            "eval instant at 1m m\n  m 2", "eval instant at 1m m\n  m 1\n  n 1", "eval instant at 1m m", "eval instant at 1m m\n  1",
            "eval instant at 1m 1\n  {} 1", "eval instant at 1m sort(m or n)\n  expect ordered\n  n 7\n  m 1",
            "eval range from 0 to 2m step 1m m\n  m 0 _ 2", "eval range from 0 to 2m step 1m m\n  m 0 1",
            "eval instant at 1m m\n  expect fail",
            "eval instant at 1m m +", "eval instant at 1m quantile(2, m)\n  expect no_warn\n  {} Inf",
            "eval instant at 1m m\n  expect info\n  m 1",
            "eval instant at 1m label_replace(m, \"a\", \"b\", \"c\", \"(\")\n  expect fail msg: another text",
        ])
    func fails(evaluation: String) {
        let outcome = run("load 1m\n  m 0+1x5\n  n 7x5\n\n" + evaluation)
        #expect(outcome.passed == 0)
        #expect(outcome.failed == [5])
    }

    @Test("an expected zero is exact, any NaN is any other, a stale marker only itself")
    func comparison() {
        #expect(ValueComparison.almostEqual(1, 1 + 1e-7))
        #expect(!ValueComparison.almostEqual(1, 1.001))
        #expect(!ValueComparison.almostEqual(0, 1e-12))
        #expect(ValueComparison.almostEqual(.nan, Double(bitPattern: 0x7ff8_0000_0000_0001)))
        #expect(!ValueComparison.almostEqual(.nan, Double(bitPattern: 0x7ff0_0000_0000_0002)))
        #expect(ValueComparison.almostEqual(.infinity, .infinity))
        #expect(!ValueComparison.almostEqual(.infinity, -.infinity))
    }

    @Test("cases that need native histograms are skipped, whether they expect or select them")
    func skips() {
        let outcome = run(
            """
            load 1m
              h {{schema:0 sum:1 count:1}}
              m 1

            eval instant at 0 h

            eval instant at 0 m
              {} {{count:1}}

            eval instant at 0 m
              m 1
            """)
        #expect(outcome.skipped == [5, 7])
        #expect(outcome.passed == 1)
        #expect(outcome.failed == [])
    }

    @Test("a line that cannot be read fails with its number and does not stop the script")
    func unreadable() {
        let outcome = run("load 1m\n  m 1\n\nnonsense\n\nload 1x\n  m 1\n\neval instant at 0 m\n  m 1\n")
        #expect(outcome.failed == [4, 6])
        #expect(outcome.passed == 1)
    }

    @Test("clear forgets all series")
    func clear() {
        #expect(run("load 1m\n  m 1\n\nclear\n\neval instant at 0 m\n").passed == 1)
    }
}
