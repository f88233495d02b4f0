extension JSONWriter {
    /// Writes a float with the fewest digits that read back the same, in Go's form: decimal from 1e-6 up to below 1e21, with an exponent outside
    /// (`1e-7`, `1e+21`). JSON has no NaN and no infinities; they become `null`.
    public mutating func double(_ value: Double) {
        guard value.isFinite else {
            null()
            return
        }
        separate()
        if value.sign == .minus { bytes.append(UInt8(ascii: "-")) }
        let magnitude = value.magnitude
        let (digits, exponent) = Self.decimal(magnitude)
        if magnitude != 0, magnitude < 1e-6 || magnitude >= 1e21 {
            append(scientific: digits, exponent: exponent)
        } else {
            append(plain: digits, exponent: exponent)
        }
    }

    /// The shortest digits of a number 0.DIGITS × 10^exponent. Zero is the digit 0 with exponent 1.
    static func decimal(_ magnitude: Double) -> (digits: [UInt8], exponent: Int) {
        // Swift prints the shortest digits that read back the same, as Go does; only their layout differs.
        var digits: [UInt8] = []
        var pointPlace: Int?
        var exponent = 0
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
        exponent += pointPlace ?? digits.count
        let zero = UInt8(ascii: "0")
        let leading = digits.prefix { $0 == zero }.count
        digits.removeFirst(leading)
        exponent -= leading
        while digits.last == zero { digits.removeLast() }
        return digits.isEmpty ? ([zero], 1) : (digits, exponent)
    }

    private mutating func append(plain digits: [UInt8], exponent: Int) {
        let zero = UInt8(ascii: "0")
        if exponent <= 0 {
            bytes.append(contentsOf: [zero, UInt8(ascii: ".")])
            bytes.append(contentsOf: repeatElement(zero, count: -exponent))
            bytes.append(contentsOf: digits)
        } else if digits.count <= exponent {
            bytes.append(contentsOf: digits)
            bytes.append(contentsOf: repeatElement(zero, count: exponent - digits.count))
        } else {
            bytes.append(contentsOf: digits[..<exponent])
            bytes.append(UInt8(ascii: "."))
            bytes.append(contentsOf: digits[exponent...])
        }
    }

    private mutating func append(scientific digits: [UInt8], exponent: Int) {
        bytes.append(digits[0])
        if digits.count > 1 {
            bytes.append(UInt8(ascii: "."))
            bytes.append(contentsOf: digits[1...])
        }
        let power = exponent - 1
        bytes.append(contentsOf: (power < 0 ? "e-" : "e+").utf8)
        bytes.append(contentsOf: power.magnitude.description.utf8)
    }
}
