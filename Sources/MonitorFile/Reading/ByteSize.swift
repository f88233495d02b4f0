import Labels

/// Sizes such as `10MB` and `1GiB512MiB` (reference 5.6, `body_size_limit`): units of 1024 in either spelling.
enum ByteSize {
    /// What is wrong with a size.
    struct Fault: Error, CustomStringConvertible { let description: String }

    /// The number of bytes. A bare `0` needs no unit; units with and without `i` are not mixed. What is negative is no size and read as 0.
    static func parse(_ text: String) throws(Fault) -> Int {
        var rest = text.utf8[...]
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest.removeFirst()
        }
        if rest.elementsEqual("0".utf8) { return 0 }
        guard !rest.isEmpty else { throw Fault(description: "not a valid size: \(GoQuote.quote(text)); write it as 512KB or 10MB") }
        var total = 0.0
        var isBinary: Bool?
        while !rest.isEmpty {
            let digits = rest.prefix { ($0 &- 0x30) < 10 || $0 == UInt8(ascii: ".") }
            rest = rest.dropFirst(digits.count)
            let unit = String(decoding: rest.prefix { ($0 &- 0x30) >= 10 && $0 != UInt8(ascii: ".") }, as: UTF8.self)
            rest = rest.dropFirst(unit.utf8.count)
            guard let number = Self.number(digits) else {
                throw Fault(description: "not a valid size: \(GoQuote.quote(text)); write it as 512KB or 10MB")
            }
            guard !unit.isEmpty else { throw Fault(description: "missing unit in size \(GoQuote.quote(text)); write it as 512KB or 10MB") }
            guard let factor = Self.factor(unit), isBinary == nil || unit == "B" || isBinary == unit.hasSuffix("iB") else {
                throw Fault(description: "unknown unit \(GoQuote.quote(unit)) in size \(GoQuote.quote(text)); known: B KB MB GB TB PB EB")
            }
            if unit != "B" { isBinary = unit.hasSuffix("iB") }
            total += number * factor
        }
        guard total < 0x1p63 else { throw Fault(description: "size \(GoQuote.quote(text)) is too large") }
        return isNegative ? 0 : Int(total)
    }

    /// Digits with at most one point.
    private static func number(_ digits: Substring.UTF8View) -> Double? {
        let text = String(decoding: digits, as: UTF8.self)
        guard text.utf8.contains(where: { ($0 &- 0x30) < 10 }), text.utf8.filter({ $0 == UInt8(ascii: ".") }).count <= 1 else { return nil }
        // Go takes `.5` and `5.` as well.
        return Double(text.utf8.contains(UInt8(ascii: ".")) ? "0\(text)0" : text)
    }

    private static func factor(_ unit: String) -> Double? {
        if unit == "B" { return 1 }
        let prefixes: [Character: Double] = ["K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40, "P": 0x1p50, "E": 0x1p60]
        guard let first = unit.first, unit.dropFirst() == "B" || unit.dropFirst() == "iB" else { return nil }
        return prefixes[first]
    }
}
