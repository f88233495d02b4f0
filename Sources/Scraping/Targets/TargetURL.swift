/// The URL of a target, escaped as Go does: scheme, address and path as the labels have them, parameters sorted by name.
struct TargetURL {
    /// `scheme://address/path?parameters`
    let text: String

    /// - Parameter parameters: Sorted by name in the order of their bytes.
    init(scheme: String, address: String, path: String, parameters: [(name: String, values: [String])]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(scheme.utf8.count + address.utf8.count + path.utf8.count + 16)
        if !scheme.isEmpty {
            bytes += scheme.utf8
            bytes.append(UInt8(ascii: ":"))
        }
        bytes += [UInt8(ascii: "/"), UInt8(ascii: "/")]
        Self.escape(address, keeping: Self.hostBytes, into: &bytes)
        if !path.isEmpty, path.utf8.first != UInt8(ascii: "/") { bytes.append(UInt8(ascii: "/")) }
        if path == "*" { bytes += path.utf8 } else { Self.escape(path, keeping: Self.pathBytes, into: &bytes) }
        var separator = UInt8(ascii: "?")
        for (name, values) in parameters {
            for value in values {
                bytes.append(separator)
                separator = UInt8(ascii: "&")
                Self.escape(name, keeping: Self.queryBytes, spaceAsPlus: true, into: &bytes)
                bytes.append(UInt8(ascii: "="))
                Self.escape(value, keeping: Self.queryBytes, spaceAsPlus: true, into: &bytes)
            }
        }
        text = String(decoding: bytes, as: UTF8.self)
    }

    // What stays as it is beside letters and digits: a set of bytes below 128, as two words.
    private static let queryBytes = ByteSet("-_.~")
    private static let pathBytes = ByteSet("-_.~$&+,/:;=@")
    private static let hostBytes = ByteSet("-_.~!$&'()*+,;=:[]<>\"")

    private static func escape(_ text: String, keeping kept: ByteSet, spaceAsPlus: Bool = false, into bytes: inout [UInt8]) {
        for byte in text.utf8 {
            if kept.contains(byte) {
                bytes.append(byte)
            } else if spaceAsPlus, byte == UInt8(ascii: " ") {
                bytes.append(UInt8(ascii: "+"))
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(hexadecimal(byte >> 4))
                bytes.append(hexadecimal(byte & 15))
            }
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 { digit < 10 ? digit + 0x30 : digit + 0x37 }
}

/// Letters, digits and some more ASCII characters.
private struct ByteSet {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ more: StaticString) {
        more.withUTF8Buffer { buffer in
            for byte in buffer { insert(byte) }
        }
        for byte in UInt8(ascii: "0")...UInt8(ascii: "9") { insert(byte) }
        for byte in UInt8(ascii: "A")...UInt8(ascii: "Z") { insert(byte) }
        for byte in UInt8(ascii: "a")...UInt8(ascii: "z") { insert(byte) }
    }

    private mutating func insert(_ byte: UInt8) {
        if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }
}
