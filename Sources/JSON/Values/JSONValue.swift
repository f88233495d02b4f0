/// Any JSON value, for the cold paths: requests other than alerts, answers of peers, webhook payloads.
public enum JSONValue: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, kept as its text.
    case number(JSONNumber)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object, in the order of its text.
    case object(JSONObject)

    /// Its kind.
    public var kind: JSONKind {
        switch self {
        case .null: .null
        case .bool: .bool
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    // MARK: Parts

    /// Whether it is `null`.
    public var isNull: Bool { self == .null }

    /// The boolean, if it is one.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The number, if it is one.
    public var numberValue: JSONNumber? {
        if case .number(let value) = self { value } else { nil }
    }

    /// The number, if it is one without fraction and exponent that fits 64 bits.
    public var int64Value: Int64? { numberValue?.int64 }

    /// The number, if it is one that fits a Double.
    public var doubleValue: Double? { numberValue?.double }

    /// The string, if it is one.
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The elements, if it is an array.
    public var arrayValue: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members, if it is an object.
    public var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The member of this name, if it is an object that has one.
    public subscript(_ key: String) -> JSONValue? { objectValue?[key] }

    /// The element at this place, if it is an array that has one.
    public subscript(_ index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    // MARK: Text

    /// The value of a whole text, which must be exactly one JSON value. The last of equal keys wins, as in Go.
    public static func parse(_ text: [UInt8], depthLimit: Int = JSONReader.defaultDepthLimit) throws(JSONError) -> JSONValue {
        try JSONReader.read(text, depthLimit: depthLimit) { (reader) throws(JSONError) in
            let value = try reader.readValue()
            try reader.finish()
            return value
        }
    }

    /// The value of a whole text.
    public static func parse(_ text: String, depthLimit: Int = JSONReader.defaultDepthLimit) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8), depthLimit: depthLimit)
    }

    /// Writes it, compactly.
    public func write(into writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .number(let value): writer.raw(value.text)
        case .string(let value): writer.string(value)
        case .array(let elements):
            writer.beginArray()
            for element in elements { element.write(into: &writer) }
            writer.endArray()
        case .object(let members):
            writer.beginObject()
            for member in members {
                writer.key(member.key)
                member.value.write(into: &writer)
            }
            writer.endObject()
        }
    }

    /// Its compact text.
    public var text: String {
        var writer = JSONWriter()
        write(into: &writer)
        return writer.string
    }
}

extension JSONReader {
    /// Reads a value of any kind.
    public mutating func readValue() throws(JSONError) -> JSONValue {
        switch try peek() {
        case .null:
            try scanLiteral("null")
            return .null
        case .bool: return .bool(try readBool())
        case .number: return .number(JSONNumber(checked: try scanNumber().string))
        case .string: return .string(try scanStringValue().string)
        case .array:
            try beginArray()
            var elements: [JSONValue] = []
            while try nextElement() { elements.append(try readValue()) }
            return .array(elements)
        case .object:
            try beginObject()
            var members = JSONObject()
            while let key = try nextKey()?.string { members[key] = try readValue() }
            return .object(members)
        }
    }
}
