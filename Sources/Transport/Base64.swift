/// Base64 of RFC 4648, for basic authentication.
func base64(_ bytes: some Collection<UInt8>) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var rest = bytes[...]
    while !rest.isEmpty {
        let chunk = rest.prefix(3)
        rest = rest.dropFirst(3)
        var group: UInt32 = 0
        for byte in chunk { group = group << 8 | UInt32(byte) }
        group <<= UInt32(8 * (3 - chunk.count))
        for position in 0..<4 {
            text.append(position <= chunk.count ? alphabet[Int(group >> UInt32(18 - 6 * position) & 63)] : UInt8(ascii: "="))
        }
    }
    return String(decoding: text, as: UTF8.self)
}
