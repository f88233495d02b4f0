import GoTemplate
import Testing

@Suite("Template literals")
struct LiteralTests {
    private static let literals: [(String, String)] = [
        ("a {{-3}} b", "a -3 b"),
        ("{{true}}{{false}}", "truefalse"),
        (#"{{"a\tb\"\\\u00e9\x41\101"}}"#, "a\tb\"\\éAA"),
        (#"{{`raw\n"x"`}}"#, #"raw\n"x""#),
        (#"{{'a'}}{{'\n'}}{{'\''}}{{'\x41'}}{{'\u00e9'}}{{'é'}}{{'\101'}}"#, "9710396523323365"),
        ("{{1}} {{-1}} {{+1}} {{0x1F}} {{0b101}} {{0o17}} {{017}} {{1_000}} {{0x_1F}}", "1 -1 1 31 5 15 15 1000 31"),
        ("{{1.5}} {{1e3}} {{.5}} {{5.}} {{1e-3}} {{0x1p4}} {{1_0.5}} {{1E+2}} {{-0}} {{-0.0}}", "1.5 1000 0.5 5 0.001 16 10.5 100 0 -0"),
        ("{{9223372036854775807}}", "9223372036854775807"),
        ("{{-9223372036854775808}}", "-9223372036854775808"),
        ("{{1e19}}", "1e+19"),
        ("{{eq .Map.a 1}}", "true"),
        ("{{eq .Map.none nil}}", "true"),
        ("{{ .Name }}} }}", "web} }}"),
        (#"{{"}}"}}"#, "}}"),
        ("{{`}}`}}", "}}"),
        ("{{'}'}}", "125"),
        ("{{`a\r\nb`}}", "a\nb"),
    ]

    @Test("literals have Go's values", arguments: literals)
    func literalsVector(_ template: String, _ expected: String) {
        #expect(TemplateFixture.output(template) == expected)
    }
}
