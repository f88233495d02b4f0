/// The quoted-printable encoding of texts (RFC 2045, 6.7): lines of at most 76 characters, every line end a CRLF.
public enum QuotedPrintable {
    private static let longestLine = 76

    /// Appends the text, encoded as Go's `quotedprintable.Writer` does it: CRLF, CR and LF all are line ends.
    public static func append(_ text: String, to result: inout [UInt8]) {
        var text = text
        text.withUTF8 { append($0, to: &result) }
    }

    private static func append(_ bytes: UnsafeBufferPointer<UInt8>, to result: inout [UInt8]) {
        result.reserveCapacity(result.count + bytes.count + bytes.count / 16)
        var lineStart = result.count
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case 0x0d, 0x0a:
                if byte == 0x0d, index < bytes.count, bytes[index] == 0x0a { index += 1 }
                result.append(0x0d)
                result.append(0x0a)
                lineStart = result.count
            case 0x20, 0x09:
                // A blank at the end of a line would be lost on the way.
                let isLast = index == bytes.count || bytes[index] == 0x0d || bytes[index] == 0x0a
                add(byte, encoded: isLast, to: &result, &lineStart)
            case 0x21...0x7e where byte != UInt8(ascii: "="): add(byte, encoded: false, to: &result, &lineStart)
            default: add(byte, encoded: true, to: &result, &lineStart)
            }
        }
    }

    /// One byte, on a new line if only the `=` of a soft line break fits on this one.
    private static func add(_ byte: UInt8, encoded: Bool, to result: inout [UInt8], _ lineStart: inout Int) {
        if result.count - lineStart + (encoded ? 3 : 1) > longestLine - 1 {
            result.append(UInt8(ascii: "="))
            result.append(0x0d)
            result.append(0x0a)
            lineStart = result.count
        }
        if encoded { appendHexadecimal(byte, to: &result) } else { result.append(byte) }
    }
}
