import JSON
import Testing

@Suite("Writing JSON")
struct JSONWriterTests {
    @Test("commas and colons come by themselves, at every depth")
    func punctuation() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a" as StaticString)
        writer.beginArray()
        writer.endArray()
        writer.key("b")
        writer.beginArray()
        writer.integer(1)
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.bool(true)
        writer.null()
        writer.endArray()
        writer.string("x")
        writer.raw("{}")
        writer.raw([UInt8(ascii: "2")])
        writer.endArray()
        writer.key("c" + "d")
        writer.value(["e": [1, nil]])
        writer.endObject()
        #expect(writer.string == #"{"a":[],"b":[1,{},[true,null],"x",{},2],"cd":{"e":[1,null]}}"#)
        writer.removeAll()
        writer.integer(Int64.min)
        #expect(writer.string == "-9223372036854775808")
    }

    @Test(
        "strings are escaped as Go does",
        arguments: [
            ("plain 日本 😀", #""plain 日本 😀""#), ("\"\\/", #""\"\\/""#), ("<a>&", #""\u003ca\u003e\u0026""#),
            ("\n\r\t\u{08}\u{0C}", #""\n\r\t\b\f""#),
            ("\u{00}\u{1F}\u{7F}", "\"\\u0000\\u001f\u{7F}\""), ("\u{2028}\u{2029}\u{2027}", "\"\\u2028\\u2029\u{2027}\""), ("", #""""#),
        ])
    func escapes(_ text: String, _ json: String) throws {
        var writer = JSONWriter()
        writer.string(text)
        #expect(writer.string == json)
        #expect(try JSONValue.parse(writer.bytes) == .string(text))
    }

    @Test("the characters of HTML stay when the writer is told so")
    func html() {
        var writer = JSONWriter(escapesHTML: false)
        writer.string("<a>&\u{2028}")
        #expect(writer.string == #""<a>&\u2028""#)
    }

    @Test("invalid UTF-8 becomes one escaped U+FFFD a byte")
    func invalidUTF8() {
        var writer = JSONWriter()
        writer.beginObject()
        ([0x61, 0xFF, 0xE6, 0x97, 0x62, 0xE2, 0x80] as [UInt8]).withUnsafeBufferPointer {
            writer.key($0)
            writer.string($0)
        }
        writer.endObject()
        let text = #""a\ufffd\ufffd\ufffdb\ufffd\ufffd""#
        #expect(writer.string == "{\(text):\(text)}")
    }

    @Test(
        "floats take Go's form",
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (-1.5, "-1.5"), (0.1, "0.1"), (100, "100"), (1e20, "100000000000000000000"), (1e21, "1e+21"),
            (1.25e22, "1.25e+22"), (0.000001, "0.000001"), (0.0000012, "0.0000012"), (9.5e-7, "9.5e-7"), (1e-10, "1e-10"),
            (1e100, "1e+100"), (.leastNonzeroMagnitude, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"), (123456.789, "123456.789"), (Double(Int64.max), "9223372036854776000"),
            (.nan, "null"), (.infinity, "null"),
        ] as [(Double, String)])
    func floats(_ value: Double, _ text: String) {
        var writer = JSONWriter()
        writer.beginArray()
        writer.double(value)
        writer.double(value)
        writer.endArray()
        #expect(writer.string == "[\(text),\(text)]")
    }
}
