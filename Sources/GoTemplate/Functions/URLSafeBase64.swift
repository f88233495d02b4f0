/// Base 64 with the alphabet that URLs take, padded (RFC 4648 section 5).
enum URLSafeBase64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let padding = UInt8(ascii: "=")

    /// Each byte's six bits; nil for those outside the alphabet.
    private static let values: [UInt8?] = {
        var values = [UInt8?](repeating: nil, count: 256)
        for (index, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(index) }
        return values
    }()

    /// The text's bytes in base 64.
    static func encode(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                output.append(place <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)] : padding)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The bytes that base 64 stands for; line ends in it are skipped. Errors name the place as Go does.
    static func decode(_ text: [UInt8]) throws(TemplateFault) -> [UInt8] {
        // Line ends are no data; places in errors count them.
        let bytes = text.enumerated().filter { $0.element != 0x0A && $0.element != 0x0D }
        let end = text.count
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count / 4 * 3)
        var position = 0
        while position < bytes.count {
            var bits: UInt32 = 0
            var count = 0
            while count < 4, position + count < bytes.count, let value = values[Int(bytes[position + count].element)] {
                bits = bits << 6 | UInt32(value)
                count += 1
            }
            position += count
            if count < 4 {
                guard position < bytes.count else { throw corrupt(end - count) }
                let offset = bytes[position].offset
                guard bytes[position].element == padding, count >= 2 else { throw corrupt(offset) }
                position += 1
                if count == 2 {
                    guard position < bytes.count else { throw corrupt(end) }
                    guard bytes[position].element == padding else { throw corrupt(bytes[position].offset - 1) }
                    position += 1
                }
                guard position == bytes.count else { throw corrupt(bytes[position].offset) }
                bits <<= UInt32(6 * (4 - count))
            }
            for place in 0..<(count - 1) { output.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * place))) }
        }
        return output
    }

    private static func corrupt(_ place: Int) -> TemplateFault { TemplateFault("illegal base64 data at input byte \(place)") }
}
