import JSON
import Testing
import Time

@testable import GoTemplate

@Suite("Go's print and the output of templates")
struct PrintTests {
    private func output(_ value: TemplateValue) -> String {
        var text = GoTextBuffer()
        GoFormat.append(value, to: &text)
        return text.string
    }

    @Test("print puts spaces only between neighbours of which neither is a string")
    func sprint() {
        #expect(GoFormat.print([.string("a"), .string("b")]) == "ab")
        #expect(GoFormat.print([.int(1), .int(2)]) == "1 2")
        #expect(GoFormat.print([.int(1), .string("a"), .int(2)]) == "1a2")
        #expect(GoFormat.print([.null, .bool(true), .float(2), .string(""), .null]) == "<nil> true 2<nil>")
        #expect(GoFormat.print([.int(1), .object(SafeContent("<b>", .html)), .int(2)]) == "1<b>2")
        #expect(GoFormat.print([]).isEmpty)
    }

    @Test("println puts spaces everywhere and ends the line")
    func sprintln() {
        #expect(GoFormat.println([.string("a"), .string("b"), .int(1)]) == "a b 1\n")
        #expect(GoFormat.println([]) == "\n")
    }

    @Test("nothing is <nil> to print and <no value> in the output")
    func nothing() {
        #expect(GoFormat.print(.missing) == "<nil>")
        #expect(output(.missing) == "<no value>")
        #expect(output(.null) == "<no value>")
        #expect(output(.list([.null, .missing])) == "[<nil> <nil>]")
    }

    @Test("the output of every kind of value")
    func kinds() {
        #expect(output(.string("a<b")) == "a<b")
        #expect(output(.int(-5)) == "-5")
        #expect(output(.bool(false)) == "false")
        #expect(output(.float(1e6)) == "1e+06")
        #expect(output(.strings(["a", "b"])) == "[a b]")
        #expect(output(.map(["b": .int(1), "a": .list([.string("x")])])) == "map[a:[x] b:1]")
        #expect(output(.object(TestPair(name: "n", value: "v"))) == "{n v}")
        #expect(output(.object(GoDurationValue(.seconds(3661)))) == "1h1m1s")
        #expect(output(.object(GoTime(.epoch))) == "1970-01-01 00:00:00 +0000 UTC")
    }

    @Test("a map with a type of its own shows its entries, or what its String method says")
    func ownTypes() {
        #expect(output(.object(TestLabels(entries: ["b": "2", "a": "1"]))) == "map[a:1 b:2]")
        #expect(output(.object(TestLabels(entries: ["a": "1"], shown: "a=1"))) == "a=1")
        #expect(
            GoFormat.printf("%5s|%d", [.object(TestLabels(entries: [:], shown: "a=1")), .object(TestLabels(entries: ["a": "1"]))])
                == "  a=1|map[%!d(string=a):%!d(string=1)]")
        #expect(GoFormat.printf("%#v", [.object(TestList(elements: [.int(1)]))]) == "test.List{1}")
    }

    @Test("print marks a pointer, the output shows what it points to")
    func pointers() {
        #expect(GoFormat.print(.object(TestPointer())) == "&{[a b]}")
        #expect(output(.object(TestPointer())) == "{[a b]}")
        #expect(GoFormat.printf("%#v", [.object(TestPointer())]) == "&test.Data{Names:[]string{\"a\", \"b\"}}")
        #expect(GoFormat.typeName(.object(TestPointer())) == "*test.Data")
    }

    @Test("floats take an exponent below 1e-4 and from 1e6 where digits end, in Go's layout")
    func floats() {
        let vectors: [(Double, String)] = [
            (0, "0"), (-0.0, "-0"), (1, "1"), (0.1, "0.1"), (100_000, "100000"), (999_999.5, "999999.5"), (1e6, "1e+06"),
            (1_234_567.25, "1.23456725e+06"), (0.0001, "0.0001"), (0.00001, "1e-05"), (1e100, "1e+100"), (.infinity, "+Inf"),
            (-.infinity, "-Inf"), (.nan, "NaN"), (5e-324, "5e-324"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
        ]
        for (value, expected) in vectors { #expect(GoFormat.print(.float(value)) == expected) }
    }

    @Test("values nested very deep are cut instead of exhausting the stack")
    func depth() {
        var value = TemplateValue.int(1)
        for _ in 0..<1000 { value = .list([value]) }
        let text = GoFormat.print(value)
        #expect(text.hasPrefix("[[[") && text.hasSuffix("]]]") && text.utf8.count == 400)
    }
}
