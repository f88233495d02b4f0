/// A datagram as nginx sends it: a header of RFC 3164 with nginx's tag, then a line of a log.
struct SyslogMessage {
    /// Which of nginx's logs a line is of.
    enum Log: Sendable {
        case access
        case error
    }

    let log: Log
    /// The line as it would stand in a file.
    let line: [UInt8]

    /// Reads `<PRI>Mmm DD HH:MM:SS [HOST ]TAG: LINE`; nil for anything else.
    init?(_ datagram: some Collection<UInt8>) {
        let bytes = Array(datagram)
        guard bytes.first == UInt8(ascii: "<"), let close = bytes.prefix(5).firstIndex(of: UInt8(ascii: ">")), close > 1,
            let priority = Int(String(decoding: bytes[1..<close], as: UTF8.self)), (0...191).contains(priority)
        else { return nil }
        let time = bytes[(close + 1)...].prefix(16)
        guard time.count == 16, zip(time, "aaa ?d dd:dd:dd ".utf8).allSatisfy(Self.fits) else { return nil }
        // With `nohostname` the tag comes at once. Neither holds a space, and only the tag ends with a colon.
        var rest = bytes[(close + 17)...]
        for _ in 0..<2 {
            guard let space = rest.prefix(300).firstIndex(of: 0x20) else { return nil }
            let word = rest[..<space]
            rest = rest[(space + 1)...]
            guard word.last == UInt8(ascii: ":") else { continue }
            while let last = rest.last, last == 0x0A || last == 0x0D || last == 0 { rest = rest.dropLast() }
            line = Array(rest)
            log = line.withUnsafeBufferPointer { ErrorLogLine($0) != nil } ? .error : .access
            return
        }
        return nil
    }

    private static func fits(_ byte: UInt8, _ form: UInt8) -> Bool {
        let isDigit = (0x30...0x39).contains(byte)
        switch form {
        case UInt8(ascii: "a"): return (0x41...0x5A).contains(byte & 0xDF)
        case UInt8(ascii: "d"): return isDigit
        case UInt8(ascii: "?"): return isDigit || byte == 0x20
        default: return byte == form
        }
    }
}
