import PromQL
import Testing

@Suite("Static checks of expressions")
struct StaticCheckTests {
    private static let operatorsVectors: [Vector] = [
        Vector("foo and bool bar", "1:5: parse error: bool modifier can only be used on comparison operators"),
        Vector("foo +  bool  bar", "1:5: parse error: bool modifier can only be used on comparison operators"),
        Vector("1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier"),
        Vector("(1)\n> time()", "2:1: parse error: comparisons between scalars must use BOOL modifier"),
        Vector("foo + \"a\"", "1:7: parse error: binary expression must contain only scalar and instant vector types"),
        Vector("foo[5m] + foo", "1:1: parse error: binary expression must contain only scalar and instant vector types"),
        Vector("foo + on (a) 1", "1:1: parse error: vector matching only allowed between instant vectors"),
        Vector("1 + ignoring (a) 2", "1:1: parse error: vector matching only allowed between instant vectors"),
        Vector("foo + on (a) group_left (b, a) bar", "1:5: parse error: label \"a\" must not occur in ON and GROUP clause at once"),
        Vector("foo and on (a) group_left (b) bar", "1:1: parse error: no grouping allowed for \"and\" operation"),
        Vector("foo unless on (a) group_right bar", "1:1: parse error: no grouping allowed for \"unless\" operation"),
        Vector("foo and 1", "1:1: parse error: set operator \"and\" not allowed in binary scalar expression"),
        Vector("1 or 1", "1:1: parse error: set operator \"or\" not allowed in binary scalar expression"),
        Vector("-\"a\"", "1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got \"string\""),
        Vector(
            "1 + -foo[5m]",
            "1:5: parse error: unary expression only allowed on expressions of type scalar or instant vector, got \"range vector\""),
    ]

    private static let callsVectors: [Vector] = [
        Vector("rate(foo)", "1:6: parse error: expected type range vector in call to function \"rate\", got instant vector"),
        Vector("rate()", "1:1: parse error: expected 1 argument(s) in call to \"rate\", got 0"),
        Vector("1 + time(1)", "1:5: parse error: expected 0 argument(s) in call to \"time\", got 1"),
        Vector("round()", "1:1: parse error: expected at least 1 argument(s) in call to \"round\", got 0"),
        Vector("round(foo, 5, 6)", "1:1: parse error: expected at most 2 argument(s) in call to \"round\", got 3"),
        Vector("minute(foo, bar)", "1:1: parse error: expected at most 1 argument(s) in call to \"minute\", got 2"),
        Vector("label_join(foo, \"a\")", "1:1: parse error: expected at least 3 argument(s) in call to \"label_join\", got 2"),
        Vector(
            "label_join(foo, \"a\", \",\", \"b\", 1)",
            "1:32: parse error: expected type string in call to function \"label_join\", got scalar"),
        Vector("unknown(foo)", "1:1: parse error: unknown function with name \"unknown\""),
        Vector("RATE(foo[5m])", "1:1: parse error: unknown function with name \"RATE\""),
        Vector("info(foo)", "1:1: parse error: function \"info\" is not enabled"),
        Vector("1 + start()", "1:5: parse error: function \"start\" is not enabled"),
        Vector("rate(foo[5m],)", "1:13: parse error: trailing commas not allowed in function call args"),
        Vector("clamp(foo,,1)", "1:10: parse error: trailing commas not allowed in function call args"),
    ]

    private static let aggregationsVectors: [Vector] = [
        Vector("sum()", "1:1: parse error: no arguments for aggregate expression provided"),
        Vector("1 + sum by (a) ()", "1:5: parse error: no arguments for aggregate expression provided"),
        Vector("topk(foo)", "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1"),
        Vector("sum(foo, bar)", "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 1, got 2"),
        Vector("sum(foo[5m])", "1:5: parse error: expected type instant vector in aggregation expression, got range vector"),
        Vector("topk(foo, foo)", "1:6: parse error: expected type scalar in aggregation parameter, got instant vector"),
        Vector("count_values(1, foo)", "1:14: parse error: expected type string in aggregation parameter, got scalar"),
        Vector(
            "limitk(1, foo)",
            "1:1: parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions"),
        Vector("sum by (\"\") (foo)", "1:9: parse error: invalid label name for grouping: \"\""),
        Vector("sum by a (foo)", "1:8: parse error: unexpected identifier \"a\" in grouping opts, expected \"(\""),
        Vector("sum by (==) (foo)", "1:9: parse error: unexpected <op:==> in grouping opts, expected label"),
        Vector("sum by (without) (foo)", "1:9: parse error: unexpected <without> in grouping opts, expected label"),
        Vector("sum by (inf) (foo)", "1:9: parse error: unexpected number \"inf\" in grouping opts, expected label"),
        Vector("sum by (a b) (foo)", "1:11: parse error: unexpected identifier \"b\" in grouping opts, expected \",\" or \")\""),
        Vector("sum(foo bar)", "1:9: parse error: unexpected identifier \"bar\" in aggregation"),
        Vector("sum by (a) foo", "1:12: parse error: unexpected identifier \"foo\" in aggregation"),
        Vector("sum foo", "1:5: parse error: unexpected identifier \"foo\""),
    ]

