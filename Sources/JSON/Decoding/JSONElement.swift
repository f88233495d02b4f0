/// A value with the path that led to it, for typed decoding on cold paths.
///
/// ```swift
/// let root = JSONElement(try JSONValue.parse(body))
/// let comment = try root.member("comment").string()
/// let id = try root.optionalMember("id")?.string() ?? ""
/// ```
public struct JSONElement: Hashable, Sendable {
    /// The value.
    public let value: JSONValue
    /// The way to it from the root.
    public let path: JSONPath

    /// A value at a place; the root unless a path is given.
    public init(_ value: JSONValue, path: JSONPath = JSONPath()) {
        self.value = value
        self.path = path
    }

    /// The member of this name, which must be there and not null.
    public func member(_ key: String) throws(JSONDecodingError) -> JSONElement {
        guard let member = try optionalMember(key) else { throw JSONDecodingError(path: path.appending(key), problem: .missing) }
        return member
    }

    /// The member of this name; nil if it is absent or null.
    public func optionalMember(_ key: String) throws(JSONDecodingError) -> JSONElement? {
        guard let value = try object()[key], !value.isNull else { return nil }
        return JSONElement(value, path: path.appending(key))
    }

    /// The members of an object.
    public func object() throws(JSONDecodingError) -> JSONObject {
        guard let object = value.objectValue else { throw wrongKind(.object) }
        return object
    }

    /// The members of an object, each with its path.
    public func members() throws(JSONDecodingError) -> [(key: String, element: JSONElement)] {
        try object().map { ($0.key, JSONElement($0.value, path: path.appending($0.key))) }
    }

    /// The elements of an array, each with its path.
    public func elements() throws(JSONDecodingError) -> [JSONElement] {
        guard let array = value.arrayValue else { throw wrongKind(.array) }
        return array.enumerated().map { JSONElement($0.element, path: path.appending($0.offset)) }
    }

    /// A string.
    public func string() throws(JSONDecodingError) -> String {
        guard let string = value.stringValue else { throw wrongKind(.string) }
        return string
    }

    /// A boolean.
    public func bool() throws(JSONDecodingError) -> Bool {
        guard let bool = value.boolValue else { throw wrongKind(.bool) }
        return bool
    }

    /// An integer of 64 bits.
    public func int64() throws(JSONDecodingError) -> Int64 {
        guard let number = value.numberValue else { throw wrongKind(.number) }
        guard let integer = number.int64 else { throw invalid("expected an integer of 64 bits, found \(number)") }
        return integer
    }

    /// A number.
    public func double() throws(JSONDecodingError) -> Double {
        guard let number = value.numberValue else { throw wrongKind(.number) }
        guard let double = number.double else { throw invalid("\(number) is too large for a 64-bit float") }
        return double
    }

    /// The error that the value, though of the right kind, is not acceptable.
    public func invalid(_ message: String) -> JSONDecodingError {
        JSONDecodingError(path: path, problem: .invalid(message))
    }

    private func wrongKind(_ expected: JSONKind) -> JSONDecodingError {
        JSONDecodingError(path: path, problem: .wrongKind(expected: expected.phrase, found: value.kind.phrase))
    }
}
