import CRE2

/// The two places where this version of re2 does not read the syntax of Go's `regexp`.
enum PatternSyntax {
    /// The pattern as re2 wants it: groups named `(?<name>` are written `(?P<name>`, and `\C` (one byte of a character, which would
    /// tear UTF-8 apart) is an error. Other escapes, `\Q…\E` and character classes are left alone.
    static func translated(_ pattern: String) throws(RE2Error) -> String {
        guard pattern.contains("(?<") || pattern.contains("\\C") else { return pattern }
        let bytes = Array(pattern.utf8)
        var output: [UInt8] = []
        var position = 0
        var isInClass = false
        while position < bytes.count {
            let rest = bytes[position...]
            if rest.starts(with: "\\Q".utf8), !isInClass {
                let end = literalEnd(bytes, from: position + 2)
                output += bytes[position..<end]
                position = end
                continue
            }
            if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count {
                if bytes[position + 1] == UInt8(ascii: "C") { throw RE2Error(CRE2_BAD_ESCAPE, argument: "\\C", pattern: pattern) }
                output += bytes[position...position + 1]
                position += 2
                continue
            }
            if isInClass {
                isInClass = bytes[position] != UInt8(ascii: "]")
            } else if bytes[position] == UInt8(ascii: "[") {
                isInClass = true
                // A bracket that comes first in a class stands for itself.
                let first = rest.dropFirst()
                let length = first.starts(with: "^]".utf8) ? 3 : first.starts(with: "]".utf8) ? 2 : 1
                output += rest.prefix(length)
                position += length
                continue
            } else if rest.starts(with: "(?<".utf8), let next = rest.dropFirst(3).first, next != UInt8(ascii: "="),
                next != UInt8(ascii: "!")
            {
                output += "(?P<".utf8
                position += 3
                continue
            }
            output.append(bytes[position])
            position += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The index behind the `\E` that ends a literal.
    private static func literalEnd(_ bytes: [UInt8], from start: Int) -> Int {
        var position = start
        while position + 1 < bytes.count {
            if bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "E") { return position + 2 }
            position += 1
        }
        return bytes.count
    }
}
