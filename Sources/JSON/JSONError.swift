/// What is wrong with a JSON text, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The class of a problem, for callers that answer differently to each.
    public enum Kind: UInt8, Hashable, Sendable {
        /// The text is not JSON.
        case syntax
        /// The text stops in the middle of a value.
        case unexpectedEnd
        /// Containers are nested deeper than the reader's limit.
        case tooDeep
        /// The text is JSON, but another kind of value was asked for.
        case wrongType
        /// A number does not fit the type that was asked for.
        case numberOutOfRange
    }

    /// The class of the problem.
    public let kind: Kind
    /// What was found, in the words of Go's encoding/json where it has some: `invalid character 'x' looking for beginning of value`.
    public let message: String
    /// The place in the text: bytes before it.
    public let offset: Int
    /// The line, from 1.
    public let line: Int
    /// The column in characters, from 1.
    public let column: Int

    /// A problem at this byte of a text, whose line and column are counted here.
    public init(kind: Kind, message: String, offset: Int, in text: UnsafeBufferPointer<UInt8>) {
        var line = 1
        var column = 1
        for byte in text.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.kind = kind
        self.message = message
        self.offset = offset
        self.line = line
        self.column = column
    }

    /// The message with its place: `unexpected end of JSON input (line 1, column 5)`.
    public var description: String { "\(message) (line \(line), column \(column))" }
}

/// The six kinds of JSON values.
public enum JSONKind: UInt8, Hashable, Sendable, CustomStringConvertible {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool
    /// A number.
    case number
    /// A string.
    case string
    /// An array.
    case array
    /// An object.
    case object

    /// The kind's name in JSON's own words.
    public var description: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// The kind with its article, for sentences: `a string`, `an object`, `null`.
    public var phrase: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
