import PromQL
import Testing

@Suite("Experimental syntax")
struct ExperimentalSyntaxTests {
    @Test(
        "is read and printed where it is enabled",
        arguments: [
            Vector("limitk by (a) (2, foo)", "limitk by (a) (2, foo)"),
            Vector("limit_ratio(-0.5, foo)", "limit_ratio(-0.5, foo)"),
            Vector("info(foo, {a=~\".*\"})", "info(foo, {a=~\".*\"})"),
            Vector("start() + end() + step() + range()", "start() + end() + step() + range()"),
            Vector("max_of(1, min_of(2, 3))", "max_of(1, min_of(2, 3))"),
            Vector("sort_by_label(foo, \"a\", \"b\")", "sort_by_label(foo, \"a\", \"b\")"),
            Vector("rate(foo[5m] ANCHORED offset 1m)", "rate(foo[5m] anchored offset 1m)"),
            Vector("foo smoothed", "foo smoothed"),
            Vector("a + fill(-1) b", "a + fill (-1) b"),
            Vector("a == bool on (x) fill_right (2) fill_left(5m) b", "a == bool on (x) fill_left (300) fill_right (2) b"),
        ])
    func enabled(_ vector: Vector) throws {
        let text = try printed(vector.text, options: .all)
        #expect(text == vector.expected)
        #expect(try printed(text, options: .all) == text)
    }

    @Test(
        "keeps its own rules",
        arguments: [
            Vector("foo anchored smoothed", "1:1: parse error: anchored and smoothed modifiers cannot be used together"),
            Vector("sum(foo) anchored", "1:1: parse error: anchored modifier must be preceded by an instant or range vector selector"),
            Vector("a and fill(1) b", "1:1: parse error: filling in missing series not allowed for set operators"),
            Vector("a + fill(1) 2", "1:1: parse error: filling in missing series only allowed between instant vectors"),
            Vector("info(foo, bar)", "1:11: parse error: expected label selectors only, got vector selector instead"),
            Vector("info(foo, 1)", "1:1: parse error: expected type instant vector in call to function \"info\", got scalar"),
            Vector("limitk(foo)", "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1"),
        ])
    func rules(_ vector: Vector) { #expect(syntaxError(vector.text, options: .all) == vector.expected) }

    @Test("fill is an ordinary name without a parenthesis behind it")
    func fillAsName() throws { #expect(try printed("a + fill") == "a + fill") }

    @Test("every function is told apart by its name, with types that its count of arguments fits")
    func table() throws {
        for function in FunctionSignature.all {
            #expect(FunctionSignature.named(function.name) == function)
            #expect(function.variadic == 0 || !function.argumentTypes.isEmpty)
            let arguments = function.argumentTypes.map { type in
                switch type {
                case .scalar: "1"
                case .string: "\"a\""
                case .vector: function.name == "info" ? "{a=\"b\"}" : "v"
                case .matrix: "m[5m]"
                }
            }
            let text = "\(function.name)(\(arguments.joined(separator: ", ")))"
            let expression = try Expression.parse(text, options: .all)
            #expect(expression.description == text)
            #expect(expression.type == function.returnType)
            guard function.isExperimental else { continue }
            #expect(syntaxError(text) == "1:1: parse error: function \"\(function.name)\" is not enabled")
        }
        #expect(FunctionSignature.all.filter { !$0.isExperimental }.count == 73)
        #expect(FunctionSignature.named("Rate") == nil)
    }
}
