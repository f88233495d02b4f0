import JSON
import Testing

@Suite("Reading JSON")
struct JSONReaderTests {
    @Test("an object is walked key by key")
    func walkingObject() throws {
        let text = Array(#" {"a" : "x", "skip": [1, {"b": null}], "n": -12, "t": true, "z": null} "#.utf8)
        try JSONReader.read(text) { reader in
            var seen: [String] = []
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "a": seen.append("a=\(try reader.readString().string)")
                case "n": seen.append("n=\(try reader.readInt64())")
                case "t": seen.append("t=\(try reader.readBool())")
                case "z": seen.append("z=\(try reader.readNull())")
                default:
                    seen.append("skipped \(key.string)")
                    try reader.skipValue()
                }
            }
            try reader.finish()
            #expect(seen == ["a=x", "skipped skip", "n=-12", "t=true", "z=true"])
        }
    }

    @Test("a string without escapes is a slice of the input, one with escapes is not")
    func slices() throws {
        let text = Array(#"["plain 日本", "a\nb"]"#.utf8)
        try text.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(buffer)
            let input = try #require(buffer.baseAddress)
            let range = input..<(input + buffer.count)
            try reader.beginArray()
            #expect(try reader.nextElement())
            let plain = try reader.readString()
            #expect(plain.string == "plain 日本")
            #expect(range.contains(try #require(plain.bytes.baseAddress)))
            #expect(try reader.nextElement())
            let escaped = try reader.readString()
            #expect(escaped.string == "a\nb")
            #expect(!range.contains(try #require(escaped.bytes.baseAddress)))
            #expect(try !reader.nextElement())
        }
    }

    @Test("a key with escapes outlives the reading of its value")
    func keyOutlivesValue() throws {
        try JSONReader.read(Array(#"{"k\u0041": "v\u0042"}"#.utf8)) { reader in
            try reader.beginObject()
            let key = try #require(try reader.nextKey())
            let value = try reader.readString()
            #expect(key.string == "kA")
            #expect(value.string == "vB")
        }
    }

    @Test(
        "strings are decoded as Go does",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{08}\u{0C}\n\r\t"),
            (#""\u00e9\u65E5""#, "é日"),
            (#""\ud83d\ude00""#, "😀"),
            (#""\ud800\udc00\udbff\udfff""#, "\u{10000}\u{10FFFF}"),
            (#""\ud83d""#, "\u{FFFD}"),
            (#""\ude00x""#, "\u{FFFD}x"),
            (#""\ud83d\u0041""#, "\u{FFFD}A"),
            (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
            (#""0123456789012345678901234567890123456789é""#, "0123456789012345678901234567890123456789é"),
        ])
    func decoding(_ json: String, _ expected: String) throws {
        #expect(try JSONValue.parse(json) == .string(expected))
    }

    @Test(
        "each byte of invalid UTF-8 becomes one U+FFFD",
        arguments: [
            ([0xFF], 1), ([0xE6, 0x97], 2), ([0xC0, 0x80], 2), ([0xED, 0xA0, 0x80], 3), ([0xE0, 0x9F, 0xBF], 3),
            ([0xF0, 0x8F, 0xBF, 0xBF], 4), ([0xF4, 0x90, 0x80, 0x80], 4), ([0xF5], 1),
        ])
    func invalidUTF8(_ bytes: [UInt8], _ count: Int) throws {
        let text = Array("\"a".utf8) + bytes + Array("b\"".utf8)
        let decoded = Array(("a" + String(repeating: "\u{FFFD}", count: count) + "b").utf8)
        // The bytes themselves: a String would have mended them.
        #expect(try JSONReader.read(text) { (reader) throws(JSONError) in Array(try reader.readString().bytes) } == decoded)
        #expect(try JSONValue.parse(text) == .string(String(decoding: decoded, as: UTF8.self)))
        try text.withUnsafeBufferPointer { try JSONReader.validate($0) }
    }

    @Test(
        "well-formed UTF-8 stays a slice, at the edges of every length",
        arguments: ["\u{80}\u{7FF}", "\u{800}\u{D7FF}\u{E000}\u{FFFF}", "\u{10000}\u{10FFFF}"])
    func edges(_ text: String) throws {
        let json = Array("\"\(text)\"".utf8)
        #expect(try JSONReader.read(json) { (reader) throws(JSONError) in Array(try reader.readString().bytes) } == Array(text.utf8))
    }

    @Test("every control character is refused at every place of a string")
    func controlCharacters() {
        for byte in 0..<UInt8(0x20) {
            for place in 0..<20 {
                var text = Array("\"abcdefghijklmnopqrst\"".utf8)
                text[1 + place] = byte
                let error = #expect(throws: JSONError.self) { try JSONValue.parse(text) }
                #expect(error?.offset == 1 + place)
            }
        }
    }

    @Test(
        "what is not JSON is refused in Go's words",
        arguments: [
            ("", "unexpected end of JSON input", 0),
            ("  ", "unexpected end of JSON input", 2),
            ("x", "invalid character 'x' looking for beginning of value", 0),
            ("[1,]", "invalid character ']' looking for beginning of value", 3),
            ("[1 2]", "invalid character '2' after array element", 3),
            ("{1:2}", "invalid character '1' looking for beginning of object key string", 1),
            (#"{"a":1,}"#, "invalid character '}' looking for beginning of object key string", 7),
            (#"{"a" 1}"#, "invalid character '1' after object key", 5),
            (#"{"a":1 "b":2}"#, "invalid character '\"' after object key:value pair", 7),
            (#"{"a":1"#, "unexpected end of JSON input", 6),
            ("nul", "unexpected end of JSON input", 3),
            ("nulx", "invalid character 'x' in literal null (expecting 'l')", 3),
            ("trux", "invalid character 'x' in literal true (expecting 'e')", 3),
            ("01", "invalid character '1' after top-level value", 1),
            ("-", "unexpected end of JSON input", 1),
            ("-a", "invalid character 'a' in numeric literal", 1),
            ("1.", "unexpected end of JSON input", 2),
            ("1.x", "invalid character 'x' after decimal point in numeric literal", 2),
            ("1e+", "unexpected end of JSON input", 3),
            ("1ex", "invalid character 'x' in exponent of numeric literal", 2),
            ("\"a\nb\"", "invalid character '\\n' in string literal", 2),
            ("\"a\u{01}b\"", "invalid character '\\x01' in string literal", 2),
            (#""\x""#, "invalid character 'x' in string escape code", 2),
            (#""\u00g0""#, #"invalid character 'g' in \u hexadecimal character escape"#, 5),
            ("\"abc", "unexpected end of JSON input", 4),
            ("1 1", "invalid character '1' after top-level value", 2),
            ("'a'", #"invalid character '\'' looking for beginning of value"#, 0),
            ("é", "invalid character 'Ã' looking for beginning of value", 0),
        ])
    func refusals(_ json: String, _ message: String, _ offset: Int) {
        let text = Array(json.utf8)
        let cold = #expect(throws: JSONError.self) { try JSONValue.parse(text) }
        let hot = #expect(throws: JSONError.self) { try text.withUnsafeBufferPointer { try JSONReader.validate($0) } }
        #expect(cold?.message == message)
        #expect(cold?.offset == offset)
        #expect(hot == cold)
    }

    @Test("an error tells line and column in characters")
    func places() throws {
        let error = #expect(throws: JSONError.self) { try JSONValue.parse("{\n  \"日本\": x\n}") }
        #expect(error?.line == 2)
        #expect(error?.column == 9)
        #expect(error?.description == "invalid character 'x' looking for beginning of value (line 2, column 9)")
    }

    @Test("nesting ends at the limit")
    func depth() throws {
        func nested(_ depth: Int) -> [UInt8] { Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8) }
        _ = try JSONValue.parse(nested(JSONReader.defaultDepthLimit))
        let tooDeep = nested(JSONReader.defaultDepthLimit + 1)
        #expect(#expect(throws: JSONError.self) { try JSONValue.parse(tooDeep) }?.kind == .tooDeep)
        #expect(
            #expect(throws: JSONError.self) { try tooDeep.withUnsafeBufferPointer { try JSONReader.validate($0) } }?.message
                == "invalid character '[' exceeded max depth")
        _ = try JSONValue.parse(Array("[[],[],[]]".utf8), depthLimit: 2)
        let veryDeep = nested(1_000_000)
        try veryDeep.withUnsafeBufferPointer { try JSONReader.validate($0, depthLimit: 1_000_000) }
    }

    @Test("a value of another kind is named, and syntax comes first where the value itself is broken")
    func wrongKinds() {
        func reading<Value>(_ json: String, _ read: (inout JSONReader) throws(JSONError) -> Value) -> JSONError? {
            JSONReader.read(Array(json.utf8)) { reader in
                do throws(JSONError) {
                    _ = try read(&reader)
                    return nil
                } catch {
                    return error
                }
            }
        }
        #expect(
            reading(" 5") { (reader) throws(JSONError) in try reader.readString().string }?.message == "expected a string, found a number")
        #expect(reading("[]") { (reader) throws(JSONError) in try reader.beginObject() }?.message == "expected an object, found an array")
        #expect(reading("null") { (reader) throws(JSONError) in try reader.readBool() }?.kind == .wrongType)
        #expect(reading("?") { (reader) throws(JSONError) in try reader.beginArray() }?.kind == .syntax)
        #expect(
            reading("1.5") { (reader) throws(JSONError) in try reader.readInt64() }?.message == "cannot read number 1.5 as a 64-bit integer"
        )
        #expect(reading("9223372036854775808") { (reader) throws(JSONError) in try reader.readInt64() }?.kind == .numberOutOfRange)
        #expect(reading("1e999") { (reader) throws(JSONError) in try reader.readDouble() }?.kind == .numberOutOfRange)
    }

    @Test("a stream's first value is read without looking at what follows")
    func trailing() throws {
        try JSONReader.read(Array("[1] tail".utf8)) { reader in
            try reader.skipValue()
            #expect(reader.offset == 3)
            #expect(throws: JSONError.self) { try reader.finish() }
        }
    }

    @Test("field names match in any case of ASCII letters, switch cases only exactly")
    func fieldNames() throws {
        try JSONReader.read(Array(#"{"Labels": 1}"#.utf8)) { reader in
            try reader.beginObject()
            let key = try #require(try reader.nextKey())
            #expect(key.namesField("labels"))
            #expect(!key.namesField("label"))
            #expect(!(key == "labels"))
            #expect(key == "Labels")
        }
    }
}
