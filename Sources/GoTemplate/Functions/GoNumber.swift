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
        guard isNumber(rest) else { throw TemplateFault("strconv.ParseFloat: parsing \(GoQuote.quote(text)): invalid syntax") }
        // The C library rounds correctly and knows both notations.
        let value = strtod(text, nil)
        guard value.isFinite else { throw TemplateFault("strconv.ParseFloat: parsing \(GoQuote.quote(text)): value out of range") }
        return value
    }

    /// Digits with at most one point, then an exponent, which hexadecimal ones must have.
    private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        let isHexadecimal = rest.count > 2 && String(decoding: rest.prefix(2), as: UTF8.self).lowercased() == "0x"
        if isHexadecimal { rest = rest.dropFirst(2) }
        let mark = UInt8(ascii: isHexadecimal ? "p" : "e")
        let end = rest.firstIndex { $0 | 0x20 == mark } ?? rest.endIndex
        let mantissa = rest[..<end]
        let digits = mantissa.filter { $0 != UInt8(ascii: ".") }
        guard !digits.isEmpty, mantissa.count - digits.count <= 1 else { return false }
        guard digits.allSatisfy({ isDigit($0) || (isHexadecimal && (0x61...0x66).contains($0 | 0x20)) }) else { return false }
        guard end < rest.endIndex else { return !isHexadecimal }
        var exponent = rest[(end + 1)...]
        if exponent.first == UInt8(ascii: "+") || exponent.first == UInt8(ascii: "-") { exponent = exponent.dropFirst() }
        return !exponent.isEmpty && exponent.allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
