import Labels

/// Floats as the texts of warnings, errors and labels have them.
enum FloatText {
    /// Go's `%g`: the fewest digits, an exponent for large and small values.
    static func general(_ value: Double) -> String { GoFloat.text(value, "g") }

    /// Go's `%.2g`.
    static func rough(_ value: Double) -> String { GoFloat.text(value, "g", precision: 2) }

    /// Go's `%f`: six decimals.
    static func fixed(_ value: Double) -> String { GoFloat.text(value, "f", precision: 6) }

    /// As OpenMetrics writes the value of `le` and `quantile`: always with a point or an exponent.
    static func openMetrics(_ value: Double) -> String {
        let text = general(value)
        return value.isFinite && !text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") }) ? text + ".0" : text
    }
}
