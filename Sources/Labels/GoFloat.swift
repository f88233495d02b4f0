import Glibc

/// Floats as Go's `strconv.FormatFloat` writes them.
public enum GoFloat {
    /// Appends a finite or other float without plus sign. `verb` is one of `e E f F g G b x X`; without precision as many digits as are needed
    /// to read the same value back.
    public static func append(_ value: Double, _ verb: UInt8, precision: Int?, to output: inout [UInt8]) {
        guard value.isFinite else {
            return output.append(contentsOf: (value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf").utf8)
        }
        switch (verb, precision) {
        case (UInt8(ascii: "b"), _): appendBinary(value, to: &output)
        case (UInt8(ascii: "x"), _), (UInt8(ascii: "X"), _): appendHexadecimal(value, verb, precision: precision, to: &output)
        case (_, let precision?): appendRounded(value, verb, precision: precision, to: &output)
        case (_, nil): appendShortest(value, verb, to: &output)
        }
    }

    /// The text: `f` gives digits only, `e` always an exponent, `g` whichever is shorter, as `%v` does.
    public static func text(_ value: Double, _ verb: Unicode.Scalar, precision: Int? = nil) -> String {
        var output: [UInt8] = []
        append(value, UInt8(ascii: verb), precision: precision, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    // MARK: Decimal

    /// Digits d₁d₂… of a value 0.d₁d₂… × 10^point; none for zero.
    private struct Decimal {
        var digits: [UInt8] = []
        var point = 0

        /// The fewest digits that read back the same: those that Swift prints, in another layout.
        init(shortest magnitude: Double) {
            var exponent = 0
            var pointPlace: Int?
            let text = Array(magnitude.description.utf8)
            for (index, byte) in text.enumerated() {
                if byte == UInt8(ascii: ".") {
                    pointPlace = digits.count
                } else if byte == UInt8(ascii: "e") {
                    exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
                    break
                } else {
                    digits.append(byte)
                }
            }
            point = exponent + (pointPlace ?? digits.count)
            let leading = digits.prefix { $0 == GoFloat.zero }.count
            digits.removeFirst(leading)
            point -= leading
            while digits.last == GoFloat.zero { digits.removeLast() }
            if digits.isEmpty { point = 0 }
        }
    }

    private static let zero = UInt8(ascii: "0")

    private static func appendShortest(_ value: Double, _ verb: UInt8, to output: inout [UInt8]) {
        if value.sign == .minus { output.append(UInt8(ascii: "-")) }
        let decimal = Decimal(shortest: value.magnitude)
        switch verb {
        case UInt8(ascii: "e"), UInt8(ascii: "E"): append(decimal, exponentMark: verb, to: &output)
        case UInt8(ascii: "g"), UInt8(ascii: "G"):
            let exponent = decimal.point - 1
            // Go takes a precision of 6 for this decision, however many digits there are; zero is written plainly.
            if !decimal.digits.isEmpty, exponent < -4 || exponent >= 6 {
                append(decimal, exponentMark: verb &- 2, to: &output)
            } else {
                append(plain: decimal, to: &output)
            }
        default: append(plain: decimal, to: &output)
        }
    }

    private static func append(_ decimal: Decimal, exponentMark: UInt8, to output: inout [UInt8]) {
        output.append(decimal.digits.first ?? zero)
        if decimal.digits.count > 1 {
            output.append(UInt8(ascii: "."))
            output += decimal.digits[1...]
        }
        output.append(exponentMark)
        append(exponent: decimal.digits.isEmpty ? 0 : decimal.point - 1, to: &output)
    }

    private static func append(plain decimal: Decimal, to output: inout [UInt8]) {
        let digits = decimal.digits
        if decimal.point <= 0 {
            output.append(zero)
            guard !digits.isEmpty else { return }
            output.append(UInt8(ascii: "."))
            output += repeatElement(zero, count: -decimal.point)
            output += digits
        } else if digits.count <= decimal.point {
            output += digits
            output += repeatElement(zero, count: decimal.point - digits.count)
        } else {
            output += digits[..<decimal.point]
            output.append(UInt8(ascii: "."))
            output += digits[decimal.point...]
        }
    }

    /// A sign and at least two digits.
    private static func append(exponent: Int, to output: inout [UInt8]) {
        output.append(UInt8(ascii: exponent < 0 ? "-" : "+"))
        if exponent.magnitude < 10 { output.append(zero) }
        output += exponent.magnitude.description.utf8
    }

    /// The C library rounds the exact decimal expansion half to even, as Go does, and has the same three layouts.
    private static func appendRounded(_ value: Double, _ verb: UInt8, precision: Int, to output: inout [UInt8]) {
        let format: [CChar] = [0x25, 0x2E, 0x2A, CChar(bitPattern: verb), 0]
        let arguments: [any CVarArg] = [CInt(clamping: precision), value]
        let needed = withVaList(arguments) { Int(vsnprintf(nil, 0, format, $0)) }
        guard needed > 0 else { return }
        var text = [CChar](repeating: 0, count: needed + 1)
        _ = withVaList(arguments) { vsnprintf(&text, text.count, format, $0) }
        output += text.dropLast().lazy.map(UInt8.init(bitPattern:))
    }

    // MARK: Powers of two

    /// The mantissa as an integer and the power of two: `4503599627370496p-52`.
    private static func appendBinary(_ value: Double, to output: inout [UInt8]) {
        if value.sign == .minus { output.append(UInt8(ascii: "-")) }
        let isNormal = value.exponentBitPattern != 0
        let mantissa = value.significandBitPattern | (isNormal ? 1 << 52 : 0)
        let exponent = Int(max(1, value.exponentBitPattern)) - 1075
        output += "\(mantissa)p\(exponent < 0 ? "-" : "+")\(exponent.magnitude)".utf8
    }

    /// `0x1.8p+01`: one digit before the point, binary exponent.
    private static func appendHexadecimal(_ value: Double, _ verb: UInt8, precision: Int?, to output: inout [UInt8]) {
        if value.sign == .minus { output.append(UInt8(ascii: "-")) }
        var exponent = value == 0 ? 0 : Int(value.exponent)
        // The leading 1 in bit 60, so that fifteen whole hexadecimal digits follow it.
        var mantissa: UInt64 = 0
        if value != 0 { mantissa = UInt64(value.significand.magnitude * 0x1p60) }
        if let precision, precision < 15 {
            let shift = UInt64(precision * 4)
            let extra = (mantissa << shift) & (1 << 60 - 1)
            mantissa >>= 60 - shift
            let half: UInt64 = 1 << 59
            if extra > half || (extra == half && mantissa & 1 == 1) { mantissa += 1 }
            mantissa <<= 60 - shift
            if mantissa & (1 << 61) != 0 {
                mantissa >>= 1
                exponent += 1
            }
        }
        let isUpper = verb == UInt8(ascii: "X")
        let digits = Array((isUpper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        output += [zero, verb, mantissa >> 60 & 1 == 1 ? UInt8(ascii: "1") : zero]
        mantissa <<= 4
        if precision != 0, precision != nil || mantissa != 0 {
            output.append(UInt8(ascii: "."))
            var written = 0
            while precision.map({ written < $0 }) ?? (mantissa != 0) {
                output.append(digits[Int(mantissa >> 60)])
                mantissa <<= 4
                written += 1
            }
        }
        output.append(isUpper ? UInt8(ascii: "P") : UInt8(ascii: "p"))
        append(exponent: exponent, to: &output)
    }
}