    private static let modifiersVectors: [Vector] = [
        Vector("foo[5m][5m]", "1:8: parse error: ranges only allowed for vector selectors"),
        Vector("sum(foo)[5m]", "1:9: parse error: ranges only allowed for vector selectors"),
        Vector("foo offset 1h[5m]", "1:14: parse error: no offset modifiers allowed before range"),
        Vector("foo @ 10[5m]", "1:9: parse error: no @ modifiers allowed before range"),
        Vector("foo[5m][5m:]", "1:1: parse error: subquery is only allowed on instant vector, got matrix instead"),
        Vector("1[5m:]", "1:1: parse error: subquery is only allowed on instant vector, got scalar instead"),
        Vector(
            "sum(foo) offset 5m",
            "1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery"),
        Vector(
            "1 + (foo) @ 10",
            "1:5: parse error: @ modifier must be preceded by an instant vector selector or range vector selector or a subquery"),
        Vector("foo offset 1h offset 2h", "1:1: parse error: offset may not be set multiple times"),
        Vector("foo @ 10 offset 5m @ 20", "1:1: parse error: @ <timestamp> may not be set multiple times"),
        Vector("foo @ inf", "1:1: parse error: timestamp out of bounds for @ modifier: +Inf"),
        Vector("foo @ -nan", "1:1: parse error: timestamp out of bounds for @ modifier: NaN"),
        Vector("foo @ -1e13", "1:1: parse error: timestamp out of bounds for @ modifier: -10000000000000.000000"),
        Vector("foo @ x", "1:7: parse error: unexpected identifier \"x\" in @, expected timestamp"),
        Vector("foo @ start", "1:12: parse error: unexpected end of input in @, expected timestamp"),
        Vector("foo offset x", "1:12: parse error: unexpected identifier \"x\" in offset, expected number, duration, step(), or range()"),
        Vector("foo anchored", "1:1: parse error: anchored modifier is experimental and not enabled"),
        Vector("foo + fill(0) bar", "1:1: parse error: binop fill modifiers are experimental and not enabled"),
    ]

    private static let selectorsVectors: [Vector] = [
        Vector("{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"),
        Vector("1 + {a=~\".*\", b=\"\"}", "1:5: parse error: vector selector must contain at least one non-empty matcher"),
        Vector("foo{__name__=\"bar\"}", "1:1: parse error: metric name must not be set twice: \"foo\" or \"bar\""),
        Vector("foo{\"bar\"}", "1:1: parse error: metric name must not be set twice: \"foo\" or \"bar\""),
        Vector("{\"foo\", \"bar\"}", "1:1: parse error: metric name must not be set twice: \"foo\" or \"bar\""),
        Vector("foo{a b}", "1:7: parse error: unexpected identifier \"b\" in label matching, expected label matching operator"),
        Vector("foo{a=b}", "1:7: parse error: unexpected identifier \"b\" in label matching, expected string"),
        Vector("foo{,}", "1:5: parse error: unexpected \",\" in label matching, expected identifier or \"}\""),
        Vector("foo{a=\"b\" c=\"d\"}", "1:11: parse error: unexpected identifier \"c\" in label matching, expected \",\" or \"}\""),
        Vector("foo{a=~\"[b\"}", "1:5: parse error: error parsing regexp: missing closing ]: `[b`"),
        Vector("foo{a=~\"b)(c\"}", "1:5: parse error: error parsing regexp: unexpected ): `b)(c`"),
    ]

