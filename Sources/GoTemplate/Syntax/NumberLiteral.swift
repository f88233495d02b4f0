import Labels

/// A number or character as written and what it can be.
struct NumberLiteral: Sendable, Hashable {
    var text: String
    /// Its value if that is whole and fits.
    var integer: Int64?
    /// Its value if that is real.
    var float: Double?
    /// Its value if it was written with an `i`; it is this where nothing says which type is wanted.
    var complex: GoComplex?
    /// Whether it is an `int` where nothing says which type is wanted: it has no point or exponent, or is a character.
    var isIdeallyInteger: Bool
}

extension NumberLiteral {
    /// Why a text is no number, in Go's words.
    struct Malformed: Error {
        let message: String
    }

    /// Reads an integer, a float or an imaginary number of Go's syntax.
    init(number text: String) throws(Malformed) {
        let digits = text.utf8
        if digits.last == UInt8(ascii: "i") {
            guard let imaginary = try? GoNumber.float(String(text.dropLast())) else {
                throw Malformed(message: "illegal number syntax: \(GoQuote.quote(text))")
            }
            self.init(text, GoComplex(0, imaginary))
            return
        }
        let hasFloatMark = digits.contains { ".eEpP".utf8.contains($0) }
        if let (magnitude, isNegative) = Self.magnitude(text) {
            let integer = isNegative ? magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil : Int64(exactly: magnitude)
            // Go takes an unsigned 64-bit number for a number too, one with a sign not.
            guard integer != nil || digits.first.map { $0 &- 0x30 < 10 } == true else {
                throw Malformed(message: "integer overflow: \(GoQuote.quote(text))")
            }
            self.init(text: text, integer: integer, float: integer.map(Double.init) ?? Double(magnitude), isIdeallyInteger: true)
            return
        }
        guard let float = Self.float(text) else { throw Malformed(message: "illegal number syntax: \(GoQuote.quote(text))") }
        guard hasFloatMark else { throw Malformed(message: "integer overflow: \(GoQuote.quote(text))") }
        self.init(text: text, integer: Int64(exactly: float), float: float, isIdeallyInteger: false)
    }

    /// Reads the sum of a real and an imaginary number, the way Go's `fmt.Sscan` does: it stops at prefixes that it does not know.
    init(complex text: String) throws(Malformed) {
        var rest = Array(text.utf8)[...]
        let real = Self.takeFloat(&rest)
        guard rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") else { throw Self.noComplex }
        let imaginary = Self.takeFloat(&rest)
        guard rest.first == UInt8(ascii: "i") else { throw Self.noComplex }
        do throws(TemplateFault) {
            self.init(text, GoComplex(try GoNumber.float(real), try GoNumber.float(imaginary)))
        } catch {
            throw Malformed(message: error.message)
        }
    }

    private static let noComplex = Malformed(message: "syntax error scanning complex number")

    /// A complex constant without imaginary part is a real one too.
    private init(_ text: String, _ value: GoComplex) {
        let isReal = value.imaginary == 0
        self.init(
            text: text, integer: isReal ? Int64(exactly: value.real) : nil, float: isReal ? value.real : nil, complex: value,
            isIdeallyInteger: false)
    }

    /// Takes what Go's scanner takes for a float: a sign, digits, a point, digits, and an exponent.
    private static func takeFloat(_ rest: inout ArraySlice<UInt8>) -> String {
        let all = rest
        func take(_ set: String) -> Bool {
            guard let byte = rest.first, set.utf8.contains(byte) else { return false }
            rest.removeFirst()
            return true
        }
        _ = take("+-")
        // It may be infinity's, and is not given back.
        _ = take("i")
        var (digits, exponent) = ("0123456789_", "eEpP")
        if take("0"), take("xX") { (digits, exponent) = ("0123456789abcdefABCDEF_", "pP") }
        while take(digits) {}
        if take(".") { while take(digits) {} }
        if take(exponent) {
            _ = take("+-")
            while take("0123456789_") {}
        }
        return String(decoding: all[..<rest.startIndex], as: UTF8.self)
    }

