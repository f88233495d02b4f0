/// What a scalar means.
public enum YAMLScalarValue: Hashable, Sendable {
    /// Nothing, `~`, `null`.
    case null
    /// `true`, `yes`, `on`, `false` …
    case bool(Bool)
    /// A whole number of 64 bits.
    case integer(Int64)
    /// Any other number.
    case double(Double)
    /// Everything else, timestamps too.
    case string(String)

    /// The meaning of a plain scalar, as Go's yaml.v2 resolves it: YAML 1.1 booleans, integers with `_`, `0x`, `0o`, `0b` and a leading `0` for
    /// octal, floats, `.inf` and `.nan`. Base-60 numbers and timestamps are strings.
    public init(resolving text: String) {
        guard let first = text.utf8.first else {
            self = .null
            return
        }
        switch first {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
            self = Self.number(text) ?? .string(text)
        default:
            self = Self.word(text) ?? .string(text)
        }
    }

    private static func word(_ text: String) -> YAMLScalarValue? {
        switch text {
        case "~", "null", "Null", "NULL": .null
        case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": .bool(true)
        case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": .bool(false)
        default: nil
        }
    }

    private static func number(_ text: String) -> YAMLScalarValue? {
        switch text {
        case ".nan", ".NaN", ".NAN": return .double(.nan)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .double(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .double(-.infinity)
        default: break
        }
        let bytes = text.utf8.filter { $0 != UInt8(ascii: "_") }
        if let integer = integer(bytes) { return .integer(integer) }
        if isFloat(bytes), let double = Double(String(decoding: bytes, as: UTF8.self)), double.isFinite { return .double(double) }
        return nil
    }

    /// A whole number in Go's notation: a sign, `0x`, `0o`, `0b` or a leading `0` for its base, digits.
    private static func integer(_ bytes: [UInt8]) -> Int64? {
        var digits = bytes[...]
        var sign = ""
        if let first = digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            sign = first == UInt8(ascii: "-") ? "-" : ""
            digits.removeFirst()
        }
        var radix = 10
        if digits.count > 1, digits.first == UInt8(ascii: "0") {
            digits.removeFirst()
            switch digits.first.map({ $0 | 0x20 }) {
            case UInt8(ascii: "x"): radix = 16
            case UInt8(ascii: "o"): radix = 8
            case UInt8(ascii: "b"): radix = 2
            default: radix = 0
            }
            if radix == 0 { radix = 8 } else { digits.removeFirst() }
        }
        guard let first = digits.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+") else { return nil }
        return Int64(sign + String(decoding: digits, as: UTF8.self), radix: radix)
    }

    /// Whether it is a sign, digits with at most one point, and an exponent.
    private static func isFloat(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        func digits() -> Int {
            let run = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
            rest = rest.dropFirst(run)
            return run
        }
        func sign() {
            if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") { rest.removeFirst() }
        }
        sign()
        var count = digits()
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            count += digits()
        }
        guard count > 0 else { return false }
        if let letter = rest.first, letter | 0x20 == UInt8(ascii: "e") {
            rest.removeFirst()
            sign()
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }

    /// The same value under an explicit tag; nil if it does not fit.
    func converted(to tag: YAMLScalar.Tag) -> YAMLScalarValue? {
        switch (tag, self) {
        case (.null, .null), (.bool, .bool), (.integer, .integer), (.float, .double): self
        case (.float, .integer(let value)): .double(Double(value))
        default: nil
        }
    }
}
