/// Numbers as text.
enum YAMLFloat {
    /// A float as yaml.v2 writes it: the fewest digits that read back the same; below 1e-4 and from 1e+06 on with an exponent of at least two digits.
    static func text(_ value: Double) -> String {
        if value.isNaN { return ".nan" }
        if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
        let (digits, exponent) = decimal(value.magnitude)
        let sign = value.sign == .minus ? "-" : ""
        let power = exponent - 1
        if power < -4 || power >= 6 {
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            let magnitude = power.magnitude < 10 ? "0\(power.magnitude)" : "\(power.magnitude)"
            return "\(sign)\(digits.prefix(1))\(fraction)e\(power < 0 ? "-" : "+")\(magnitude)"
        }
        if exponent <= 0 { return "\(sign)0." + String(repeating: "0", count: -exponent) + digits }
        if digits.count <= exponent { return sign + digits + String(repeating: "0", count: exponent - digits.count) }
        return "\(sign)\(digits.prefix(exponent)).\(digits.dropFirst(exponent))"
    }

    /// The shortest digits of a number 0.DIGITS × 10^exponent. Zero is the digit 0 with exponent 1.
    private static func decimal(_ magnitude: Double) -> (digits: String, exponent: Int) {
        let parts = magnitude.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".")
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        let all = mantissa[0] + fraction
        let significant = all.drop { $0 == "0" }
        var digits = String(significant)
        while digits.hasSuffix("0") { digits.removeLast() }
        guard !digits.isEmpty else { return ("0", 1) }
        let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        return (digits, power + mantissa[0].count - (all.count - significant.count))
    }

    /// Whether YAML 1.1 readers other than Go's would take it for a base-60 number: `10:30`.
    static func isBase60(_ text: String) -> Bool {
        var parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)[...]
        guard parts.count > 1, var first = parts.popFirst(), let last = parts.popLast() else { return false }
        if let sign = first.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { first = first.dropFirst() }
        guard let digit = first.first, isDigit(digit), first.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "_") }) else { return false }
        guard parts.allSatisfy({ isSixtieth($0) }) else { return false }
        let pieces = last.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard isSixtieth(pieces[0]) else { return false }
        return pieces.count == 1 || pieces[1].allSatisfy { isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    /// One digit, or two that are below 60.
    private static func isSixtieth(_ text: Substring.UTF8View) -> Bool {
        guard let first = text.first, text.allSatisfy({ isDigit($0) }) else { return false }
        return text.count == 1 || (text.count == 2 && first < UInt8(ascii: "6"))
    }
}
