import GoTemplate
import Testing
import Time

@Suite("len, index and slice")
struct IndexingTests {
    private let numbers = TemplateValue.list([.int(10), .int(20), .int(30)])
    private let labels = TemplateValue.object(TestLabels(entries: ["a": "1"]))

    @Test("len counts elements, entries and bytes")
    func len() throws {
        try FunctionCalls.check(
            "len",
            [
                ([numbers], "3"), ([.strings(["a"])], "1"), ([.map(["a": .null])], "1"), ([labels], "1"), ([.string("hé")], "3"),
                ([.object(TestList(elements: [.int(1), .int(2)]))], "2"), ([.object(SafeContent("abc", .html))], "3"),
                ([.int(5)], "!len of type int"), ([.bool(true)], "!len of type bool"), ([.object(TestPointer())], "!len of type test.Data"),
                ([.object(GoDurationValue(.zero))], "!len of type time.Duration"), ([.null], "!len of nil pointer"),
            ])
    }

    @Test("index takes elements of lists, entries of maps and bytes of strings, as deep as there are indexes")
    func index() throws {
        try FunctionCalls.check(
            "index",
            [
                ([numbers, .int(1)], "20"), ([.strings(["a", "b"]), .int(0)], "a"), ([.string("ab"), .int(1)], "98"),
                ([.object(TestList(elements: [.int(7)])), .int(0)], "7"), ([.map(["k": numbers]), .string("k"), .int(2)], "30"),
                ([.map(["k": .null]), .string("x")], "<nil>"), ([labels, .string("a")], "1"), ([labels, .string("x")], ""),
                ([numbers], "[10 20 30]"), ([numbers, .object(GoWeekday(1))], "20"),
            ])
        #expect(GoFormat.typeName(try FunctionCalls.value("index", .string("ab"), .int(1))) == "uint8")
    }

    @Test("index refuses what is not there and what has no places")
    func indexErrors() throws {
        try FunctionCalls.check(
            "index",
            [
                ([numbers, .int(5)], "!index out of range: 5"), ([numbers, .int(-1)], "!index out of range: -1"),
                ([numbers, .int(3)], "!reflect: slice index out of range"),
                ([.string("ab"), .int(2)], "!reflect: string index out of range"),
                ([numbers, .float(1)], "!cannot index slice/array with type float64"),
                ([numbers, .null], "!cannot index slice/array with nil"),
                ([.int(5), .int(0)], "!can't index item of type int"),
                ([.object(TestPointer()), .int(0)], "!can't index item of type test.Data"),
                ([.map([:]), .int(1)], "!value has type int; should be string"),
                ([labels, .null], "!value is nil; should be of type string"),
                ([.null, .int(0)], "!index of untyped nil"), ([.map([:]), .string("x"), .int(0)], "!index of nil pointer"),
            ])
    }

    @Test("slice cuts lists and strings, by bytes, and keeps their type")
    func slice() throws {
        try FunctionCalls.check(
            "slice",
            [
                ([numbers], "[10 20 30]"), ([numbers, .int(1)], "[20 30]"), ([numbers, .int(1), .int(2)], "[20]"),
                ([numbers, .int(0), .int(1), .int(2)], "[10]"), ([numbers, .int(3)], "[]"), ([.string("hello"), .int(1), .int(3)], "el"),
                ([.string("hé!"), .int(3)], "!"), ([.strings(["a", "b"]), .int(1)], "[b]"),
            ])
        #expect(GoFormat.typeName(try FunctionCalls.value("slice", .object(SafeContent("<b>", .html)), .int(1))) == "template.HTML")
        #expect(GoFormat.typeName(try FunctionCalls.value("slice", .strings(["a"]), .int(0))) == "[]string")
    }

    @Test("slice refuses bounds that are out of order or out of range")
    func sliceErrors() throws {
        try FunctionCalls.check(
            "slice",
            [
                ([numbers, .int(4)], "!index out of range: 4"), ([numbers, .int(2), .int(1)], "!invalid slice index: 2 > 1"),
                ([numbers, .int(0), .int(3), .int(2)], "!invalid slice index: 3 > 2"),
                ([.string("abc"), .int(0), .int(1), .int(2)], "!cannot 3-index slice a string"),
                ([numbers, .int(0), .int(0), .int(0), .int(0)], "!too many slice indexes: 4"),
                ([.map([:])], "!can't slice item of type map[string]interface {}"), ([.null], "!slice of untyped nil"),
                ([numbers, .string("1")], "!cannot index slice/array with type string"),
            ])
    }

    @Test("nothing in a template can be called")
    func call() throws {
        try FunctionCalls.check("call", [([.null], "!call of nil"), ([.int(1), .int(2)], "!non-function of type int")])
    }
}
