import Labels
import Time

/// Numbers in a form that people read easily, as Prometheus writes them.
enum Humanizer {
    /// The number that a template hands over: a number, a duration in seconds, or a text of a number.
    static func number(_ value: TemplateValue) throws(TemplateFault) -> Double {
        switch value {
        case .int(let number): return Double(number)
        case .float(let number): return number
        case .string(let text): return try GoNumber.float(text)
        case .bytes(let bytes): throw TemplateFault("strconv.ParseFloat: parsing \(GoQuote.quote(bytes)): invalid syntax")
        case .object(let duration as GoDurationValue): return duration.span.seconds
        case .object(let number as GoInt64): return Double(number.value)
        default: throw TemplateFault("can't convert \(GoFormat.typeName(value)) to float")
        }
    }

    /// `14d 6h 56m 7s`, `12.35s`, `123.5ms`.
    static func duration(_ seconds: Double) -> String {
        if !seconds.isFinite { return general(seconds) }
        if seconds == 0 { return general(seconds) + "s" }
        if seconds.magnitude < 1 { return scaledDown(seconds) + "s" }
        let sign = seconds < 0 ? "-" : ""
        // More seconds than an integer holds are shown as the most that it holds.
        let whole = Int64(exactly: seconds.magnitude.rounded(.down)) ?? .max
        let days = "\(sign)\(whole / 86_400)d \(whole / 3600 % 24)h \(whole / 60 % 60)m \(whole % 60)s"
        if whole >= 86_400 { return days }
        if whole >= 3600 { return "\(sign)\(whole / 3600)h \(whole / 60 % 60)m \(whole % 60)s" }
        if whole >= 60 { return "\(sign)\(whole / 60)m \(whole % 60)s" }
        return sign + general(seconds.magnitude) + "s"
    }

    /// A number below 1 with a prefix that brings it up: `123.5m`.
    static func scaledDown(_ value: Double) -> String {
        var value = value
        var prefix = ""
        for next in ["m", "u", "n", "p", "f", "a", "z", "y"] where value.magnitude < 1 {
            prefix = next
            value *= 1000
        }
        return general(value) + prefix
    }

    /// A number with the prefix of a power of 1000: `1.049M`, `12.5m`.
    static func decimal(_ value: Double) -> String {
        if value == 0 || !value.isFinite { return general(value) }
        return value.magnitude < 1 ? scaledDown(value) : scaledUp(value, by: 1000, ["k", "M", "G", "T", "P", "E", "Z", "Y"])
    }

    /// A number with the prefix of a power of 1024: `1Mi`.
    static func binary(_ value: Double) -> String {
        if value.magnitude <= 1 || !value.isFinite { return general(value) }
        return scaledUp(value, by: 1024, ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"])
    }

    private static func scaledUp(_ value: Double, by step: Double, _ prefixes: [String]) -> String {
        var value = value
        var prefix = ""
        for next in prefixes where value.magnitude >= step {
            prefix = next
            value /= step
        }
        return general(value) + prefix
    }

    /// `%.4g`.
    static func general(_ value: Double) -> String { GoFloat.text(value, "g", precision: 4) }
}
