import Glibc
import Labels

/// Go's `strconv.ParseFloat`.
enum GoNumber {
    /// The number of a text: decimal or hexadecimal, `inf`, `infinity` or `nan` in any case.
    static func float(_ text: String) throws(TemplateFault) -> Double {
        var rest = Array(text.utf8)[...]
        let sign = rest.first
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let isNegative = sign == UInt8(ascii: "-")
        switch String(decoding: rest, as: UTF8.self).lowercased() {
        case "inf", "infinity": return isNegative ? -.infinity : .infinity
        case "nan" where rest.count == text.utf8.count: return .nan
        default: break
        }
        guard let digits = withoutSeparators(rest), isNumber(digits[...]) else {
            throw TemplateFault("strconv.ParseFloat: parsing \(GoQuote.quote(text)): invalid syntax")
        }
        // The C library rounds correctly and knows both notations.
        let value = strtod((isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self), nil)
        guard value.isFinite else { throw TemplateFault("strconv.ParseFloat: parsing \(GoQuote.quote(text)): value out of range") }
        return value
    }

    /// The bytes without the underscores that Go allows between digits; nil when one stands elsewhere.
    private static func withoutSeparators(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        let underscore = UInt8(ascii: "_")
        guard bytes.contains(underscore) else { return Array(bytes) }
        let isHexadecimal = hasHexadecimalPrefix(bytes)
        for index in bytes.indices where bytes[index] == underscore {
            guard index > bytes.startIndex, index + 1 < bytes.endIndex else { return nil }
            let followsPrefix = isHexadecimal && index == bytes.startIndex + 2
            guard followsPrefix || isDigit(bytes[index - 1], isHexadecimal), isDigit(bytes[index + 1], isHexadecimal) else { return nil }
        }
        return bytes.filter { $0 != underscore }
    }

    /// Digits with at most one point, then an exponent, which hexadecimal ones must have.
    private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        let isHexadecimal = hasHexadecimalPrefix(rest)
        if isHexadecimal { rest = rest.dropFirst(2) }
        let mark = UInt8(ascii: isHexadecimal ? "p" : "e")
        let end = rest.firstIndex { $0 | 0x20 == mark } ?? rest.endIndex
        let mantissa = rest[..<end]
        let digits = mantissa.filter { $0 != UInt8(ascii: ".") }
        guard !digits.isEmpty, mantissa.count - digits.count <= 1 else { return false }
        guard digits.allSatisfy({ isDigit($0, isHexadecimal) }) else { return false }
        guard end < rest.endIndex else { return !isHexadecimal }
        var exponent = rest[(end + 1)...]
        if exponent.first == UInt8(ascii: "+") || exponent.first == UInt8(ascii: "-") { exponent = exponent.dropFirst() }
        return !exponent.isEmpty && exponent.allSatisfy { isDigit($0, false) }
    }

    private static func hasHexadecimalPrefix(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count > 2 && String(decoding: bytes.prefix(2), as: UTF8.self).lowercased() == "0x"
    }

    private static func isDigit(_ byte: UInt8, _ isHexadecimal: Bool) -> Bool {
        byte &- 0x30 < 10 || (isHexadecimal && (0x61...0x66).contains(byte | 0x20))
    }
}
