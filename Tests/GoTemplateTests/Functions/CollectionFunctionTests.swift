import GoTemplate
import Testing
import Time

@Suite("Lists, maps and encodings")
struct CollectionFunctionTests {
    @Test("stringSlice, list and append build lists")
    func lists() throws {
        #expect(GoFormat.printf("%#v", [try FunctionCalls.value("stringSlice", .string("a"), .string("b"))]) == "[]string{\"a\", \"b\"}")
        try FunctionCalls.check("list", [([.int(1), .string("a"), .null], "[1 a <nil>]"), ([], "[]")])
        let list = TemplateValue.list([.int(1)])
        try FunctionCalls.check(
            "append", [([list, .int(2), .string("c")], "[1 2 c]"), ([list], "[1]"), ([.strings(["a"]), .int(1)], "[a 1]")])
    }

    @Test("dict takes pairs of a key and a value")
    func dict() throws {
        try FunctionCalls.check(
            "dict",
            [
                ([.string("b"), .int(1), .string("a"), .list([])], "map[a:[] b:1]"), ([], "map[]"),
                ([.string("a"), .int(1), .string("a"), .int(2)], "map[a:2]"),
                ([.string("a")], "!dict: 1 arguments: expected pairs of a key and a value"),
                ([.int(1), .int(2)], "!dict: key of type int: keys must be strings"),
            ])
    }

    @Test("lists can neither be nested so deep nor repeat so often that walking them fails")
    func bounds() throws {
        var deep = TemplateValue.list([])
        #expect(throws: TemplateFault.self) { for _ in 0..<200 { deep = try FunctionCalls.value("list", deep) } }
        var wide = TemplateValue.int(1)
        var doublings = 0
        #expect(throws: TemplateFault.self) {
            for _ in 0..<60 {
                wide = try FunctionCalls.value("list", wide, wide)
                doublings += 1
            }
        }
        #expect(doublings == 15)
        var map = TemplateValue.int(1)
        #expect(throws: TemplateFault.self) { for _ in 0..<200 { map = try FunctionCalls.value("dict", .string("k"), map) } }
    }

    @Test("toJson writes as Go's encoder does")
    func toJSON() throws {
        let time = Timestamp(seconds: 1_700_000_000, nanoseconds: 120_000_000)
        try FunctionCalls.check(
            "toJson",
            [
                ([.null], "null"), ([.missing], "null"), ([.bool(true)], "true"), ([.int(-5)], "-5"), ([.float(1e21)], "1e+21"),
                ([.float(0.000001)], "0.000001"), ([.float(1e-7)], "1e-7"), ([.float(100)], "100"),
                ([.string("<a>&\"\\\n\u{2028}é\u{1}")], #""\u003ca\u003e\u0026\"\\\n\u2028é\u0001""#),
                ([.strings(["a", "b"])], #"["a","b"]"#),
                ([.list([.int(1), .null, .map([:])])], "[1,null,{}]"),
                ([.map(["b": .int(1), "a": .string("x"), "B": .null])], #"{"B":null,"a":"x","b":1}"#),
                ([.object(GoTime(time))], #""2023-11-14T22:13:20.12Z""#),
                ([.object(GoTime(time, zone: Zone(utcOffset: 19_800)))], #""2023-11-15T03:43:20.12+05:30""#),
                ([.object(GoDurationValue(.seconds(1)))], "1000000000"), ([.object(GoMonth(5))], "5"),
                ([.object(TestPair(name: "n", value: ""))], #"{"name":"n"}"#),
                ([.object(SafeContent("<b>", .html))], #""\u003cb\u003e""#), ([.float(.nan)], "!json: unsupported value: NaN"),
                ([.list([.float(.infinity)])], "!json: unsupported value: +Inf"),
            ])
    }

    @Test("base64encode and base64decode use the alphabet for URLs, with padding")
    func base64() throws {
        let rows = [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("~~?ÿ", "fn4_w78="), (">>>", "Pj4-")]
        try FunctionCalls.check("base64encode", rows.map { ([.string($0.0)], $0.1) })
        try FunctionCalls.check("base64decode", rows.map { ([.string($0.1)], $0.0) })
        let others: [([TemplateValue], String)] = [
            ([.string("YW\r\nJj\n")], "abc"), ([.string("YWJ")], "!illegal base64 data at input byte 0"),
            ([.string("YW+j")], "!illegal base64 data at input byte 2"),
            ([.string("YQ=")], "!illegal base64 data at input byte 3"), ([.string("YQ==YQ==")], "!illegal base64 data at input byte 4"),
            ([.string("Y===")], "!illegal base64 data at input byte 1"), ([.string("YQ=a")], "!illegal base64 data at input byte 2"),
        ]
        try FunctionCalls.check("base64decode", others)
    }
}
