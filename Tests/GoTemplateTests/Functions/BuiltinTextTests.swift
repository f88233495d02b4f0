import GoTemplate
import Testing

@Suite("print, html, js and urlquery")
struct BuiltinTextTests {
    @Test("print, println and printf are Go's Sprint, Sprintln and Sprintf")
    func print() throws {
        try FunctionCalls.check("print", [([.int(1), .int(2), .string("x"), .null], "1 2x<nil>"), ([], "")])
        try FunctionCalls.check("println", [([.string("a"), .int(1)], "a 1\n")])
        try FunctionCalls.check(
            "printf", [([.string("%s-%03d"), .string("a"), .int(7)], "a-007"), ([.string("%d"), .string("a")], "%!d(string=a)")])
    }

    @Test("html escapes what means something in HTML")
    func html() throws {
        try FunctionCalls.check(
            "html",
            [
                ([.string("<a href=\"x\">'&'</a>\u{0}é")], "&lt;a href=&#34;x&#34;&gt;&#39;&amp;&#39;&lt;/a&gt;\u{FFFD}é"),
                ([.int(1), .int(2), .string("<")], "1 2&lt;"), ([.missing], "&lt;no value&gt;"),
                ([.int(1), .null, .int(2)], "1&lt;no value&gt;2"),
                ([.object(TestPointer())], "{[a b]}"), ([], ""),
            ])
    }

    @Test("js escapes what means something in a JavaScript string")
    func javaScript() throws {
        try FunctionCalls.check(
            "js",
            [
                ([.string("'a\" \\ <b>&= \n\t\u{1F}")], "\\'a\\\" \\\\ \\u003Cb\\u003E\\u0026\\u003D \\u000A\\u0009\\u001F"),
                ([.string("é 日本 \u{2028}\u{AD}\u{7F}")], "é 日本 \\u2028\\u00AD\u{7F}"), ([.list([.string("x"), .int(1)])], "[x 1]"),
            ])
    }

    @Test("urlquery escapes for a query, with a plus for a space")
    func urlQuery() throws {
        try FunctionCalls.check(
            "urlquery",
            [
                ([.string("a b&c=d/é~-_.*")], "a+b%26c%3Dd%2F%C3%A9~-_.%2A"), ([.string("team\\.x")], "team%5C.x"),
                ([.int(1), .int(2)], "1+2"),
            ])
    }

    @Test("a text that would not fit the memory is refused")
    func tooLong() throws {
        let long = TemplateValue.string(String(repeating: "x", count: 20 << 20))
        #expect(throws: TemplateFault.self) { try FunctionCalls.value("print", long, long) }
        #expect(throws: TemplateFault.self) { try FunctionCalls.value("join", long, .strings(["a", "b", "c"])) }
        #expect(throws: TemplateFault.self) { try FunctionCalls.value("reReplaceAll", .string(""), long, long) }
    }
}
