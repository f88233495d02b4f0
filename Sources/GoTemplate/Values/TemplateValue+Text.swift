extension TemplateValue {
    /// The Go string of these bytes: `string` if they are UTF-8, else `bytes`.
    public static func text(_ bytes: [UInt8]) -> TemplateValue {
        if let text = String(validating: bytes, as: UTF8.self) { .string(text) } else { .bytes(bytes) }
    }

    /// The strings one after another, with a separator between them.
    public static func joined(_ parts: [TemplateValue], separator: TemplateValue) -> TemplateValue {
        var output = GoTextBuffer()
        for (index, part) in parts.enumerated() {
            if index > 0 { output.append(text: separator) }
            output.append(text: part)
        }
        return output.value
    }

    /// The characters of an argument that was declared as a string; bytes that are part of none are U+FFFD.
    var plainText: String {
        switch self {
        case .string(let text): text
        case .bytes(let bytes): GoBytes.repaired(bytes)
        case .object(let object): object.basic?.plainText ?? ""
        default: ""
        }
    }

    /// The bytes of an argument that was declared as a string.
    var textBytes: [UInt8] {
        switch self {
        case .string(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        case .object(let object): object.basic?.textBytes ?? []
        default: []
        }
    }

    /// How many bytes the string has, also that of a named type; nil for what is none.
    var textLength: Int? {
        switch self {
        case .string(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .object(let object) where object.kind == .basic: object.basic?.textLength
        default: nil
        }
    }

    /// The string after a change of its characters. What is UTF-8 in it changes piece by piece; other bytes become what `stray` gives for each,
    /// or stay.
    func mappingText<Failure: Error>(
        stray: String? = nil, _ change: (String) throws(Failure) -> String
    ) throws(Failure) -> TemplateValue {
        guard case .bytes(let bytes) = self else { return .string(try change(plainText)) }
        var output: [UInt8] = []
        try GoBytes.walk(bytes) { (piece) throws(Failure) in
            output += try change(String(decoding: piece, as: UTF8.self)).utf8
        } stray: { byte throws(Failure) in
            if let stray { output += stray.utf8 } else { output.append(byte) }
        }
        return .text(output)
    }
}
