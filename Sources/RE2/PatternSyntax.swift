/// The one piece of Go's pattern syntax that this version of re2 does not read: groups named `(?<name>…)`.
enum PatternSyntax {
    /// The pattern with `(?<name>` written as `(?P<name>`. Escapes, `\Q…\E` and character classes are left alone.
    static func translatingNamedGroups(_ pattern: String) -> String {
        guard pattern.utf8.contains(UInt8(ascii: "<")), pattern.contains("(?<") else { return pattern }
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
