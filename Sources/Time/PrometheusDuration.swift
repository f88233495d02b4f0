/// Prometheus's durations, such as `1h30m` or `2w` (reference 1.1).
///
/// `0`, or whole numbers with the units `y w d h m s ms` in strictly descending order (1y = 365d, 1w = 7d).
/// No sign, no decimals, no spaces.
public enum PrometheusDuration {
    private static let units: [(name: String, nanoseconds: UInt64)] = [
        ("y", 31_536_000_000_000_000), ("w", 604_800_000_000_000), ("d", 86_400_000_000_000), ("h", 3_600_000_000_000),
        ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
    ]

    /// Reads a duration.
    public static func parse(_ text: some StringProtocol) throws(DurationError) -> TimeSpan {
        if text == "0" { return .zero }
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw DurationError(message: "empty duration string") }
        var position = 0
        var nextUnit = 0
        var total: UInt64 = 0
        while position < bytes.count {
            let (digits, unit) = components(of: bytes, at: &position)
            guard !digits.isEmpty, !unit.isEmpty, let count = UInt64(String(decoding: digits, as: UTF8.self)) else { throw invalid(text) }
            let name = String(decoding: unit, as: UTF8.self)
            guard let index = units.firstIndex(where: { $0.name == name }) else {
                throw DurationError(message: "unknown unit \(quoted(name)) in duration \(quoted(String(text)))")
            }
            guard index >= nextUnit else { throw invalid(text) }
            nextUnit = index + 1
            let (product, overflow) = count.multipliedReportingOverflow(by: units[index].nanoseconds)
            guard !overflow, product <= UInt64(Int64.max) - total else { throw DurationError(message: "duration out of range") }
            total += product
        }
        return TimeSpan(nanoseconds: Int64(total))
    }

    /// The printed form: exact multiples of a year or a week in that unit, otherwise days, hours, minutes, seconds and milliseconds.
    /// Anything below a millisecond is dropped.
    public static func format(_ span: TimeSpan) -> String {
        var rest = (span.nanoseconds / 1_000_000).magnitude
        guard rest > 0 else { return "0s" }
        var text = span.nanoseconds < 0 ? "-" : ""
        for (index, unit) in units.enumerated() {
            let milliseconds = unit.nanoseconds / 1_000_000
            // Years and weeks only when nothing is left over: 90d reads better than 12w6d.
            if index < 2, !rest.isMultiple(of: milliseconds) { continue }
            let count = rest / milliseconds
            guard count > 0 else { continue }
            text += "\(count)\(unit.name)"
            rest -= count * milliseconds
        }
        return text
    }

    /// The digits at a position and the characters after them up to the next digit.
    private static func components(of bytes: [UInt8], at position: inout Int) -> (digits: ArraySlice<UInt8>, unit: ArraySlice<UInt8>) {
        let start = position
        while position < bytes.count, isDigit(bytes[position]) { position += 1 }
        let middle = position
        while position < bytes.count, !isDigit(bytes[position]) { position += 1 }
        return (bytes[start..<middle], bytes[middle..<position])
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    private static func invalid(_ text: some StringProtocol) -> DurationError {
        DurationError(message: "not a valid duration string: \(quoted(String(text)))")
    }
}

/// A text in double quotes for an error message.
func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
}
