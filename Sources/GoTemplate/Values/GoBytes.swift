import Labels

/// Go's strings are bytes, and mostly UTF-8: what to do with bytes that are not.
enum GoBytes {
    /// The bytes as text. Every byte that is part of no character is U+FFFD, as where Go reads characters and where it writes JSON;
    /// `String(decoding:as:)` would give one for several bytes.
    static func repaired(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 8)
        walk(bytes) {
            output += $0
        } stray: { _ in
            output += UTF8.encodedReplacementCharacter
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The number of characters, to which every byte that is part of none adds one.
    static func characterCount(_ bytes: [UInt8]) -> Int {
        var count = 0
        walk(bytes) {
            count += String(decoding: $0, as: UTF8.self).unicodeScalars.count
        } stray: { _ in
            count += 1
        }
        return count
    }

    /// The place of the first byte that is part of no character.
    static func firstStray(_ bytes: [UInt8]) -> Int? {
        var position = 0
        while position < bytes.count {
            guard let length = characterLength(bytes, at: position) else { return position }
            position += length
        }
        return nil
    }

    /// Hands out the bytes in their order: the longest pieces that are UTF-8, and each byte that is part of no character.
    static func walk<Failure: Error>(
        _ bytes: [UInt8], text: (ArraySlice<UInt8>) throws(Failure) -> Void, stray: (UInt8) throws(Failure) -> Void
    ) throws(Failure) {
        var start = 0
        var position = 0
        while position < bytes.count {
            if let length = characterLength(bytes, at: position) {
                position += length
                continue
            }
            if start < position { try text(bytes[start..<position]) }
            try stray(bytes[position])
            position += 1
            start = position
        }
        if start < position { try text(bytes[start..<position]) }
    }

    /// The bytes of the character at a position; nil when none begins there.
    static func characterLength(_ bytes: [UInt8], at position: Int) -> Int? {
        bytes.withUnsafeBufferPointer { UTF8Scanner.scalar($0, at: position)?.length }
    }
}
