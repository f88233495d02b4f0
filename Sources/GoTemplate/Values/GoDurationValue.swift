public import JSON
public import Time

/// Go's `time.Duration`.
public struct GoDurationValue: TemplateObject, Hashable {
    /// The length.
    public let span: TimeSpan

    /// A length of time.
    public init(_ span: TimeSpan) { self.span = span }

    /// Go's name of the type.
    public var goType: String { "time.Duration" }
    /// A basic value.
    public var kind: TemplateKind { .basic }
    /// The nanoseconds.
    public var basic: TemplateValue? { .int(span.nanoseconds) }
    /// Go's form, such as `1h0m0s`.
    public var text: String? { GoDuration.format(span) }
    /// Writes the nanoseconds.
    public func writeJSON(into writer: inout JSONWriter) { writer.integer(span.nanoseconds) }

    /// An argument that stands for a duration: one, or nanoseconds, which constants such as `28800e9` give as floats.
    static func argument(_ value: TemplateValue) throws(TemplateFault) -> TimeSpan {
        switch value {
        case .int(let nanoseconds): return .nanoseconds(nanoseconds)
        case .object(let duration as GoDurationValue): return duration.span
        case .float(let number):
            guard let nanoseconds = Int64(exactly: number) else { fallthrough }
            return .nanoseconds(nanoseconds)
        default: throw TemplateFault("wrong type for value; expected time.Duration; got \(GoFormat.typeName(value))")
        }
    }

    /// The methods of Go's type.
    public func method(_ name: String) -> TemplateMethod? {
        let nanoseconds = span.nanoseconds
        switch name {
        case "Hours": return give(.float(fraction(of: 3_600_000_000_000)))
        case "Minutes": return give(.float(fraction(of: 60_000_000_000)))
        case "Seconds": return give(.float(fraction(of: 1_000_000_000)))
        case "Milliseconds": return give(.object(GoInt64(nanoseconds / 1_000_000)))
        case "Microseconds": return give(.object(GoInt64(nanoseconds / 1000)))
        case "Nanoseconds": return give(.object(GoInt64(nanoseconds)))
        case "String": return give(.string(GoDuration.format(span)))
        case "Abs": return give(.object(GoDurationValue(TimeSpan(nanoseconds: nanoseconds == .min ? .max : abs(nanoseconds)))))
        case "Truncate":
            return TemplateMethod([.type("time.Duration")]) { (values, _) throws(TemplateFault) in
                let step = try GoDurationValue.argument(values[0]).nanoseconds
                return .object(GoDurationValue(TimeSpan(nanoseconds: step <= 0 ? nanoseconds : nanoseconds - nanoseconds % step)))
            }
        case "Round":
            return TemplateMethod([.type("time.Duration")]) { (values, _) throws(TemplateFault) in
                .object(rounded(to: try GoDurationValue.argument(values[0]).nanoseconds))
            }
        default: return nil
        }
    }

    /// Whole units and a fraction, added as Go adds them, so that the last digit agrees.
    private func fraction(of unit: Int64) -> Double {
        let (whole, rest) = span.nanoseconds.quotientAndRemainder(dividingBy: unit)
        return Double(whole) + Double(rest) / Double(unit)
    }

    /// The nearest multiple of a step, halves away from zero.
    private func rounded(to step: Int64) -> GoDurationValue {
        guard step > 0 else { return self }
        let rest = TimeSpan(nanoseconds: span.nanoseconds % step)
        let down = span - rest
        let isBelowHalf = rest.nanoseconds.magnitude < UInt64(step) - rest.nanoseconds.magnitude
        if isBelowHalf { return GoDurationValue(down) }
        return GoDurationValue(span.nanoseconds < 0 ? down - TimeSpan(nanoseconds: step) : down + TimeSpan(nanoseconds: step))
    }

    private func give(_ value: TemplateValue) -> TemplateMethod { TemplateMethod([]) { _, _ in value } }
}
