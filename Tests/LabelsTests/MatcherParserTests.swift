import Labels
import Testing

/// What a grammar makes of an input: its printed matchers, or nil for an error.
private func reading(_ mode: MatcherMode, _ input: String) -> String? {
    (try? MatcherParser(mode: mode).parseList(input))?.0.description
}

/// One input and what the three modes make of it.
struct MatcherVector: CustomTestStringConvertible, Sendable {
    var input: String
    var utf8: String?
    var classic: String?
    var fallback: String?
    var warns = false
    var testDescription: String { input }
}

@Suite("Matcher grammars (reference 2.1–2.4)")
struct MatcherParserTests {
    static let vectors: [MatcherVector] = [
        MatcherVector(input: "foo=bar", utf8: #"{foo="bar"}"#, classic: #"{foo="bar"}"#, fallback: #"{foo="bar"}"#),
        MatcherVector(input: #"{foo="bar",}"#, utf8: #"{foo="bar"}"#, classic: #"{foo="bar"}"#, fallback: #"{foo="bar"}"#),
        MatcherVector(
            input: #"foo = "a,b" , x!~"y""#, utf8: #"{foo="a,b",x!~"y"}"#, classic: #"{foo="a,b",x!~"y"}"#, fallback: #"{foo="a,b",x!~"y"}"#
        ),
        MatcherVector(input: "foo=", utf8: nil, classic: #"{foo=""}"#, fallback: #"{foo=""}"#, warns: true),
        MatcherVector(input: "foo==bar", utf8: nil, classic: #"{foo="=bar"}"#, fallback: #"{foo="=bar"}"#, warns: true),
        MatcherVector(input: "foo=a b", utf8: nil, classic: #"{foo="a b"}"#, fallback: #"{foo="a b"}"#, warns: true),
        MatcherVector(input: #"foo=~\d+"#, utf8: nil, classic: #"{foo=~"\\d+"}"#, fallback: #"{foo=~"\\d+"}"#, warns: true),
        MatcherVector(input: #"foo=~"\d+""#, utf8: nil, classic: #"{foo=~"\\d+"}"#, fallback: #"{foo=~"\\d+"}"#, warns: true),
        MatcherVector(input: #"foo=~"\\d+""#, utf8: #"{foo=~"\\d+"}"#, classic: #"{foo=~"\\d+"}"#, fallback: #"{foo=~"\\d+"}"#),
        MatcherVector(input: #"foo="\t""#, utf8: "{foo=\"\t\"}", classic: #"{foo="\\t"}"#, fallback: #"{foo="\\t"}"#, warns: true),
        MatcherVector(
            input: #"foo="\xf0\x9f\x99\x82""#, utf8: #"{foo="🙂"}"#, classic: #"{foo="\\xf0\\x9f\\x99\\x82"}"#,
            fallback: #"{foo="\\xf0\\x9f\\x99\\x82"}"#, warns: true),
        MatcherVector(input: "🙂=x", utf8: #"{🙂="x"}"#, classic: nil, fallback: #"{🙂="x"}"#),
        MatcherVector(input: #""my label"="x""#, utf8: #"{"my label"="x"}"#, classic: nil, fallback: #"{"my label"="x"}"#),
        MatcherVector(input: #"name-with-dash="x""#, utf8: #"{name-with-dash="x"}"#, classic: nil, fallback: #"{name-with-dash="x"}"#),
        MatcherVector(input: "{foo=bar}}", utf8: nil, classic: #"{foo="bar}"}"#, fallback: #"{foo="bar}"}"#, warns: true),
        MatcherVector(input: "{foo=bar", utf8: nil, classic: #"{foo="bar"}"#, fallback: #"{foo="bar"}"#, warns: true),
        MatcherVector(input: #"foo="bar"#, utf8: nil, classic: nil, fallback: nil),
        MatcherVector(input: "{,}", utf8: nil, classic: nil, fallback: nil),
        MatcherVector(input: ",", utf8: nil, classic: nil, fallback: nil),
        MatcherVector(input: #"foo=~"a[b""#, utf8: nil, classic: nil, fallback: nil),
        MatcherVector(input: "", utf8: "{}", classic: "{}", fallback: "{}"),
        MatcherVector(input: "{}", utf8: "{}", classic: "{}", fallback: "{}"),
        MatcherVector(input: " { foo = bar , } ", utf8: #"{foo="bar"}"#, classic: nil, fallback: #"{foo="bar"}"#),
        MatcherVector(
            input: "foo=bar,bar=baz,", utf8: #"{foo="bar",bar="baz"}"#, classic: #"{foo="bar",bar="baz"}"#,
            fallback: #"{foo="bar",bar="baz"}"#),
        MatcherVector(input: "foo=bar,,bar=baz", utf8: nil, classic: nil, fallback: nil),
        MatcherVector(input: #"a:b="c""#, utf8: #"{a:b="c"}"#, classic: #"{a:b="c"}"#, fallback: #"{a:b="c"}"#),
        MatcherVector(input: #"foo="""#, utf8: #"{foo=""}"#, classic: #"{foo=""}"#, fallback: #"{foo=""}"#),
        MatcherVector(input: "foo=bar}", utf8: nil, classic: #"{foo="bar"}"#, fallback: #"{foo="bar"}"#, warns: true),
        MatcherVector(input: "foo='bar'", utf8: nil, classic: #"{foo="'bar'"}"#, fallback: #"{foo="'bar'"}"#, warns: true),
        MatcherVector(
            input: #"foo="b\"a,r",x=y"#, utf8: #"{foo="b\"a,r",x="y"}"#, classic: #"{foo="b\"a,r",x="y"}"#,
            fallback: #"{foo="b\"a,r",x="y"}"#),
        MatcherVector(input: #"foo="\xff""#, utf8: nil, classic: #"{foo="\\xff"}"#, fallback: #"{foo="\\xff"}"#, warns: true),
    ]

    @Test("vectors of reference 2.4 in the three modes", arguments: MatcherParserTests.vectors)
    func threeModes(vector: MatcherVector) throws {
        #expect(reading(.utf8Strict, vector.input) == vector.utf8)
        #expect(reading(.classic, vector.input) == vector.classic)
        #expect(reading(.fallback, vector.input) == vector.fallback)
        if vector.fallback != nil {
            #expect((try MatcherParser(mode: .fallback).parseList(vector.input).warning != nil) == vector.warns)
        }
    }

    @Test("a disagreement is called that, and a classic-only input gets a suggestion that the UTF-8 grammar reads")
    func warnings() throws {
        let parser = MatcherParser(mode: .fallback)
        #expect(try parser.parseList(#"foo="\t""#).warning?.contains("disagreement") == true)
        #expect(try parser.parseList("foo=a b").warning?.hasSuffix(#"write it as foo="a b""#) == true)
        #expect(try parser.parseSingle("foo=a b").warning?.hasSuffix(#"write it as foo="a b""#) == true)
        #expect(try MatcherParser(mode: .classic).parseList(#"foo="\t""#).warning == nil)
    }

    @Test(
        "errors of the UTF-8 grammar carry columns in code points",
        arguments: [
            ("{foo=bar", "0:8: end of input: expected close brace"), (",", "0:1: unexpected ,: expected label name"),
            (#"{foo="bar\w"}"#, #"5:12: "bar\w": invalid input"#), ("{", "0:1: end of input: expected close brace"),
            ("}", "0:1: }: expected opening brace"),
            (#"foo="bar"}"#, "0:10: }: expected opening brace"), (#"{foo="bar"}}"#, "11:12: }: expected end of input"),
            ("{,}", "1:2: unexpected ,: expected label name"),
            ("foo", "end of input: expected an operator such as '=', '!=', '=~' or '!~'"), ("foo=", "end of input: expected label value"),
            ("{foo}", "4:5: unexpected }: expected an operator such as '=', '!=', '=~' or '!~'"),
            ("{foo=}", "5:6: unexpected }: expected label value"),
            ("foo==bar", "4:5: unexpected =: expected label value"), ("foo=a b", "6:7: unexpected b: expected a comma or close brace"),
            ("foo=a,,b=c", "6:7: unexpected ,: expected a matcher or close brace after comma"),
            ("foo=\"bar", "4:8: \"bar: missing end \": expected label value"),
            ("foo!bar", "3:4: !: expected one of '=~': expected an operator such as '=', '!=', '=~' or '!~'"),
            ("foo!", "3:4: unexpected end of input, expected one of '=~': expected an operator such as '=', '!=', '=~' or '!~'"),
            ("~", "0:1: ~: invalid input"), ("🙂ü=", "end of input: expected label value"),
            ("🙂🙂=~x y", "6:7: unexpected y: expected a comma or close brace"),
            (#"{"\d"=a}"#, #"1:5: "\d": invalid input"#),
            ("foo=~\"a[b\"", "failed to create matcher: error parsing regexp: missing closing ]: `[b)$`"),
            ("{foo=bar} x", "10:11: x: expected end of input"), ("{foo=bar}'", "9:10: ': invalid input: expected end of input"),
            (#"foo="\xff""#, #"4:10: "\xff": invalid input"#),
            ("=bar", "0:1: unexpected =: expected label name"), ("foo=bar{", "7:8: unexpected {: expected a comma or close brace"),
            ("a=b,{", "4:5: unexpected {: expected a matcher or close brace after comma"),
            ("  foo", "end of input: expected an operator such as '=', '!=', '=~' or '!~'"),
            ("{ ", "0:1: end of input: expected close brace"),
        ])
    func utf8Errors(input: String, message: String) {
        let error = #expect(throws: MatcherError.self) { try MatcherParser(mode: .utf8Strict).parseList(input) }
        #expect(error?.message == message)
    }

    @Test(
        "errors of the classic grammar",
        arguments: [
            ("foo", "bad matcher format: foo"), ("1foo=bar", "bad matcher format: 1foo=bar"), (",", "bad matcher format: "),
            ("{,}", "bad matcher format: "),
            (" foo , a=b", "bad matcher format:  foo "), ("foo-bar=x", "bad matcher format: foo-bar=x"),
            ("foo~x", "bad matcher format: foo~x"), ("foo!x", "bad matcher format: foo!x"),
            (#"foo="bar"#, #"matcher value contains unescaped double quote: "bar"#),
            (#"foo=bar""#, #"matcher value contains unescaped double quote: bar""#),
            (#"foo="b"a"r""#, #"matcher value contains unescaped double quote: "b"a"r""#),
            (#"foo="bar\""#, #"matcher value contains unescaped double quote: "bar\""#),
            (#"foo=~"a[b""#, "error parsing regexp: missing closing ]: `[b)$`"),
            (#"foo=""#, #"matcher value contains unescaped double quote: ""#),
        ])
    func classicErrors(input: String, message: String) {
        let error = #expect(throws: MatcherError.self) { try MatcherParser(mode: .classic).parseList(input) }
        #expect(error?.message == message)
    }

    @Test(
        "the classic grammar's values",
        arguments: [
            ("foo=", ""), ("foo=  bar  ", "bar"), ("foo=\"  bar \"", "  bar "), (#"foo=a\nb"#, "a\nb"), (#"foo=a\"b"#, "a\"b"),
            (#"foo=a\\b"#, "a\\b"), (#"foo=a\qb"#, "a\\qb"),
            ("foo=a\nb", "a\nb"), (#"foo=\"#, "\\"), (#"foo=a\"#, "a\\"), (" foo = bar", "bar"), ("foo=ü🙂", "ü🙂"), ("foo=a=b!~c", "a=b!~c"),
            ("foo=\u{B}x", "\u{B}x"),
            ("foo={x", "{x"), (#"foo="""#, ""),
        ])
    func classicValues(input: String, value: String) throws {
        let (matcher, warning) = try MatcherParser(mode: .classic).parseSingle(input)
        #expect(matcher.value == value)
        #expect(matcher.name == "foo")
        #expect(warning == nil)
    }

    @Test("where one matcher is wanted, braces and other counts are refused", arguments: [MatcherMode.fallback, .utf8Strict])
    func single(mode: MatcherMode) throws {
        let parser = MatcherParser(mode: mode)
        #expect(try parser.parseSingle("foo!=bar").0.description == #"foo!="bar""#)
        for input in ["{foo=bar}", "{foo=bar", "foo=bar}"] {
            let error = #expect(throws: MatcherError.self) { try parser.parseSingle(input) }
            #expect(error?.message == "unexpected open or close brace: \(input)")
        }
    }

    @Test("in strict mode the number of matchers is told, in fallback mode the classic grammar's view counts")
    func singleCounts() throws {
        let strict = MatcherParser(mode: .utf8Strict)
        #expect(throws: MatcherError(message: "no matchers")) { try strict.parseSingle("") }
        #expect(throws: MatcherError(message: "expected 1 matcher, found 2")) { try strict.parseSingle("a=b,c=d") }
        let fallback = MatcherParser(mode: .fallback)
        #expect(throws: MatcherError(message: "bad matcher format: ")) { try fallback.parseSingle("") }
        #expect(try fallback.parseSingle("a=b,c=d").0.value == "b,c=d")
        #expect(try MatcherParser(mode: .classic).parseSingle("a={b}").0.value == "{b}")
    }

    @Test("a mode has its label names")
    func labelNames() {
        #expect(MatcherMode.classic.labelNameMode == .classic)
        #expect(MatcherMode.fallback.labelNameMode == .utf8)
        #expect(MatcherMode.utf8Strict.labelNameMode == .utf8)
    }
}
