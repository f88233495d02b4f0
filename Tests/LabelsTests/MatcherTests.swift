import Labels
import Testing

@Suite("Matchers (reference 2)")
struct MatcherTests {
    private typealias Operation = Matcher.Operation

    @Test(
        "an absent label counts as the empty text",
        arguments: [
            (Operation.equal, "", true), (.equal, "x", false), (.notEqual, "", false), (.notEqual, "x", true), (.regexMatch, "", true),
            (.regexMatch, ".*", true),
            (.regexMatch, ".+", false), (.regexMatch, "x|", true), (.regexNotMatch, ".+", true), (.regexNotMatch, ".*", false),
        ])
    func absent(operation: Matcher.Operation, value: String, expected: Bool) throws {
        let matcher = try Matcher(name: "a", operation: operation, value: value)
        #expect(matcher.matches(LabelSet(["b": "1"])) == expected)
        #expect(matcher.matches(LabelSet(["a": ""])) == expected)
        #expect(matcher.matches(LabelSet()) == expected)
        #expect(matcher.matchesEmpty == expected)
    }

    @Test(
        "values are compared by bytes, patterns match the whole value",
        arguments: [
            (Operation.equal, "api", "api", true), (.equal, "api", "api2", false), (.equal, "\u{E9}", "e\u{301}", false),
            (.notEqual, "api", "web", true),
            (.regexMatch, "a|b", "ab", false), (.regexMatch, "a.*", "api", true), (.regexMatch, "a.i", "a\ni", false),
            (.regexNotMatch, "a.*", "web", true),
            (.regexNotMatch, "web", "web", false), (.regexMatch, "^api$", "api", true), (.equal, "", "x", false),
        ])
    func present(operation: Matcher.Operation, value: String, candidate: String, expected: Bool) throws {
        let matcher = try Matcher(name: "job", operation: operation, value: value)
        #expect(matcher.matches(LabelSet(["a": "1", "job": candidate, "z": "1"])) == expected)
        #expect(matcher.matches(value: candidate) == expected)
    }

    @Test("a bad pattern is refused with the regex error")
    func badPattern() {
        let error = #expect(throws: MatcherError.self) { try Matcher(name: "a", operation: .regexMatch, value: "a[b") }
        #expect(error?.message == "error parsing regexp: missing closing ]: `[b)$`")
        #expect(throws: MatcherError.self) { try Matcher(name: "a", operation: .regexNotMatch, value: "(?=x)") }
    }

    @Test(
        "a matcher prints itself, quoting its name only when it must",
        arguments: [
            ("foo", Operation.equal, "bar", #"foo="bar""#), ("foo", .notEqual, "", #"foo!="""#),
            ("foo", .regexMatch, "a\\d\"\n", #"foo=~"a\\d\"\n""#),
            ("foo", .regexNotMatch, "\t", "foo!~\"\t\""), ("my label", .equal, "x\t", #""my label"="x\t""#),
            ("a=b", .equal, "x", #""a=b"="x""#),
            ("🙂", .equal, "x", #"🙂="x""#), ("name-with-dash", .equal, "x", #"name-with-dash="x""#), ("a'b", .equal, "ü", #""a'b"="ü""#),
            ("", .equal, "x", #"""="x""#),
            ("a\u{A0}b", .equal, "x", #""a\u00a0b"="x""#), ("a`b", .notEqual, "\\", #""a`b"!="\\""#),
        ])
    func prints(name: String, operation: Matcher.Operation, value: String, text: String) throws {
        let matcher = try Matcher(name: name, operation: operation, value: value)
        #expect(matcher.description == text)
        #expect(Array(try MatcherParser(mode: .utf8Strict).parseList(text).0) == [matcher])
    }

    @Test("matchers are sorted by name, value and operator, and must all hold")
    func lists() throws {
        let matchers = Matchers([
            try Matcher(name: "b", operation: .equal, value: "1"), try Matcher(name: "a", operation: .regexNotMatch, value: "1"),
            try Matcher(name: "a", operation: .equal, value: "2"), try Matcher(name: "a", operation: .notEqual, value: "1"),
            try Matcher(name: "a", operation: .regexMatch, value: "1"), try Matcher(name: "a", operation: .equal, value: "1"),
        ])
        #expect(matchers.sorted().description == #"{a="1",a!="1",a=~"1",a!~"1",a="2",b="1"}"#)
        #expect(Matchers().description == "{}")
        #expect(Matchers().matches(LabelSet()))
        let both = Matchers([matchers[0], try Matcher(name: "a", operation: .notEqual, value: "1")])
        #expect(both.matches(LabelSet(["b": "1"])))
        #expect(!both.matches(LabelSet(["b": "1", "a": "1"])))
        #expect(!both.matches(LabelSet(["b": "2"])))
    }

    @Test("the API's two booleans make the operation")
    func booleans() {
        for operation in Matcher.Operation.allCases {
            #expect(Matcher.Operation(isRegex: operation.isRegex, isEqual: operation.isEqual) == operation)
        }
        #expect(Matcher.Operation.allCases.map(\.symbol) == ["=", "!=", "=~", "!~"])
    }
}
