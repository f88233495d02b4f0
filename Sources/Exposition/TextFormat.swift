/// The lexical rules of the text format 0.0.4.
enum TextFormat {
    /// Backslash and line feed are escaped everywhere, quotes in label values only.
    static func escape(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Appends a value and ends the line.
    static func append(_ value: Double, to text: inout [UInt8]) {
        text += number(value).utf8
        text.append(UInt8(ascii: "\n"))
    }

    /// Appends a whole number and ends the line.
    static func append(_ value: UInt64, to text: inout [UInt8]) {
        text += String(value).utf8
        text.append(UInt8(ascii: "\n"))
    }

    /// The shortest text that reads back as the same value; whole numbers without a fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return value.description
    }
}

/// A metric's name and label pairs, from which its lines begin.
struct MetricChild {
    let name: String
    let pairs: [(String, String)]

    /// `name_suffix{label="value",…} ` up to where the value follows. `extra` comes last, as `le` and `quantile` do.
    func line(suffix: String = "", extra: (String, String)? = nil) -> [UInt8] {
        var text = name + suffix
        let all = pairs + (extra.map { [$0] } ?? [])
        if !all.isEmpty {
            text += "{"
            text += all.map { "\($0.0)=\"\(TextFormat.escape($0.1, quotes: true))\"" }.joined(separator: ",")
            text += "}"
        }
        text += " "
        return Array(text.utf8)
    }
}
