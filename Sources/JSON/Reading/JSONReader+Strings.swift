extension JSONReader {
    /// Reads a key whose opening quote is next.
    @inline(__always)
    mutating func scanKey() throws(JSONError) -> JSONText {
        let start = position + 1
        if let plain = try scanPlainString() { return plain }
        try Self.decode(text, from: start, scanned: &position, into: &keyScratch)
        return keyScratch.text
    }

    /// Reads a string value whose opening quote is next.
    @inline(__always)
    mutating func scanStringValue() throws(JSONError) -> JSONText {
        let start = position + 1
        if let plain = try scanPlainString() { return plain }
        try Self.decode(text, from: start, scanned: &position, into: &valueScratch)
        return valueScratch.text
    }

    /// Reads over a string whose opening quote is next.
    mutating func skipString() throws(JSONError) {
        while try scanPlainString() == nil {
            // At an escape or a bad byte: step over it and scan on as if a string began there.
            if base[position] == UInt8(ascii: "\\") {
                _ = try Self.scanEscape(text, at: &position)
            } else {
                position += 1
            }
            position -= 1
        }
    }

    /// Reads a string without escapes and bad UTF-8, as a slice of the input. Met with one of those it answers nil and stops there.
    ///
    /// The byte before the first one of the string (its quote) is at `position`.
    @inline(__always)
    private mutating func scanPlainString() throws(JSONError) -> JSONText? {
        let start = position + 1
        var here = start
        while true {
            here = Self.firstSpecial(base, from: here, to: count)
            guard here < count else { throw unexpectedEnd() }
            let byte = base[here]
            if byte == UInt8(ascii: "\"") {
                position = here + 1
                return JSONText(UnsafeBufferPointer(start: base + start, count: here - start))
            }
            if byte >= 0x80 {
                let length = Self.validSequence(base, at: here, to: count)
                if length > 0 {
                    here += length
                    continue
                }
            } else if byte < 0x20 {
                position = here
                throw invalidCharacter("in string literal")
            }
            position = here
            return nil
        }
    }

    /// The first byte from here that is a quote, a backslash, a control character or not ASCII; `end` if there is none.
    @inline(__always)
    private static func firstSpecial(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var here = start
        while here + 8 <= end {
            let word = UInt64(littleEndian: UnsafeRawPointer(base + here).loadUnaligned(as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            // Eight bytes at once: a byte's high bit ends up set where the byte is special. A borrow can set it wrongly, but only in a byte after a
            // special one, and only the first counts.
            let found = ((word &- (ones &* 0x20)) | (quote &- ones) | (backslash &- ones) | word) & (ones &* 0x80)
            if found != 0 { return here + found.trailingZeroBitCount / 8 }
            here += 8
        }
        while here < end {
            let byte = base[here]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C || byte >= 0x80 { return here }
            here += 1
        }
        return end
    }

    /// The length of the valid UTF-8 sequence of several bytes that begins here; 0 if none does.
    static func validSequence(_ base: UnsafePointer<UInt8>, at start: Int, to end: Int) -> Int {
        let lead = base[start]
        let length: Int
        var lowest: UInt8 = 0x80
        var highest: UInt8 = 0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if lead == 0xE0 { lowest = 0xA0 }
            if lead == 0xED { highest = 0x9F }
        case 0xF0...0xF4:
            length = 4
            if lead == 0xF0 { lowest = 0x90 }
            if lead == 0xF4 { highest = 0x8F }
        default: return 0
        }
        guard start + length <= end, base[start + 1] >= lowest, base[start + 1] <= highest else { return 0 }
        for index in 2..<4 where index < length && base[start + index] & 0xC0 != 0x80 { return 0 }
        return length
    }

    /// Decodes a string from its first byte into the scratch memory. `scanned` is the first byte that needs work, afterwards behind the closing quote.
    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>, from start: Int, scanned position: inout Int, into scratch: inout JSONScratch
    ) throws(JSONError) {
        guard let base = text.baseAddress else { return }
        scratch.removeAll()
        scratch.append(UnsafeBufferPointer(start: base + start, count: position - start))
        while true {
            let plain = position
            position = firstSpecial(base, from: plain, to: text.count)
            scratch.append(UnsafeBufferPointer(start: base + plain, count: position - plain))
            guard position < text.count else {
                throw JSONError(kind: .unexpectedEnd, message: "unexpected end of JSON input", offset: text.count, in: text)
            }
            let byte = base[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return
            } else if byte == UInt8(ascii: "\\") {
                scratch.append(scalar: try scanEscape(text, at: &position))
            } else if byte >= 0x80 {
                let length = validSequence(base, at: position, to: text.count)
                if length > 0 {
                    scratch.append(UnsafeBufferPointer(start: base + position, count: length))
                } else {
                    scratch.append(scalar: "\u{FFFD}")
                }
                position += max(1, length)
            } else {
                throw JSONError(kind: .syntax, message: "invalid character \(quoted(byte)) in string literal", offset: position, in: text)
            }
        }
    }

    /// Reads an escape whose backslash is here. A surrogate without its partner gives U+FFFD.
    private static func scanEscape(_ text: UnsafeBufferPointer<UInt8>, at position: inout Int) throws(JSONError) -> Unicode.Scalar {
        position += 1
        guard position < text.count else {
            throw JSONError(kind: .unexpectedEnd, message: "unexpected end of JSON input", offset: text.count, in: text)
        }
        let letter = text[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default:
            position -= 1
            throw JSONError(
                kind: .syntax, message: "invalid character \(quoted(letter)) in string escape code", offset: position, in: text)
        }
        let unit = try scanHexadecimal(text, at: &position)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        let next = position
        if unit < 0xDC00, next + 1 < text.count, text[next] == UInt8(ascii: "\\"), text[next + 1] == UInt8(ascii: "u") {
            position += 2
            let low = try scanHexadecimal(text, at: &position)
            if low >= 0xDC00, low <= 0xDFFF, let scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)) {
                return scalar
            }
            position = next  // No pair: the second escape stands for itself.
        }
        return "\u{FFFD}"
    }

    private static func scanHexadecimal(_ text: UnsafeBufferPointer<UInt8>, at position: inout Int) throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < text.count else {
                throw JSONError(kind: .unexpectedEnd, message: "unexpected end of JSON input", offset: text.count, in: text)
            }
            let byte = text[position]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default:
                throw JSONError(
                    kind: .syntax, message: #"invalid character \#(quoted(byte)) in \u hexadecimal character escape"#, offset: position,
                    in: text)
            }
            position += 1
        }
        return value
    }
}
