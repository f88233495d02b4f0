extension JSONWriter {
    mutating func append(quoting value: String) {
        var value = value
        value.withUTF8 { append(quoting: $0) }
    }

    /// Appends a quoted string. Runs of bytes that need no escape are copied at once.
    mutating func append(quoting value: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var copied = 0
        var here = 0
        while here < value.count {
            let byte = value[here]
            if byte < 0x80 {
                if isPlain(byte) {
                    here += 1
                    continue
                }
                copy(value, from: copied, to: here)
                append(escaping: byte)
                here += 1
                copied = here
                continue
            }
            let length = value.baseAddress.map { JSONReader.validSequence($0, at: here, to: value.count) } ?? 0
            if length == 0 {
                copy(value, from: copied, to: here)
                bytes.append(contentsOf: #"\ufffd"#.utf8)
                here += 1
                copied = here
            } else if length == 3, byte == 0xE2, value[here + 1] == 0x80, value[here + 2] & 0xFE == 0xA8 {
                // U+2028 and U+2029 end a line in JavaScript.
                copy(value, from: copied, to: here)
                bytes.append(contentsOf: (value[here + 2] == 0xA8 ? #"\u2028"# : #"\u2029"#).utf8)
                here += 3
                copied = here
            } else {
                here += length
            }
        }
        copy(value, from: copied, to: here)
        bytes.append(UInt8(ascii: "\""))
    }

    @inline(__always)
    private func isPlain(_ byte: UInt8) -> Bool {
        if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
        return !escapesHTML || !(byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "&"))
    }

    private mutating func copy(_ value: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) {
        if start < end { bytes.append(contentsOf: UnsafeBufferPointer(rebasing: value[start..<end])) }
    }

    private mutating func append(escaping byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default:
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(Self.hexadecimalDigit(byte >> 4))
            bytes.append(Self.hexadecimalDigit(byte & 15))
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
