import WebServer

/// UUIDs as text.
enum UUIDText {
    /// A random one (version 4), in lower case.
    static func random() -> String {
        let high = UInt64.random(in: .min ... .max) & ~0xF000 | 0x4000
        let low = UInt64.random(in: .min ... .max) & ~(3 << 62) | 1 << 63
        let digits = padded(high) + padded(low)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }

    private static func padded(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Whether a text is a UUID: 32 hexadecimal digits, each of the four hyphens there or not.
    static func isValid(_ text: String) -> Bool {
        var rest = Substring(text).utf8
        for (index, length) in [8, 4, 4, 4, 12].enumerated() {
            if index > 0, rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard rest.count >= length, rest.prefix(length).allSatisfy({ PercentDecoding.digit($0) != nil }) else { return false }
            rest = rest.dropFirst(length)
        }
        return rest.isEmpty
    }
}
