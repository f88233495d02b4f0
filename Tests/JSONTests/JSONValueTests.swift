import JSON
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test("a text becomes a value with its members in order and its numbers as written")
    func parsing() throws {
        let value = try JSONValue.parse(#"{"b":[1,2.50,-0,1e400],"a":{"x":null,"y":true},"":"s"}"#)
        #expect(value.objectValue?.keys == ["b", "a", ""])
        #expect(value["b"]?[1]?.numberValue?.text == "2.50")
        #expect(value["b"]?[1]?.doubleValue == 2.5)
        #expect(value["b"]?[1]?.int64Value == nil)
        #expect(value["b"]?[0]?.int64Value == 1)
        #expect(value["b"]?[3]?.doubleValue == nil)
        #expect(value["b"]?[4] == nil)
        #expect(value["a"]?["x"]?.isNull == true)
        #expect(value["a"]?["y"]?.boolValue == true)
        #expect(value[""]?.stringValue == "s")
        #expect(value["missing"] == nil)
        #expect(value.text == #"{"b":[1,2.50,-0,1e400],"a":{"x":null,"y":true},"":"s"}"#)
    }

    @Test("the last of equal keys wins, in small and in large objects")
    func duplicates() throws {
        #expect(try JSONValue.parse(#"{"a":1,"b":2,"a":3}"#) == ["a": 3, "b": 2])
        let members = (0..<40).map { #""k\#($0 % 20)":\#($0)"# }.joined(separator: ",")
        let object = try #require(try JSONValue.parse("{\(members)}").objectValue)
        #expect(object.count == 20)
        #expect((0..<20).allSatisfy { object["k\($0)"] == .number(JSONNumber($0 + 20)) })
    }

    @Test("members are set, replaced in place and taken away")
    func editing() {
        var object = JSONObject((0..<12).map { ("k\($0)", JSONValue.number(JSONNumber($0))) })
        object["k3"] = "new"
        object["k0"] = nil
        object["k12"] = true
        object["none"] = nil
        #expect(object.keys == (1...12).map { "k\($0)" })
        #expect(object["k3"] == "new")
        #expect(object["k11"] == 11)
        #expect(object["k0"] == nil)
        for key in object.keys.prefix(6) { object[key] = nil }
        #expect(object.keys == (7...12).map { "k\($0)" })
        #expect(object["k12"] == true)
    }

    @Test(
        "a number is made only from a number's text",
        arguments: [
            ("1", true), ("-0.5e+3", true), ("", false), ("01", false), (" 1", false), ("1\n", false), ("1 ", false), ("x", false),
            ("+1", false), ("NaN", false), ("1,2", false),
        ])
    func numbers(_ text: String, _ isNumber: Bool) {
        #expect((JSONNumber(text) != nil) == isNumber)
    }

    @Test("a wrong value is reported with its path")
    func paths() throws {
        let root = JSONElement(try JSONValue.parse(#"{"matchers":[{"name":"a","isRegex":"yes"},5],"n":1.5,"none":null,"big":1e999}"#))
        func message(_ body: () throws(JSONDecodingError) -> Void) -> String {
            do throws(JSONDecodingError) {
                try body()
                return ""
            } catch {
                return error.description
            }
        }
        #expect(message { () throws(JSONDecodingError) in _ = try root.member("comment") } == "comment is required")
        #expect(message { () throws(JSONDecodingError) in _ = try root.member("none") } == "none is required")
        #expect(try root.optionalMember("none") == nil)
        #expect(
            message { () throws(JSONDecodingError) in
                for matcher in try root.member("matchers").elements() { _ = try matcher.member("isRegex").bool() }
            } == "matchers.0.isRegex: expected a boolean, found a string")
        #expect(
            message { () throws(JSONDecodingError) in
                _ = try root.member("matchers").elements()[1].member("name")
            } == "matchers.1: expected an object, found a number")
        #expect(
            message { () throws(JSONDecodingError) in _ = try root.member("n").int64() } == "n: expected an integer of 64 bits, found 1.5")
        #expect(
            message { () throws(JSONDecodingError) in _ = try root.member("big").double() } == "big: 1e999 is too large for a 64-bit float")
        #expect(message { () throws(JSONDecodingError) in _ = try root.elements() } == "the document: expected an array, found an object")
        #expect(message { () throws(JSONDecodingError) in throw try root.member("n").invalid("must be even") } == "n: must be even")
        #expect(try root.member("n").double() == 1.5)
        #expect(
            try root.member("matchers").elements()[0].members().map(\.element.path.description) == [
                "matchers.0.name", "matchers.0.isRegex",
            ])
    }
}
