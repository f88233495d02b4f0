/// Floats as the text formats write them: the syntax of Go's `ParseFloat` without hexadecimal digits and underscores (reference 5.1).
enum ExposedFloat {
    /// The value nearest to the text; nil where the text is no number or its value is out of range.
    @inline(__always)
    static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        // Most values are short decimals; those with a mantissa below 2^53 and a small power of ten need one exact operation (Clinger).
        guard let base = text.baseAddress else { return nil }
        var position = 0
        let count = text.count
        var isNegative = false
        if count > 0, base[0] == UInt8(ascii: "-") || base[0] == UInt8(ascii: "+") {
            isNegative = base[0] == UInt8(ascii: "-")
            position = 1
        }
        var mantissa: UInt64 = 0
        let digitsStart = position
        while position < count, base[position] &- 0x30 < 10 {
            mantissa = mantissa &* 10 &+ UInt64(base[position] &- 0x30)
            position &+= 1
        }
        var digits = position &- digitsStart
        var exponent = 0
        if position < count, base[position] == UInt8(ascii: ".") {
            position &+= 1
            let fractionStart = position
            while position < count, base[position] &- 0x30 < 10 {
                mantissa = mantissa &* 10 &+ UInt64(base[position] &- 0x30)
                position &+= 1
            }
            exponent = fractionStart &- position
            digits &-= exponent
        }
        guard digits > 0 else { return special(text, from: digitsStart, isNegative) }
        if position < count {
            guard base[position] | 0x20 == UInt8(ascii: "e"), let (written, end) = self.exponent(text, from: position &+ 1), end == count
            else {
                return nil
            }
            exponent &+= written
        }
        // Nineteen digits cannot overflow the mantissa.
        if digits <= 19, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
            let magnitude = exponent < 0 ? Double(mantissa) / powers[-exponent] : Double(mantissa) * powers[exponent]
            return isNegative ? -magnitude : magnitude
        }
        return exact(text)
    }

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// The number behind the `e`, bounded far beyond what a double can hold.
    private static func exponent(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> (value: Int, end: Int)? {
        var position = start
        var isNegative = false
        if position < text.count, text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+") {
            isNegative = text[position] == UInt8(ascii: "-")
            position += 1
        }
        let digitsStart = position
        var value = 0
        while position < text.count, text[position] &- 0x30 < 10 {
            value = min(value &* 10 &+ Int(text[position] &- 0x30), 100_000)
            position += 1
        }
        return position > digitsStart ? (isNegative ? -value : value, position) : nil
    }

    /// `Inf`, `Infinity` with or without sign, `NaN` without, in any case.
    private static func special(_ text: UnsafeBufferPointer<UInt8>, from start: Int, _ isNegative: Bool) -> Double? {
        let word = text[start...].map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        if word.elementsEqual("inf".utf8) || word.elementsEqual("infinity".utf8) { return isNegative ? -.infinity : .infinity }
        return start == 0 && word.elementsEqual("nan".utf8) ? ordinaryNaN : nil
    }

    /// The NaN that somebody measured, as the sample store keeps it.
    static let ordinaryNaN = Double(bitPattern: 0x7ff8_0000_0000_0001)

    /// A decimal number that is known to be one, rounded correctly whatever the locale; nil beyond the largest double.
    private static func exact(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }
}
