/// Names of mail header fields (reference 1.5, `headers`).
enum HeaderName {
    /// The name as Go writes it: `x-foo` is `X-Foo`. A name with a byte that no field name has stays as it is.
    static func canonical(_ name: String) -> String {
        guard name.utf8.allSatisfy(isTokenByte) else { return name }
        var isAtStart = true
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z") where isAtStart: bytes.append(byte & ~0x20)
            case UInt8(ascii: "A")...UInt8(ascii: "Z") where !isAtStart: bytes.append(byte | 0x20)
            default: bytes.append(byte)
            }
            isAtStart = byte == UInt8(ascii: "-")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What HTTP calls a token.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
