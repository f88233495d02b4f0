/// Go's durations, such as `1m30s`, `500ms` or `1.5h` (reference 1.1, `godur`).
public enum GoDuration {
    /// Reads a duration: an optional sign, then `0` or decimal numbers each with one of the units `ns us µs ms s m h`, in any order.
    public static func parse(_ text: some StringProtocol) throws(DurationError) -> TimeSpan {
        var rest = Substring(text)[...]
        var isNegative = false
        if let sign = rest.utf8.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        if rest == "0" { return .zero }
        guard !rest.isEmpty else { throw invalid(text) }
        var total: UInt64 = 0
        while !rest.isEmpty {
            guard let number = Number(consuming: &rest) else { throw invalid(text) }
            let unit = rest.prefix { $0 != "." && !("0"..."9").contains($0) }
            guard !unit.isEmpty else { throw DurationError(message: "time: missing unit in duration \(quoted(String(text)))") }
            guard let scale = nanoseconds(of: unit) else {
                throw DurationError(message: "time: unknown unit \(quoted(String(unit))) in duration \(quoted(String(text)))")
            }
            rest = rest[unit.endIndex...]
            // -1 << 63 is a valid duration, so the bound is one more than Int64.max until the sign is applied.
            guard let part = number.scaled(by: scale), part <= limit - total else { throw invalid(text) }
            total += part
        }
        if isNegative { return TimeSpan(nanoseconds: total == limit ? .min : -Int64(total)) }
        guard total < limit else { throw invalid(text) }
        return TimeSpan(nanoseconds: Int64(total))
    }

    /// Go's printed form, such as `1h0m0s`, `1.5s`, `250ms` or `0s`.
    public static func format(_ span: TimeSpan) -> String {
        let magnitude = span.nanoseconds.magnitude
        guard magnitude > 0 else { return "0s" }
        let sign = span.nanoseconds < 0 ? "-" : ""
        if magnitude < 1_000 { return "\(sign)\(magnitude)ns" }
        if magnitude < 1_000_000 { return sign + decimal(magnitude, digits: 3) + "µs" }
        if magnitude < 1_000_000_000 { return sign + decimal(magnitude, digits: 6) + "ms" }
        let minutes = magnitude / 60_000_000_000
        let seconds = decimal(magnitude % 60_000_000_000, digits: 9) + "s"
        if minutes == 0 { return sign + seconds }
        if minutes < 60 { return "\(sign)\(minutes)m\(seconds)" }
        return "\(sign)\(minutes / 60)h\(minutes % 60)m\(seconds)"
    }

    private static let limit: UInt64 = 1 << 63

    /// A decimal number as read: `integer` and `fraction / scale`.
    private struct Number {
        var integer: UInt64 = 0
        var fraction: UInt64 = 0
        var scale: Double = 1

        /// Takes a number off the front of the text; nil if there is none or it is too large.
        init?(consuming text: inout Substring) {
            var bytes = text.utf8[...]
            var digits = 0
            while let digit = bytes.first.map({ $0 &- 0x30 }), digit < 10 {
                let (scaled, overflow) = integer.multipliedReportingOverflow(by: 10)
                guard !overflow, scaled <= limit, scaled + UInt64(digit) <= limit else { return nil }
                integer = scaled + UInt64(digit)
                digits += 1
                bytes = bytes.dropFirst()
            }
            if bytes.first == UInt8(ascii: ".") {
                bytes = bytes.dropFirst()
                while let digit = bytes.first.map({ $0 &- 0x30 }), digit < 10 {
                    // Digits that no longer fit are below a nanosecond of any unit and are dropped.
                    if fraction < (limit - 9) / 10 {
                        fraction = fraction * 10 + UInt64(digit)
                        scale *= 10
                    }
                    digits += 1
                    bytes = bytes.dropFirst()
                }
            }
            guard digits > 0 else { return nil }
            text = Substring(bytes)
        }

        /// The number of nanoseconds it makes in a unit; nil when that is too many.
        func scaled(by unit: UInt64) -> UInt64? {
            let (whole, overflow) = integer.multipliedReportingOverflow(by: unit)
            guard !overflow, whole <= limit else { return nil }
            guard fraction > 0 else { return whole }
            let sum = whole + UInt64(Double(fraction) * (Double(unit) / scale))
            return sum <= limit ? sum : nil
        }
    }

    private static func nanoseconds(of unit: Substring) -> UInt64? {
        switch unit {
        case "ns": 1
        case "us", "\u{B5}s", "\u{3BC}s": 1_000
        case "ms": 1_000_000
        case "s": 1_000_000_000
        case "m": 60_000_000_000
        case "h": 3_600_000_000_000
        default: nil
        }
    }

    /// `value / 10^digits` without trailing zeros.
    private static func decimal(_ value: UInt64, digits: Int) -> String {
        var divisor: UInt64 = 1
        for _ in 0..<digits { divisor *= 10 }
        let (whole, rest) = value.quotientAndRemainder(dividingBy: divisor)
        guard rest > 0 else { return "\(whole)" }
        var fraction = String(rest)
        fraction = String(repeating: "0", count: digits - fraction.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }

    private static func invalid(_ text: some StringProtocol) -> DurationError {
        DurationError(message: "time: invalid duration \(quoted(String(text)))")
    }
}
