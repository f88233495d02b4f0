/// The binary form of a zone's history (RFC 8536), versions 1 to 4.
enum TZif {
    /// Reads a file; nil when it is damaged.
    static func decode(_ bytes: [UInt8]) -> ZoneTable? {
        guard let first = Header(bytes, at: 0) else { return nil }
        guard first.version >= UInt8(ascii: "2") else {
            return body(bytes, header: first, timeSize: 4, footer: nil)
        }
        // Version 2 and later repeat everything with 64-bit times after the 32-bit part, and end with a POSIX TZ string.
        guard let second = Header(bytes, at: first.end(timeSize: 4)) else { return nil }
        let end = second.end(timeSize: 8)
        guard end <= bytes.count else { return nil }
        return body(bytes, header: second, timeSize: 8, footer: footer(bytes, at: end))
    }

    /// The counts at the head of a part, 44 bytes.
    private struct Header {
        let version: UInt8
        let start: Int
        let isUTCount: Int
        let isStandardCount: Int
        let leapCount: Int
        let timeCount: Int
        let typeCount: Int
        let characterCount: Int

        init?(_ bytes: [UInt8], at offset: Int) {
            guard offset + 44 <= bytes.count, bytes[offset..<offset + 4].elementsEqual("TZif".utf8) else { return nil }
            func count(_ index: Int) -> Int { Int(UInt32(truncatingIfNeeded: TZif.integer(bytes, at: offset + 20 + 4 * index, size: 4))) }
            version = bytes[offset + 4]
            start = offset + 44
            isUTCount = count(0)
            isStandardCount = count(1)
            leapCount = count(2)
            timeCount = count(3)
            typeCount = count(4)
            characterCount = count(5)
            guard [isUTCount, isStandardCount, leapCount, timeCount, typeCount, characterCount].allSatisfy({ $0 <= bytes.count }) else {
                return nil
            }
        }

        func end(timeSize: Int) -> Int {
            start + timeCount * (timeSize + 1) + typeCount * 6 + characterCount + leapCount * (timeSize + 4) + isStandardCount + isUTCount
        }
    }

    private static func body(_ bytes: [UInt8], header: Header, timeSize: Int, footer: PosixTimeZone?) -> ZoneTable? {
        guard header.end(timeSize: timeSize) <= bytes.count, header.typeCount > 0 else { return nil }
        let indicesStart = header.start + header.timeCount * timeSize
        let typesStart = indicesStart + header.timeCount
        let charactersStart = typesStart + header.typeCount * 6
        let characters = bytes[charactersStart..<charactersStart + header.characterCount]

        let transitions = (0..<header.timeCount).map { integer(bytes, at: header.start + $0 * timeSize, size: timeSize) }
        let indices = Array(bytes[indicesStart..<typesStart])
        guard zip(transitions, transitions.dropFirst()).allSatisfy({ $0 < $1 }), indices.allSatisfy({ Int($0) < header.typeCount }) else {
            return nil
        }
        var rules: [Zone.Offset] = []
        for index in 0..<header.typeCount {
            let position = typesStart + index * 6
            let designation = charactersStart + Int(bytes[position + 5])
            guard designation < characters.endIndex else { return nil }
            let abbreviation = characters[designation...].prefix { $0 != 0 }
            rules.append(
                Zone.Offset(
                    seconds: Int32(truncatingIfNeeded: integer(bytes, at: position, size: 4)),
                    abbreviation: String(decoding: abbreviation, as: UTF8.self), isDST: bytes[position + 4] != 0))
        }
        return ZoneTable(transitions: transitions, indices: indices, rules: rules, footer: footer)
    }

    /// The TZ string between two newlines; nil when there is none or it is empty.
    private static func footer(_ bytes: [UInt8], at position: Int) -> PosixTimeZone? {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\n") else { return nil }
        let text = bytes[(position + 1)...].prefix { $0 != UInt8(ascii: "\n") }
        return PosixTimeZone(String(decoding: text, as: UTF8.self))
    }

    /// A big-endian signed integer.
    private static func integer(_ bytes: [UInt8], at position: Int, size: Int) -> Int64 {
        var value: UInt64 = 0
        for byte in bytes[position..<position + size] { value = value << 8 | UInt64(byte) }
        return size == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }
}
