import Labels
import PromQL
import Testing

@Suite("The tree of an expression")
struct ExpressionShapeTests {
    /// The expression with every operation in brackets.
    private func shape(_ text: String) throws -> String { shape(try Expression.parse(text)) }

    private func shape(_ expression: Expression) -> String {
        switch expression {
        case .binary(let binary): "[\(shape(binary.left)) \(binary.op.rawValue) \(shape(binary.right))]"
        case .unary(let unary): "[\(unary.isNegation ? "-" : "+")\(shape(unary.operand))]"
        case .parentheses(let parentheses): "(\(shape(parentheses.expression)))"
        case .call(let call): "\(call.function.name)(\(call.arguments.map(shape).joined(separator: " ")))"
        default: expression.description
        }
    }

    @Test(
        "operators bind as Prometheus has it",
        arguments: [
            Vector("a or b and c", "[a or [b and c]]"),
            Vector("a and b unless c or d", "[[[a and b] unless c] or d]"),
            Vector("a and b == c", "[a and [b == c]]"),
            Vector("a == b + c", "[a == [b + c]]"),
            Vector("a < b <= c", "[[a < b] <= c]"),
            Vector("a + b * c", "[a + [b * c]]"),
            Vector("a - b - c", "[[a - b] - c]"),
            Vector("a * b / c % d atan2 e", "[[[[a * b] / c] % d] atan2 e]"),
            Vector("a * b ^ c", "[a * [b ^ c]]"),
            Vector("a ^ b ^ c", "[a ^ [b ^ c]]"),
            Vector("-a ^ b", "[-[a ^ b]]"),
            Vector("-a * b", "[[-a] * b]"),
            Vector("-1 ^ 2", "[-[1 ^ 2]]"),
            Vector("2 ^ -1", "[2 ^ -1]"),
            Vector("2 ^ -1 ^ 2", "[2 ^ [-[1 ^ 2]]]"),
            Vector("2 ^ -a * 3", "[[2 ^ [-a]] * 3]"),
            Vector("--a", "[-[-a]]"),
            Vector("- -1 + +2", "[1 + 2]"),
            Vector("-(1)", "[-(1)]"),
            Vector("a </ b >/ c + d", "[[a </ b] >/ [c + d]]"),
            Vector("-foo offset 5m", "[-foo offset 5m]"),
            Vector("a + b offset 5m ^ 2", "[a + [b offset 5m ^ 2]]"),
            Vector("foo offset -2 ^ 2", "[foo offset -2s ^ 2]"),
            Vector("a AND b Or c", "[[a and b] or c]"),
        ])
    func precedence(_ vector: Vector) throws { #expect(try shape(vector.text) == vector.expected) }

    @Test(
        "keywords can name metrics",
        arguments: [
            "sum", "by", "without", "offset", "start", "end", "and", "or", "unless", "topk", "step", "range", "anchored", "smoothed",
            "group",
        ])
    func keywordsAsNames(_ word: String) throws {
        guard case .vectorSelector(let selector) = try Expression.parse(word) else { return #expect(Bool(false), "\(word) is no selector") }
        #expect(selector.name == word)
        #expect(selector.matchers == [Matcher(name: "__name__", equals: word)])
        #expect(try printed("\(word){a=\"b\"} + \(word) offset 5m") == "\(word){a=\"b\"} + \(word) offset 5m")
    }

    @Test("these keywords name no metric", arguments: ["bool", "on", "ignoring", "group_left", "group_right", "atan2"])
    func keywordsAsNoNames(_ word: String) { #expect(syntaxError(word)?.hasPrefix("1:1: parse error: unexpected <") == true) }

    @Test("keywords name labels in matchers and in lists")
    func keywordsAsLabels() throws {
        let text = "sum by (by, on, bool, ignoring, group_left, start, end, atan2, sum) (foo{bool=\"1\",inf=\"2\",without=\"3\"})"
        #expect(try printed(text) == text)
    }

    @Test("matchers stand in source order behind the name's")
    func matchers() throws {
        guard case .vectorSelector(let selector) = try Expression.parse("foo{b!='1',\"a.b\"=~`x|y`,c!~'z',}") else { return }
        let texts = selector.matchers.map { "\($0.name)\($0.operation.symbol)\($0.value)" }
        #expect(texts == ["__name__=foo", "b!=1", "a.b=~x|y", "c!~z"])
    }

    @Test("a dot matches a newline, and the whole value must match")
    func regexes() throws {
        guard case .vectorSelector(let selector) = try Expression.parse("foo{a=~\"x.y\"}") else { return }
        let matcher = selector.matchers[1]
        #expect(matcher.matches(value: "x\ny"))
        #expect(!matcher.matches(value: "x-yz"))
    }

    @Test("a quoted name in braces is the name, but not in front of them")
    func quotedNames() throws {
        guard case .vectorSelector(let selector) = try Expression.parse("{a=\"b\", \"metric.name\"}") else { return }
        #expect(selector.name == nil)
        #expect(selector.matchers.last == Matcher(name: "__name__", equals: "metric.name"))
    }

    @Test("every node knows its place")
    func ranges() throws {
        let text = "sum by (a) (rate(foo{x=\"y\"}[5m] offset 1h)) / (bar @ 10)"
        guard case .binary(let division) = try Expression.parse(text), case .aggregation(let sum) = division.left,
            case .call(let rate) = sum.argument
        else { return #expect(Bool(false), "another shape") }
        func part(_ range: SourceRange) -> String { String(decoding: Array(text.utf8)[range.start..<range.end], as: UTF8.self) }
        #expect(part(division.range) == text)
        #expect(part(sum.range) == "sum by (a) (rate(foo{x=\"y\"}[5m] offset 1h))")
        #expect(part(rate.range) == "rate(foo{x=\"y\"}[5m] offset 1h)")
        #expect(part(rate.arguments[0].range) == "foo{x=\"y\"}[5m] offset 1h")
        #expect(part(division.right.range) == "(bar @ 10)")
        #expect(part(division.right.children[0].range) == "bar @ 10")
    }

    @Test("places count lines, and bytes in a line")
    func positions() {
        let text = "ä +\n foo"
        #expect(SourceRange(0, 1).position(in: text) == (1, 1))
        #expect(SourceRange(3, 4).position(in: text) == (1, 4))
        #expect(SourceRange(6, 9).position(in: text) == (2, 2))
    }

    @Test("set operators match many to many, operators with scalars match nothing")
    func matching() throws {
        guard case .binary(let and) = try Expression.parse("a and on (x) b"), case .binary(let sum) = try Expression.parse("a + 1"),
            case .binary(let division) = try Expression.parse("a / ignoring (x, y) group_right (z) b")
        else { return #expect(Bool(false), "no operators") }
        #expect(and.matching?.cardinality == .manyToMany)
        #expect(and.matching?.isOn == true)
        #expect(sum.matching == nil)
        #expect(division.matching?.cardinality == .oneToMany)
        #expect(division.matching?.labels == ["x", "y"])
        #expect(division.matching?.include == ["z"])
    }

    @Test("strings keep bytes that are no UTF-8")
    func strings() throws {
        guard case .string(let literal) = try Expression.parse("'a\\xc5z\\101\\u00e4\\n\\''") else { return }
        #expect(literal.invalidBytes == [0x61, 0xc5, 0x7a, 0x41, 0xc3, 0xa4, 0x0a, 0x27])
        #expect(try printed("\"a\\xc5z\"") == "\"a\\xc5z\"")
        guard case .string(let plain) = try Expression.parse("`a\\n\nb`") else { return }
        #expect(plain.value == "a\\n\nb")
        #expect(plain.invalidBytes == nil)
    }

    @Test("types are those of reference 3.2")
    func types() throws {
        #expect(try Expression.parse("(1 + 2)").type == .scalar)
        #expect(try Expression.parse("1 + foo").type == .vector)
        #expect(try Expression.parse("-foo").type == .vector)
        #expect(try Expression.parse("'a'").type == .string)
        #expect(try Expression.parse("foo[5m]").type == .matrix)
        #expect(try Expression.parse("foo[5m:]").type == .matrix)
        #expect(try Expression.parse("scalar(foo)").type == .scalar)
    }

    @Test("nesting has a limit, far below the stack's")
    func nesting() throws {
        let deep = String(repeating: "(", count: 100_000) + "1" + String(repeating: ")", count: 100_000)
        #expect(syntaxError(deep) == "1:402: parse error: expression is nested more than 400 levels deep")
        #expect(syntaxError(String(repeating: "-", count: 100_000) + "a")?.hasSuffix("levels deep") == true)
        #expect(syntaxError(String(repeating: "abs(", count: 100_000))?.hasSuffix("levels deep") == true)
        #expect(syntaxError("a" + String(repeating: "^a", count: 100_000))?.hasSuffix("levels deep") == true)
        #expect(syntaxError("a" + String(repeating: "+a", count: 100_000))?.hasSuffix("levels deep") == true)
        #expect(syntaxError("a" + String(repeating: "[1m:]", count: 100_000))?.hasSuffix("levels deep") == true)
        #expect(syntaxError("a[" + String(repeating: "(", count: 100_000))?.hasSuffix("levels deep") == true)
        #expect(syntaxError("a[" + String(repeating: "-", count: 100_000))?.hasSuffix("levels deep") == true)
        #expect(syntaxError("a[" + String(repeating: "1+", count: 100_000) + "1]")?.hasSuffix("operators in a row") == true)
        let inside = String(repeating: "(", count: 400) + "+Inf" + String(repeating: ")", count: 400)
        #expect(try printed(inside) == inside)
        let wide = "a" + String(repeating: " or a", count: Expression.maximumDepth - 1)
        #expect(try printed(wide) == wide)
    }
}
