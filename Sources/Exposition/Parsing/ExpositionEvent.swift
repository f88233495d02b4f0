/// The text formats that metrics are exposed in (reference 5.1, 5.2).
public enum ExpositionFormat: Hashable, Sendable {
    /// Prometheus's text format 0.0.4.
    case text
    /// OpenMetrics 1.0.
    case openMetrics
}

/// What a `# TYPE` line says of a metric family. The raw value is the word of Prometheus's HTTP API.
public enum ExposedMetricType: String, Hashable, Sendable {
    /// Only grows, except for resets.
    case counter
    /// Goes up and down.
    case gauge
    /// Buckets with `le`.
    case histogram
    /// Buckets that may shrink. OpenMetrics only.
    case gaugehistogram
    /// Quantiles.
    case summary
    /// Labels that describe. OpenMetrics only.
    case info
    /// One series a state. OpenMetrics only.
    case stateset
    /// Nothing said; `untyped` in the text format.
    case unknown
}

/// A line that says something. Buffers point into the body that is parsed, and are valid as long as it is.
public enum ExpositionEvent {
    /// A sample.
    case sample(ExpositionSample)
    /// `# TYPE family type`
    case type(family: ExposedText, ExposedMetricType)
    /// `# HELP family text`
    case help(family: ExposedText, ExposedText)
    /// `# UNIT family unit`
    case unit(family: ExposedText, UnsafeBufferPointer<UInt8>)
}

/// One sample. Its labels are decoded only when they are asked for: `ExpositionParser.appendLabels(of:to:normalizingBounds:)`.
public struct ExpositionSample {
    /// Name and labels as they are written, without blanks around them.
    /// Equal bytes are the same series, so a scrape cache can use them as its key.
    public let series: UnsafeBufferPointer<UInt8>
    /// Every NaN is the ordinary one (reference 5.1).
    public let value: Double
    /// Milliseconds; nil where the line has none.
    public let timestamp: Int64?
    /// The type of the family that the sample belongs to by its name; unknown without a `# TYPE` directly in front of the family.
    public let type: ExposedMetricType
}

/// A text as it is written, without quotes around it.
public struct ExposedText {
    /// With escapes.
    public let raw: UnsafeBufferPointer<UInt8>
    /// Whether `\"` is an escape, besides `\\` and `\n`.
    let escapesQuotes: Bool

    /// Without escapes; bytes that are no UTF-8 are repaired.
    public var string: String {
        guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
        var output: [UInt8] = []
        output.reserveCapacity(raw.count)
        ExposedText.appendUnescaped(raw, escapesQuotes: escapesQuotes, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends the bytes without escapes. A backslash in front of anything else stands for itself.
    static func appendUnescaped(_ raw: UnsafeBufferPointer<UInt8>, escapesQuotes: Bool, to output: inout [UInt8]) {
        var position = 0
        while position < raw.count {
            let byte = raw[position]
            position += 1
            guard byte == UInt8(ascii: "\\"), position < raw.count else {
                output.append(byte)
                continue
            }
            switch raw[position] {
            case UInt8(ascii: "\\"): output.append(byte)
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "\"") where escapesQuotes: output.append(UInt8(ascii: "\""))
            default:
                output.append(byte)
                continue
            }
            position += 1
        }
    }
}

/// Why a body cannot be parsed. One bad line fails the whole body.
public struct ExpositionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// 1-based.
    public let line: Int
    /// 1-based, in bytes.
    public let column: Int
    /// What was expected, and what was found.
    public let message: String

    /// `3:14: expected …, found …`
    public var description: String { "\(line):\(column): \(message)" }
}
