import PromQL
import Testing

@Suite("Durations as expressions")
struct DurationExpressionTests {
    /// The milliseconds of a window in a query with a step of 15 s over 10 minutes.
    private func window(_ text: String) throws -> Int64 {
        guard case .matrixSelector(let matrix) = try Expression.parse("foo[\(text)]") else { return -1 }
        return try matrix.window.positiveMilliseconds(step: 15_000, range: 600_000)
    }

    private func offset(_ text: String) throws -> Int64? {
        guard case .vectorSelector(let selector) = try Expression.parse("foo offset \(text)") else { return nil }
        return try selector.modifiers.offset?.milliseconds(step: 15_000, range: 600_000)
    }

    @Test("are computed in seconds")
    func values() throws {
        #expect(try window("5m") == 300_000)
        #expect(try window("1.5") == 1500)
        #expect(try window("5m + 30s * 2") == 360_000)
        #expect(try window("(5m + 30s) * 2") == 660_000)
        #expect(try window("2 ^ 3 ^ 2") == 512_000)
        #expect(try window("-2 ^ 2 + 10") == 6000)
        #expect(try window("(-2) ^ 2") == 4000)
        #expect(try window("7 % 4 - 1 / 2") == 2500)
        #expect(try window("step()") == 15_000)
        #expect(try window("range() / step()") == 40_000)
        #expect(try window("min_of(step(), 10) + MAX_OF(1m, 2m)") == 130_000)
        #expect(try window("5m * 0.3333") == 99_990)
    }

    @Test("behind offset only one piece is taken without parentheses")
    func offsets() throws {
        #expect(try offset("-1h") == -3_600_000)
        #expect(try offset("90") == 90_000)
        #expect(try offset("-(5m - 1m)") == -240_000)
        #expect(try offset("-step()") == -15_000)
        #expect(try offset("max_of(step(), 20)") == 20_000)
        #expect(try offset("(-5m)") == -300_000)
        #expect(try offset("1h + 1") == nil)
    }

    @Test(
        "are printed as they were grouped",
        arguments: [
            Vector("foo[5m+1m*2]", "foo[5m + 1m * 2]"),
            Vector("foo[(5m+1m)*2]", "foo[(5m + 1m) * 2]"),
            Vector("foo[(5m)]", "foo[5m]"),
            Vector("foo[(-2)^2]", "foo[(-2) ^ 2]"),
            Vector("foo[-(step()-1h):+STEP()]", "foo[-(step() - 1h):step()]"),
            Vector("foo[Min_Of(step(),1)]", "foo[min_of(step(), 1)]"),
            Vector("foo offset (5m+1m)", "foo offset (5m + 1m)"),
            Vector("foo offset -max_of(range(),1)", "foo offset -max_of(range(), 1)"),
            Vector("foo offset (((5m)))", "foo offset 5m"),
        ])
    func printing(_ vector: Vector) throws {
        let text = try printed(vector.text)
        #expect(text == vector.expected)
        #expect(try printed(text) == text)
    }

    @Test(
        "that cannot be durations are refused",
        arguments: [
            Vector("foo[0]", "1:5: parse error: duration must be greater than 0"),
            Vector("foo[5m:-1m]", "1:8: parse error: duration must be greater than 0"),
            Vector("foo[0.0001]", "1:5: parse error: duration must be greater than 0"),
            Vector("foo[1e10]", "1:5: parse error: duration out of range"),
            Vector("foo offset inf", "1:12: parse error: duration out of range"),
            Vector("foo[5m / 0]", "1:8: parse error: division by zero"),
            Vector("foo[5m % (0)]", "1:8: parse error: modulo by zero"),
            Vector(
                "foo[]", "1:5: parse error: unexpected \"]\" in subquery or range selector, expected number, duration, step(), or range()"),
            Vector("foo[5m 5m]", "1:8: parse error: unexpected duration \"5m\" in subquery or range, expected \":\" or \"]\""),
            Vector("foo[5m:1m 1]", "1:11: parse error: unexpected number \"1\" in subquery selector, expected \"]\""),
            Vector(
                "foo[5m:*]",
                "1:8: parse error: unexpected <op:*> in subquery selector, expected number, duration, step(), range(), or \"]\""),
        ])
    func refused(_ vector: Vector) { #expect(syntaxError(vector.text) == vector.expected) }

    @Test("that come out as nothing fail when they are evaluated")
    func evaluation() throws {
        #expect(throws: QueryError.self) { try window("step() - 15") }
        #expect(throws: QueryError.self) { try window("1 / (step() - 15)") }
        #expect(throws: QueryError.self) { try window("1 % (step() - 15)") }
        #expect(throws: QueryError.self) { try window("9e9 ^ 9") }
        #expect(try offset("(step() - 15)") == 0)
    }
}