    /// Reads a character in single quotes.
    init(character text: String) throws(Malformed) {
        let inner = text.dropFirst().dropLast()
        var scalars = inner.unicodeScalars.makeIterator()
        guard let first = scalars.next() else { throw Malformed(message: "invalid syntax") }
        let value: UInt32
        if first != "\\" {
            guard scalars.next() == nil else { throw Malformed(message: "malformed character constant: \(text)") }
            value = first.value
        } else if inner == "\\'" {
            value = 39
        } else {
            value = try Self.escaped(inner, of: text)
        }
        self.init(text: text, integer: Int64(value), float: Double(value), isIdeallyInteger: true)
    }

    private static func escaped(_ inner: Substring, of text: String) throws(Malformed) -> UInt32 {
        guard let kind = inner.utf8.dropFirst().first, kind != UInt8(ascii: "\""), kind != UInt8(ascii: "'") else {
            throw Malformed(message: "invalid syntax")
        }
        let length =
            switch kind {
            case UInt8(ascii: "x"), UInt8(ascii: "0")...UInt8(ascii: "7"): 4
            case UInt8(ascii: "u"): 6
            case UInt8(ascii: "U"): 10
            default: 2
            }
        let escape = inner.utf8.prefix(length)
        guard let bytes = GoQuote.unquotedBytes("\"\(Substring(escape))\"") else { throw Malformed(message: "invalid syntax") }
        guard escape.count == inner.utf8.count else { throw Malformed(message: "malformed character constant: \(text)") }
        if length == 4, let byte = bytes.first { return UInt32(byte) }
        return String(decoding: bytes, as: UTF8.self).unicodeScalars.first?.value ?? 0
    }

    /// The absolute value and sign of an integer with Go's prefixes and underscores; nil when it is none of 64 bits.
    private static func magnitude(_ text: String) -> (UInt64, isNegative: Bool)? {
        var digits = Substring(text).utf8
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        guard hasPlacedUnderscores(digits) else { return nil }
        var radix = 10
        if digits.first == UInt8(ascii: "0"), digits.count > 1 {
            switch digits.dropFirst().first.map({ $0 | 0x20 }) {
            case UInt8(ascii: "x"): (radix, digits) = (16, digits.dropFirst(2))
            case UInt8(ascii: "o"): (radix, digits) = (8, digits.dropFirst(2))
            case UInt8(ascii: "b"): (radix, digits) = (2, digits.dropFirst(2))
            default: (radix, digits) = (8, digits.dropFirst())
            }
        }
        let plain = String(decoding: digits.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        guard let first = plain.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
        return UInt64(plain, radix: radix).map { ($0, isNegative) }
    }

    private static func float(_ text: String) -> Double? {
        var digits = Substring(text).utf8
        if digits.first == UInt8(ascii: "-") || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        guard hasPlacedUnderscores(digits), let last = digits.last else { return nil }
        let isHexadecimal = digits.starts(with: "0x".utf8) || digits.starts(with: "0X".utf8)
        if isHexadecimal, !digits.contains(where: { $0 | 0x20 == UInt8(ascii: "p") }) { return nil }
        guard last == UInt8(ascii: ".") || last &- 0x30 < 10 || isHexadecimal else { return nil }
        guard let float = Double(text.filter { $0 != "_" }), float.isFinite else { return nil }
        return float
    }

    /// Underscores stand between digits, or between a prefix and a digit.
    private static func hasPlacedUnderscores(_ digits: Substring.UTF8View) -> Bool {
        guard digits.contains(UInt8(ascii: "_")) else { return true }
        var rest = digits
        var isHexadecimal = false
        var previous: UInt8 = UInt8(ascii: "^")
        if digits.first == UInt8(ascii: "0"), let kind = digits.dropFirst().first.map({ $0 | 0x20 }), "xob".utf8.contains(kind) {
            isHexadecimal = kind == UInt8(ascii: "x")
            rest = digits.dropFirst(2)
            previous = UInt8(ascii: "0")
        }
        for byte in rest {
            if byte &- 0x30 < 10 || isHexadecimal && (byte | 0x20) &- 0x61 < 6 {
                previous = UInt8(ascii: "0")
            } else if byte == UInt8(ascii: "_") {
                guard previous == UInt8(ascii: "0") else { return false }
                previous = byte
            } else {
                guard previous != UInt8(ascii: "_") else { return false }
                previous = UInt8(ascii: "!")
            }
        }
        return previous != UInt8(ascii: "_")
    }
}
