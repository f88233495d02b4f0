/// `$VAR` and `${VAR}` in `external_labels` (reference 1.5), by the rules of Go's `os.Expand`.
enum VariableExpansion {
    /// The text with its variables replaced. `$$` is a dollar; a dollar before anything else stays; an unfinished or empty brace goes.
    static func expand(_ text: String, _ value: (String) -> String) -> String {
        var output: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "$"), !rest.isEmpty else {
                output.append(byte)
                continue
            }
            let (name, length) = name(rest)
            rest = rest.dropFirst(length)
            if !name.isEmpty { output += name == "$" ? "$".utf8 : value(name).utf8 } else if length == 0 { output.append(byte) }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The name behind a dollar and the bytes that it takes; no name but bytes: bad syntax, which goes.
    private static func name(_ bytes: ArraySlice<UInt8>) -> (name: String, length: Int) {
        let start = bytes.startIndex
        guard bytes[start] == UInt8(ascii: "{") else {
            if isSpecial(bytes[start]) { return (text(bytes.prefix(1)), 1) }
            let name = bytes.prefix { isLetterOrDigit($0) }
            return (text(name), name.count)
        }
        let inner = bytes.dropFirst()
        guard let end = inner.firstIndex(of: UInt8(ascii: "}")) else { return ("", 1) }
        return (text(inner[..<end]), end - start + 1)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// What names a variable of a shell by itself.
    private static func isSpecial(_ byte: UInt8) -> Bool { "*#$@!?-0123456789".utf8.contains(byte) }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "_")
    }
}
