import JSON

/// What must hold for any bytes given to the JSON module:
/// - reading over a text, walking it and building its value accept the same texts, and refuse with the same error;
/// - a value written and parsed again is equal, and writing that gives the same bytes.
public func fuzzJSON(_ bytes: UnsafeRawBufferPointer) {
    let text = bytes.bindMemory(to: UInt8.self)
    let skipped = Result { () throws(JSONError) in try JSONReader.validate(text) }
    let walked = Result { () throws(JSONError) in
        var reader = JSONReader(text)
        try walk(&reader)
        try reader.finish()
    }
    let built = Result { () throws(JSONError) in try JSONValue.parse(Array(text)) }
    guard error(of: skipped) == error(of: built), error(of: walked) == error(of: built) else {
        fuzzFailure("the hot and the cold reader disagree", bytes)
        return
    }
    guard case .success(let value) = built else { return }
    for escapesHTML in [true, false] {
        var writer = JSONWriter(escapesHTML: escapesHTML)
        value.write(into: &writer)
        guard case .success(value) = Result(catching: { () throws(JSONError) in try JSONValue.parse(writer.bytes) }) else {
            fuzzFailure("a written value does not read back", bytes)
            return
        }
    }
    checkNumbers(in: value, bytes)
}

private func error<Value>(of result: Result<Value, JSONError>) -> JSONError? {
    if case .failure(let error) = result { error } else { nil }
}

/// Reads a value the way the hot path does: by key, string by string.
private func walk(_ reader: inout JSONReader) throws(JSONError) {
    switch try reader.peek() {
    case .null: _ = try reader.readNull()
    case .bool: _ = try reader.readBool()
    case .number: _ = try reader.readNumber()
    case .string: _ = try reader.readString()
    case .array:
        try reader.beginArray()
        while try reader.nextElement() { try walk(&reader) }
    case .object:
        try reader.beginObject()
        while try reader.nextKey() != nil { try walk(&reader) }
    }
}

/// A float written and read again is the same float.
private func checkNumbers(in value: JSONValue, _ bytes: UnsafeRawBufferPointer) {
    switch value {
    case .number(let number):
        guard let double = number.double else { return }
        if JSONNumber(double)?.double != double { fuzzFailure("a written float does not read back", bytes) }
    case .array(let elements):
        for element in elements { checkNumbers(in: element, bytes) }
    case .object(let members):
        for member in members { checkNumbers(in: member.value, bytes) }
    default: break
    }
}
