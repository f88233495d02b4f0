/// Reads one line of the series notation byte by byte.
struct NotationScanner {
    let bytes: [UInt8]
    var position = 0

    init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position >= bytes.count }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// What is left, for messages.
    var rest: String { String(decoding: bytes[min(position, bytes.count)...], as: UTF8.self) }

    mutating func skipBlanks() {
        while let byte = next, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
    }

    /// Whether a native histogram begins here.
    var isAtHistogram: Bool { bytes[position...].starts(with: "{{".utf8) }

    mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    mutating func take(word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        for offset in 0..<count where bytes[position + offset] != word.utf8Start[offset] { return false }
        position += count
        return true
    }

    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`, empty where none stands.
    mutating func identifier() -> String {
        let start = position
        while let byte = next, byte.isLetter || byte == UInt8(ascii: ":") || (position > start && byte.isDigit) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// A run of decimal digits as a number of at most `limit`.
    mutating func count(limit: Int) throws(NotationError) -> Int {
        let start = position
        var value = 0
        while let byte = next, byte.isDigit {
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            guard value <= limit else { throw NotationError("a repetition of more than \(limit)") }
            position += 1
        }
        guard position > start else { throw NotationError("expected a number of repetitions, found \"\(rest)\"") }
        return value
    }

    /// An unsigned decimal number with fraction and exponent, `Inf` or `NaN`; nil where none stands.
    mutating func unsignedNumber() -> Double? {
        if take(word: "NaN") || take(word: "nan") { return .nan }
        if take(word: "Inf") || take(word: "inf") { return .infinity }
        let start = position
        while let byte = next, byte.isDigit { position += 1 }
        if next == UInt8(ascii: ".") {
            position += 1
            while let byte = next, byte.isDigit { position += 1 }
        }
        guard position > start else { return nil }
        skipExponent()
        return Double(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func skipExponent() {
        guard let byte = next, byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") else { return }
        var end = position + 1
        if end < bytes.count, bytes[end] == UInt8(ascii: "+") || bytes[end] == UInt8(ascii: "-") { end += 1 }
        guard end < bytes.count, bytes[end].isDigit else { return }
        while end < bytes.count, bytes[end].isDigit { end += 1 }
        position = end
    }

    /// A quoted string in any of PromQL's three forms.
    mutating func string() throws(NotationError) -> String {
        let start = position
        guard let quote = next else { throw NotationError("expected a quoted string at the end") }
        position += 1
        while let byte = next, byte != quote {
            position += byte == UInt8(ascii: "\\") && quote != UInt8(ascii: "`") ? 2 : 1
        }
        guard position < bytes.count else { throw NotationError("unterminated quoted string") }
        position += 1
        return try QuotedString.value(of: String(decoding: bytes[start..<position], as: UTF8.self))
    }
}

extension UInt8 {
    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
    var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 || self == UInt8(ascii: "_") }
}
