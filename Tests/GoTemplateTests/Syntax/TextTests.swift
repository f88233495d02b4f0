import GoTemplate
import Testing

@Suite("Template text, trimming and comments")
struct TextTests {
    private static let trimmed: [(String, String)] = [
        ("plain", "plain"),
        ("{{- .Name -}}", "web"),
        ("a {{- .Name -}} b", "awebb"),
        ("a {{- 3 -}} b", "a3b"),
        ("a {{-3 -}} b", "a -3b"),
        ("a {{3 -}} b", "a 3b"),
        ("a {{/* c */}} b", "a  b"),
        ("a {{- /* c */ -}} b", "ab"),
        ("a {{/* c */ -}}   b", "a b"),
        ("}}", "}}"),
        ("two`}}", "two`}}"),
        ("line1", "line1"),
        (#""}}"#, #""}}"#),
        (" 1", " 1"),
        (" .Nope", " .Nope"),
        ("", ""),
        ("{{- /* a */ -}} {{- /* b */ -}} x", "x"),
        ("{{/* a */}}{{/* b */}}", ""),
        ("x {{/**/}} y {{- /**/ -}} z", "x  yz"),
        ("{ {", "{ {"),
        ("{{/* }} */}}", ""),
        ("a\n{{- \n .Name\n -}}\nb", "awebb"),
        ("x\r\n{{- .Name -}}\r\n y", "xweby"),
        ("x\u{A0}{{- .Name -}}\u{A0}y", "x\u{A0}web\u{A0}y"),
    ]

    @Test("text is kept, trimmed and commented as Go does", arguments: trimmed)
    func trimmedVector(_ template: String, _ expected: String) {
        #expect(TemplateFixture.output(template) == expected)
    }
}
