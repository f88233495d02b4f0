import RE2
import Testing

@Suite("Regular expressions")
struct RE2RegexTests {
    @Test(
        "an anchored pattern matches the whole text only",
        arguments: [
            ("a|b", "a", true), ("a|b", "ab", false), ("a|b", "b", true), ("", "", true), ("", "x", false), (".*", "", true),
            (".+", "", false),
            ("foo.*", "foobar", true), ("foo", "Foo", false), ("(?i)foo", "FOO", true), (".", "ü", true), (".", "🙂", true),
            ("..", "ü", false),
            ("a.b", "a\nb", false), ("(?s)a.b", "a\nb", true), ("a$", "a\n", false), ("\\d+", "42", true), ("\\pL+", "Straße", true),
            ("[[:alpha:]]+", "abc", true), ("a{2,3}", "aaa", true), ("a{2,3}", "aaaa", false), ("\\Qa.b\\E", "a.b", true),
            ("\\Qa.b\\E", "axb", false),
            ("(?P<x>a)", "a", true), ("(?<x>a)", "a", true), ("[(?<x>]+", "(?<", true), ("\\(\\?<x>", "(?<x>", true),
            ("\\Q(?<x>\\E", "(?<x>", true),
            ("[]a(?<]+", "](?<a", true), ("a\\zb|c", "c", true), ("x*", "xxxx", true), ("\\Q\\C\\E", "\\C", true), ("\\\\C", "\\C", true),
            ("(?m)^a$", "b\na", false),
        ])
    func anchored(pattern: String, text: String, expected: Bool) throws {
        #expect(try RE2Regex(anchored: pattern).matches(text) == expected)
    }

    @Test("an unanchored pattern matches anywhere")
    func unanchored() throws {
        let regex = try RE2Regex("b+")
        #expect(regex.matches("abc"))
        #expect(!regex.matches("ac"))
        #expect(try RE2Regex("").matches(""))
        #expect(try RE2Regex("^$").matches(UnsafeBufferPointer(start: nil, count: 0)))
    }

    @Test("a text may contain a zero byte")
    func zeroByte() throws {
        #expect(try RE2Regex(anchored: "a\\x00b").matches("a\0b"))
        #expect(try RE2Regex(anchored: "a\0b").matches("a\0b"))
    }

    @Test(
        "errors are worded as Go words them",
        arguments: [
            ("[b", "error parsing regexp: missing closing ]: `[b`"),
            ("*", "error parsing regexp: missing argument to repetition operator: `*`"),
            ("a(b", "error parsing regexp: missing closing ): `a(b`"), ("a)b", "error parsing regexp: unexpected ): `a)b`"),
            ("(?=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"),
            ("(?!a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?!`"),
            ("(?<=a)b", "error parsing regexp: invalid or unsupported Perl syntax: `(?<`"),
            ("x(?<!a)b", "error parsing regexp: invalid or unsupported Perl syntax: `(?<`"),
            ("a**", "error parsing regexp: invalid nested repetition operator: `**`"),
            ("a{1001}", "error parsing regexp: invalid repeat count: `{1001}`"),
            ("a{2,1}", "error parsing regexp: invalid repeat count: `{2,1}`"),
            ("[z-a]", "error parsing regexp: invalid character class range: `z-a`"),
            ("[[:foo:]]", "error parsing regexp: invalid character class range: `[:foo:]`"),
            ("\\pX", "error parsing regexp: invalid character class range: `\\pX`"),
            ("\\8", "error parsing regexp: invalid escape sequence: `\\8`"),
            ("(a)\\1", "error parsing regexp: invalid escape sequence: `\\1`"),
            ("a\\", "error parsing regexp: trailing backslash at end of expression: ``"),
            ("(?P<n", "error parsing regexp: invalid named capture: `(?P<n`"),
            ("(?P<a-b>x)", "error parsing regexp: invalid named capture: `(?P<a-b>`"),
            ("a{2}{3}", "error parsing regexp: invalid nested repetition operator: `{2}{3}`"),
            ("\\C", "error parsing regexp: invalid escape sequence: `\\C`"),
            ("(?z)", "error parsing regexp: invalid or unsupported Perl syntax: `(?z`"),
            ("(?:", "error parsing regexp: missing closing ): `(?:`"),
            ("+a", "error parsing regexp: missing argument to repetition operator: `+`"),
            ("(|*)", "error parsing regexp: missing argument to repetition operator: `*`"),
            ("((((((a{100}){100}){100}){100}){100}){100})", "error parsing regexp: invalid repeat count: `{100}`"),
            ("[\\C]", "error parsing regexp: invalid escape sequence: `\\C`"),
        ])
    func errors(pattern: String, message: String) {
        let error = #expect(throws: RE2Error.self) { try RE2Regex(pattern) }
        #expect(error?.message == message)
    }

    @Test("an anchored pattern's error shows the piece that is wrong")
    func anchoredErrors() {
        let error = #expect(throws: RE2Error.self) { try RE2Regex(anchored: "a[b") }
        #expect(error?.message == "error parsing regexp: missing closing ]: `[b)$`")
    }

    @Test("groups are found, those that took no part are nil")
    func submatches() throws {
        let regex = try RE2Regex("(a+)(b)?(c)")
        #expect(regex.submatches(in: "xaac") == ["aac", "aa", nil, "c"])
        #expect(regex.submatches(in: "xyz") == nil)
        #expect(regex.groupCount == 3)
    }

    @Test(
        "matches are replaced by Go's rules",
        arguments: [
            ("a(x*)b", "-ab-axxb-", "T", "-T-T-"), ("a(x*)b", "-ab-axxb-", "$1", "--xx-"), ("a(x*)b", "-ab-axxb-", "$1W", "---"),
            ("a(x*)b", "-ab-axxb-", "${1}W", "-W-xxW-"), ("a(?P<n>x*)b", "-ab-axxb-", "<${n}>", "-<>-<xx>-"),
            ("a(?<n>x*)b", "-axxb-", "$n!", "-xx!-"),
            ("b", "abc", "$$", "a$c"), ("b", "abc", "$", "a$c"), ("b", "abc", "${", "a${c"), ("b", "abc", "$9", "ac"),
            ("b", "abc", "[$0]", "a[b]c"),
            ("x*", "abc", "-", "-a-b-c-"), ("a*", "baac", "X", "XbXcX"), ("", "äö", "|", "|ä|ö|"), ("b*", "abb", "X", "XaX"),
            ("^", "abc", ">", ">abc"),
            ("$", "abc", "<", "abc<"), ("z", "abc", "y", "abc"), (".", "", "x", ""), ("[a-c]*", "\u{65e5}", "x", "x\u{65e5}x"),
        ])
    func replaces(pattern: String, text: String, replacement: String, expected: String) throws {
        #expect(try RE2Regex(pattern).replaceAll(in: text, with: replacement) == expected)
    }

    @Test("a pattern that would explode elsewhere is linear here")
    func linear() throws {
        let text = String(repeating: "a", count: 100_000)
        #expect(try !RE2Regex(anchored: "(a*)*b").matches(text))
        #expect(try RE2Regex(anchored: "(a|aa)+").matches(text))
    }

    @Test("one expression serves many threads at once")
    func threads() async throws {
        let regex = try RE2Regex(anchored: "(?:[a-z]+-)*[0-9]+")
        let wrong = await withTaskGroup(of: Int.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    (0..<2000).count { regex.matches("node-exporter-\($0)") != true || regex.matches("node-\(worker)x") }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }
}
