import GoTemplate
import Testing

@Suite("Functions on text")
struct TextFunctionTests {
    private func check(_ name: String, _ rows: [(String, String)], _ location: SourceLocation = #_sourceLocation) throws {
        try FunctionCalls.check(name, rows.map { ([.string($0)], $1) }, location)
    }

    @Test("toUpper and toLower change each character by itself")
    func upperAndLower() throws {
        try check("toUpper", [("abc é ß ﬁ", "ABC É ß ﬁ"), ("ǆ ŉ ᾳ ı", "Ǆ ŉ ᾼ I"), ("", "")])
        try check("toLower", [("ABC É ẞ", "abc é ß"), ("ΑΣ", "ασ"), ("İ", "i")])
    }

    @Test("title begins every word with a capital and lowers the rest")
    func title() throws {
        try check(
            "title",
            [
                ("HELLO wORLD", "Hello World"), ("iT's o'neil", "It's O'neil"), ("foo.bar a:b", "Foo.bar A:b"), ("x-y a/b", "X-Y A/B"),
                ("foo_bar 1st x2Y", "Foo_bar 1St X2y"), ("a..b a''b", "A..B A''B"), ("ΣΑΣ οδοσ", "Σας Οδοσ"), ("ǆ ﬁx ß", "ǅ Fix Ss"),
                ("é\u{301}cole a’b", "É\u{301}cole A’b"), ("日本abc", "日本Abc"), ("", ""),
            ])
    }

    @Test("trimSpace takes white space of every kind off both ends")
    func trimSpace() throws {
        try check(
            "trimSpace", [(" a b \t\n", "a b"), ("\u{A0}\u{2003}a\u{3000}\u{85}", "a"), ("\u{200B}a", "\u{200B}a"), (" \n", ""), ("", "")])
    }

    @Test("join puts a separator between strings")
    func join() throws {
        try FunctionCalls.check(
            "join",
            [
                ([.string(", "), .strings(["a", "b", "c"])], "a, b, c"), ([.string(","), .strings([])], ""),
                ([.string("-"), .object(TestList(elements: [.string("x"), .string("y")]))], "x-y"),
            ])
    }

    @Test("match finds the expression anywhere and refuses what is none")
    func match() throws {
        try FunctionCalls.check(
            "match",
            [
                ([.string("o w"), .string("hello world")], "true"), ([.string("^w"), .string("hello world")], "false"),
                ([.string("(?i)WORLD$"), .string("hello world")], "true"), ([.string(""), .string("")], "true"),
                ([.string("[b"), .string("x")], "!error parsing regexp: missing closing ]: `[b`"),
            ])
    }

    @Test("expressions stay right when more are in use than are kept")
    func manyExpressions() throws {
        for _ in 0..<2 {
            for number in 0..<200 {
                #expect(try FunctionCalls.text("match", [.string("^x\(number)$"), .string("x\(number)")]) == "true")
                #expect(try FunctionCalls.text("match", [.string("^x\(number)$"), .string("x")]) == "false")
            }
        }
    }

    @Test("reReplaceAll replaces every match and knows groups by number and name")
    func replace() throws {
        func row(_ pattern: String, _ replacement: String, _ text: String, _ result: String) -> ([TemplateValue], String) {
            ([.string(pattern), .string(replacement), .string(text)], result)
        }
        try FunctionCalls.check(
            "reReplaceAll",
            [
                row("a(x*)b", "${1}W", "-ab-axxb-", "-W-xxW-"), row("a(x*)b", "$1W", "-ab-axxb-", "---"),
                row("(.*):.*", "$1", "host:9090", "host"),
                row("(?P<first>\\w+) (?P<rest>\\w+)", "$rest ${first}s", "hello world", "world hellos"), row("x*", "-", "abc", "-a-b-c-"),
                row("l", "$$", "hello", "he$$o"), row("(", "", "x", "!error parsing regexp: missing closing ): `(`"),
            ])
    }

    @Test("safeHtml and safeUrl mark text that stays as it is, and print like it")
    func safe() throws {
        #expect(GoFormat.typeName(try FunctionCalls.value("safeHtml", .string("<b>"))) == "template.HTML")
        #expect(GoFormat.typeName(try FunctionCalls.value("safeUrl", .string("a b"))) == "template.URL")
        try check("safeHtml", [("<b>&", "<b>&")])
    }

    @Test("urlUnescape undoes query escapes and names a bad one")
    func urlUnescape() throws {
        try check(
            "urlUnescape",
            [
                ("a+b%20c%2Fd%C3%A9", "a b c/dé"), ("", ""), ("%zz", "!invalid URL escape \"%zz\""), ("a%4", "!invalid URL escape \"%4\""),
                ("100%", "!invalid URL escape \"%\""),
            ])
    }
}