    private static let lexicalVectors: [Vector] = [
        Vector("", "1:1: parse error: no expression found in input"),
        Vector(" # nothing", "1:1: parse error: no expression found in input"),
        Vector("(foo", "1:5: parse error: unclosed left parenthesis"),
        Vector("foo)", "1:5: parse error: unexpected right parenthesis ')'"),
        Vector("foo]", "1:4: parse error: unexpected right bracket ']'"),
        Vector("foo}", "1:4: parse error: unexpected character: '}'"),
        Vector("foo{", "1:5: parse error: unexpected end of input inside braces"),
        Vector("foo{a=\"b\"", "1:10: parse error: unexpected end of input inside braces"),
        Vector("foo{{}", "1:5: parse error: unexpected left brace '{'"),
        Vector("foo{a@}", "1:6: parse error: unexpected character inside braces: '@'"),
        Vector("foo[5m", "1:7: parse error: unexpected end of input in duration expression"),
        Vector("foo[5m:1m:1m]", "1:11: parse error: unexpected repeated colon in duration expression"),
        Vector("foo[:5m]", "1:6: parse error: unexpected colon before duration in duration expression"),
        Vector("foo[x]", "1:5: parse error: unexpected character in duration expression: 'x'"),
        Vector("1 + \"foo", "1:5: parse error: unterminated quoted string"),
        Vector("'a\nb'", "1:1: parse error: unterminated quoted string"),
        Vector("`a", "1:1: parse error: unterminated raw string"),
        Vector("\"\\z\"", "1:1: parse error: unknown escape sequence U+007A 'z'"),
        Vector("\"\\400\"", "1:1: parse error: escape sequence is an invalid Unicode code point"),
        Vector("\"\\ud800\"", "1:1: parse error: escape sequence is an invalid Unicode code point"),
        Vector("\"\\xg0\"", "1:1: parse error: illegal character U+0067 'g' in escape sequence"),
        Vector("\"\u{FFFD}\"", "1:1: parse error: invalid UTF-8 rune"),
        Vector("1a", "1:1: parse error: bad number or duration syntax: \"1\""),
        Vector("1 + 1_", "1:5: parse error: bad number or duration syntax: \"1_\""),
        Vector("1__0", "1:1: parse error: bad number or duration syntax: \"1_\""),
        Vector("1e", "1:1: parse error: bad number or duration syntax: \"1e\""),
        Vector("1.2.3", "1:1: parse error: bad number or duration syntax: \"1.2.\""),
        Vector("0x1.8", "1:1: parse error: bad number or duration syntax: \"0x1.\""),
        Vector("1.5m", "1:1: parse error: unknown unit \".\" in duration \"1.5m\""),
        Vector("5m1h", "1:1: parse error: not a valid duration string: \"5m1h\""),
        Vector("foo[300y]", "1:5: parse error: duration out of range"),
        Vector("1e400", "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"1e400\": value out of range"),
        Vector("foo ä", "1:5: parse error: unexpected character: 'ä'"),
        Vector("foo{ä=\"b\"}", "1:5: parse error: unexpected character inside braces: 'ä'"),
        Vector("'ä' ä", "1:6: parse error: unexpected character: 'ä'"),
        Vector("foo ! bar", "1:5: parse error: unexpected character after '!': ' '"),
        Vector("foo =~ bar", "1:5: parse error: unexpected character after '=': '~'"),
        Vector("foo = bar", "1:5: parse error: unexpected \"=\""),
        Vector("1 +", "1:4: parse error: unexpected end of input"),
        Vector("foo \"a long string\"", "1:5: parse error: unexpected string \"\\\"a long st\"..."),
        Vector("by(foo)", "1:3: parse error: unexpected \"(\""),
        Vector("bool", "1:1: parse error: unexpected <bool>"),
        Vector("foo bar", "1:5: parse error: unexpected identifier \"bar\""),
        Vector("foo start", "1:5: parse error: unexpected \"start\""),
        Vector("foo a:b", "1:5: parse error: unexpected metric identifier \"a:b\""),
        Vector("foo\n+\nsum(bar # )\n baz)", "4:2: parse error: unexpected identifier \"baz\" in aggregation"),
    ]

    @Test("operators check their sides", arguments: operatorsVectors)
    func operators(_ vector: Vector) { #expect(syntaxError(vector.text) == vector.expected) }

    @Test("functions check their arguments", arguments: callsVectors)
    func calls(_ vector: Vector) { #expect(syntaxError(vector.text) == vector.expected) }

    @Test("aggregations check arguments and labels", arguments: aggregationsVectors)
    func aggregations(_ vector: Vector) { #expect(syntaxError(vector.text) == vector.expected) }

    @Test("ranges, offsets and @ stand only where they mean something", arguments: modifiersVectors)
    func modifiers(_ vector: Vector) { #expect(syntaxError(vector.text) == vector.expected) }

    @Test("selectors check their matchers", arguments: selectorsVectors)
    func selectors(_ vector: Vector) { #expect(syntaxError(vector.text) == vector.expected) }

    @Test("what is no token, or stands in the wrong place, is told with its place", arguments: lexicalVectors)
    func lexical(_ vector: Vector) { #expect(syntaxError(vector.text) == vector.expected) }

    @Test("only the first of several errors is told")
    func first() { #expect(syntaxError("rate(foo) + rate(bar)")?.hasPrefix("1:6:") == true) }

    @Test("an error's parts agree with its text")
    func parts() {
        #expect(throws: PromQLSyntaxError.self) { try Expression.parse("a +\n b[5m] + 1") }
        do throws(PromQLSyntaxError) {
            _ = try Expression.parse("a +\n b[5m] + 1")
        } catch {
            #expect((error.line, error.column) == (2, 2))
            #expect(error.range == SourceRange(5, 10))
            #expect(error.description == "2:2: parse error: \(error.message)")
        }
    }
}
