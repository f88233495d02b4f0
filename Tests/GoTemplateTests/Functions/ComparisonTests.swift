import GoTemplate
import Testing
import Time

@Suite("Comparison functions")
struct ComparisonTests {
    private let time = TemplateValue.object(GoTime(.epoch))
    private let second = TemplateValue.object(GoDurationValue(.seconds(1)))

    @Test("eq compares values of one kind and refuses others")
    func eq() throws {
        try FunctionCalls.check(
            "eq",
            [
                ([.int(1), .int(1)], "true"), ([.int(1), .int(2)], "false"), ([.float(1.5), .float(1.5)], "true"),
                ([.float(.nan), .float(.nan)], "false"), ([.string("a"), .string("a")], "true"), ([.bool(true), .bool(false)], "false"),
                ([.int(1), .float(1)], "!incompatible types for comparison"),
                ([.int(1), .string("1")], "!incompatible types for comparison"),
                ([.bool(true), .int(1)], "!incompatible types for comparison"), ([.int(98), .object(GoByte(98))], "true"),
                ([second, .int(1_000_000_000)], "true"), ([.object(GoMonth(3)), .int(3)], "true"),
                ([.string("<b>"), .object(SafeContent("<b>", .html))], "true"),
            ])
    }

    @Test("strings are equal by their bytes, not by what they look like")
    func normalization() throws {
        try FunctionCalls.check("eq", [([.string("é"), .string("e\u{301}")], "false")])
        try FunctionCalls.check("lt", [([.string("Z"), .string("a")], "true"), ([.string("z"), .string("é")], "true")])
    }

    @Test("eq takes any number of values and stops at the first match")
    func eqOfMany() throws {
        try FunctionCalls.check(
            "eq",
            [
                ([.int(1)], "!missing argument for comparison"), ([.int(3), .int(1), .int(2), .int(3)], "true"),
                ([.int(4), .int(1), .int(2), .int(3)], "false"), ([.int(1), .int(1), .string("x")], "true"),
                ([.int(1), .int(2), .string("x")], "!incompatible types for comparison"),
            ])
    }

    @Test("nil equals nil only, and anything may be compared with it")
    func nothing() throws {
        try FunctionCalls.check(
            "eq",
            [
                ([.null, .null], "true"), ([.missing, .null], "true"), ([.null, .int(0)], "false"), ([.string(""), .missing], "false"),
                ([.list([]), .null], "false"), ([time, .null], "false"),
            ])
        try FunctionCalls.check("ne", [([.null, .int(0)], "true"), ([.null, .missing], "false")])
    }

    @Test("slices and maps cannot be compared, structures can")
    func containers() throws {
        try FunctionCalls.check(
            "eq",
            [
                ([.list([.int(1)]), .list([.int(1)])], "!non-comparable type [%!s(int=1)]: []interface {}"),
                ([.map([:]), .map(["a": .string("b")])], "!non-comparable type map[a:b]: map[string]interface {}"),
                ([.list([]), .map([:])], "!non-comparable types []: []interface {}, map[string]interface {}: map[]"),
                ([.list([]), .int(1)], "!incompatible types for comparison"),
                ([.object(TestPair(name: "a", value: "b")), .object(TestPair(name: "a", value: "b"))], "true"),
                ([.object(TestPair(name: "a", value: "b")), .object(TestPair(name: "a", value: "c"))], "false"),
                ([.object(TestPair(name: "a", value: "b")), time], "false"),
                ([time, .object(GoTime(.epoch))], "true"), ([time, .object(GoTime(.epoch, zone: Zone(utcOffset: 3600)))], "false"),
            ])
    }

    @Test("ne is the opposite of eq")
    func ne() throws {
        try FunctionCalls.check(
            "ne",
            [([.int(1), .int(2)], "true"), ([.int(1), .int(1)], "false"), ([.int(1), .float(1)], "!incompatible types for comparison")])
    }

    @Test("lt, le, gt and ge order numbers and strings")
    func order() throws {
        let pairs: [(TemplateValue, TemplateValue)] = [
            (.int(1), .int(2)), (.float(1), .float(1.5)), (.string("a"), .string("b")), (.int(-1), .object(GoByte(0))),
            (second, .int(2_000_000_000)),
        ]
        for (small, large) in pairs {
            try FunctionCalls.check("lt", [([small, large], "true"), ([large, small], "false"), ([small, small], "false")])
            try FunctionCalls.check("le", [([small, large], "true"), ([large, small], "false"), ([small, small], "true")])
            try FunctionCalls.check("gt", [([small, large], "false"), ([large, small], "true"), ([small, small], "false")])
            try FunctionCalls.check("ge", [([small, large], "false"), ([large, small], "true"), ([small, small], "true")])
        }
    }

    @Test("what has no order is refused")
    func unordered() throws {
        for name in ["lt", "le", "gt", "ge"] {
            try FunctionCalls.check(
                name,
                [
                    ([.int(1), .float(2)], "!incompatible types for comparison"),
                    ([.int(1), .string("2")], "!incompatible types for comparison"),
                    ([.bool(false), .bool(true)], "!invalid type for comparison"), ([.null, .int(1)], "!invalid type for comparison"),
                    ([.int(1), .list([])], "!invalid type for comparison"), ([time, time], "!invalid type for comparison"),
                ])
        }
    }

    @Test("not is the opposite of truth: nothing, zero, false and the empty are false")
    func not() throws {
        let falsehoods: [TemplateValue] = [
            .missing, .null, .bool(false), .int(0), .float(0), .string(""), .list([]), .strings([]), .map([:]),
            .object(TestLabels(entries: [:])), .object(GoDurationValue(.zero)), .object(SafeContent("", .url)),
        ]
        let truths: [TemplateValue] = [
            .bool(true), .int(-1), .float(.nan), .string(" "), .list([.null]), .strings([""]), .map(["": .null]), time, second,
            .object(TestPair(name: "", value: "")), .object(TestLabels(entries: ["a": ""])),
        ]
        try FunctionCalls.check("not", falsehoods.map { ([$0], "true") } + truths.map { ([$0], "false") })
    }
}
