/// A pull reader over JSON bytes for the hot path: the caller walks the text, nothing is built that it does not ask for.
///
/// ```swift
/// try reader.beginObject()
/// while let key = try reader.nextKey() {
///     switch key {
///     case "labels": try readLabels(&reader)
///     default: try reader.skipValue()
///     }
/// }
/// ```
/// Strict RFC 8259. Like Go's encoding/json it accepts invalid UTF-8 and lone surrogates inside strings and gives U+FFFD for each bad byte.
/// Strings without escapes are slices of the input. The input must outlive the reader and every `JSONText` it returned.
///
/// A wrong type is reported when it is met, before the rest of the text is known to be JSON; Go reports syntax errors first. A caller that
/// wants Go's precedence runs `JSONReader.validate` on the text before it reports a `wrongType`.
public struct JSONReader: ~Copyable {
    /// How deep containers may nest unless the caller says otherwise.
    public static let defaultDepthLimit = 512

    let text: UnsafeBufferPointer<UInt8>
    let base: UnsafePointer<UInt8>
    let count: Int
    let depthLimit: Int
    var position = 0
    var depth = 0
    /// No element of the innermost open container was read yet. One flag is enough: when a nested container ends, its parent has an element.
    var atFirst = true
    var keyScratch = JSONScratch()
    var valueScratch = JSONScratch()

    /// A reader at the start of a text.
    public init(_ text: UnsafeBufferPointer<UInt8>, depthLimit: Int = JSONReader.defaultDepthLimit) {
        self.text = text
        // Never read when the buffer is empty: any address will do.
        self.base = text.baseAddress ?? ("" as StaticString).utf8Start
        self.count = text.count
        self.depthLimit = depthLimit
    }

    /// Reads a text that is held in an array.
    public static func read<Result, Failure: Error>(
        _ text: [UInt8], depthLimit: Int = JSONReader.defaultDepthLimit, _ body: (inout JSONReader) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // The closure catches: withUnsafeBufferPointer rethrows untyped in older toolchains.
        let outcome: Swift.Result<Result, Failure> = text.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(buffer, depthLimit: depthLimit)
            do throws(Failure) {
                return .success(try body(&reader))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Whether a text is exactly one JSON value, and if not, why.
    public static func validate(_ text: UnsafeBufferPointer<UInt8>, depthLimit: Int = JSONReader.defaultDepthLimit) throws(JSONError) {
        var reader = JSONReader(text, depthLimit: depthLimit)
        try reader.skipValue()
        try reader.finish()
    }

    /// Bytes read so far.
    public var offset: Int { position }

    // MARK: Looking ahead

    /// The kind of the next value, which stays unread.
    public mutating func peek() throws(JSONError) -> JSONKind {
        switch try nextByte() {
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: throw invalidCharacter("looking for beginning of value")
        }
    }

    /// Ends the reading of a whole text: only white space may follow. Go's stream decoder, and so Alertmanager's API, does not ask for this.
    public mutating func finish() throws(JSONError) {
        skipWhitespace()
        if position < count { throw invalidCharacter("after top-level value") }
    }

    // MARK: Containers

    /// Enters an object.
    public mutating func beginObject() throws(JSONError) {
        guard try nextByte() == UInt8(ascii: "{") else { throw try wrongType(.object) }
        try enter()
    }

    /// The next key of the object that was entered last; nil at its end, which is then behind the reader. Its value must be read or skipped.
    public mutating func nextKey() throws(JSONError) -> JSONText? {
        var byte = try nextByte()
        if byte == UInt8(ascii: "}") {
            leave()
            return nil
        }
        if atFirst {
            atFirst = false
        } else {
            guard byte == UInt8(ascii: ",") else { throw invalidCharacter("after object key:value pair") }
            position += 1
            byte = try nextByte()
        }
        guard byte == UInt8(ascii: "\"") else { throw invalidCharacter("looking for beginning of object key string") }
        let key = try scanKey()
        guard try nextByte() == UInt8(ascii: ":") else { throw invalidCharacter("after object key") }
        position += 1
        return key
    }

    /// Enters an array.
    public mutating func beginArray() throws(JSONError) {
        guard try nextByte() == UInt8(ascii: "[") else { throw try wrongType(.array) }
        try enter()
    }

    /// Whether the array that was entered last has another element, which must then be read; false at its end, which is then behind the reader.
    public mutating func nextElement() throws(JSONError) -> Bool {
        let byte = try nextByte()
        if atFirst {
            if byte == UInt8(ascii: "]") {
                leave()
                return false
            }
            atFirst = false
            return true
        }
        if byte == UInt8(ascii: "]") {
            leave()
            return false
        }
        guard byte == UInt8(ascii: ",") else { throw invalidCharacter("after array element") }
        position += 1
        return true
    }

    private mutating func enter() throws(JSONError) {
        guard depth < depthLimit else { throw failure(.tooDeep, "invalid character \(Self.quoted(base[position])) exceeded max depth") }
        depth += 1
        position += 1
        atFirst = true
    }

    private mutating func leave() {
        depth -= 1
        position += 1
        atFirst = false
    }

    // MARK: Scalars

    /// Reads `null` if it is next; otherwise leaves the value unread and answers false.
    public mutating func readNull() throws(JSONError) -> Bool {
        guard try nextByte() == UInt8(ascii: "n") else { return false }
        try scanLiteral("null")
        return true
    }

    /// Reads `true` or `false`.
    public mutating func readBool() throws(JSONError) -> Bool {
        switch try nextByte() {
        case UInt8(ascii: "t"):
            try scanLiteral("true")
            return true
        case UInt8(ascii: "f"):
            try scanLiteral("false")
            return false
        default:
            throw try wrongType(.bool)
        }
    }

    /// Reads a string, decoded.
    public mutating func readString() throws(JSONError) -> JSONText {
        guard try nextByte() == UInt8(ascii: "\"") else { throw try wrongType(.string) }
        return try scanStringValue()
    }

    /// Reads a number and gives its text as written.
    public mutating func readNumber() throws(JSONError) -> JSONText {
        let byte = try nextByte()
        guard byte == UInt8(ascii: "-") || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) else { throw try wrongType(.number) }
        return try scanNumber()
    }

    /// Reads a number without fraction or exponent that fits 64 bits.
    public mutating func readInt64() throws(JSONError) -> Int64 {
        let text = try readNumber()
        guard let value = Int64(text.string) else {
            throw failure(.numberOutOfRange, "cannot read number \(text.string) as a 64-bit integer", at: position - text.bytes.count)
        }
        return value
    }

    /// Reads a number that fits a Double.
    public mutating func readDouble() throws(JSONError) -> Double {
        let text = try readNumber()
        guard let value = Double(text.string), value.isFinite else {
            throw failure(.numberOutOfRange, "cannot read number \(text.string) as a 64-bit float", at: position - text.bytes.count)
        }
        return value
    }

    /// Reads over a value of any kind, checking its syntax. However deep it nests, the stack does not grow.
    public mutating func skipValue() throws(JSONError) {
        // Whether each container that is open is an object.
        var open: [Bool] = []
        repeat {
            switch try peek() {
            case .null: try scanLiteral("null")
            case .bool: _ = try readBool()
            case .number: _ = try scanNumber()
            case .string: try skipString()
            case .array:
                try beginArray()
                open.append(false)
            case .object:
                try beginObject()
                open.append(true)
            }
            while let isObject = open.last {
                let hasNext = isObject ? try nextKey() != nil : try nextElement()
                if hasNext { break }
                open.removeLast()
            }
        } while !open.isEmpty
    }
}
