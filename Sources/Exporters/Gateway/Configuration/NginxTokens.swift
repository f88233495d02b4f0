/// Cuts nginx's configuration language into tokens, as forgivingly as can be: what nginx would refuse still gives tokens.
struct NginxTokens {
    enum Token: Hashable {
        /// A word without its quotes and escapes.
        case word(String)
        /// `{`
        case open
        /// `}`
        case close
        /// `;`
        case end
    }

    /// Longer words are cut; no address and no path is that long.
    static let maximumWordBytes = 4096

    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) {
        self.text = text
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The next token; nil at the end.
    mutating func next() -> Token? {
        while position < text.count {
            let byte = text[position]
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D:
                position += 1
            case UInt8(ascii: "#"):
                while position < text.count, text[position] != 0x0A { position += 1 }
            case UInt8(ascii: "{"):
                position += 1
                return .open
            case UInt8(ascii: "}"):
                position += 1
                return .close
            case UInt8(ascii: ";"):
                position += 1
                return .end
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                position += 1
                return .word(quoted(by: byte))
            default:
                return .word(bare())
            }
        }
        return nil
    }

    private mutating func quoted(by quote: UInt8) -> String {
        var word: [UInt8] = []
        while position < text.count, text[position] != quote { take(into: &word) }
        position += 1
        return String(decoding: word, as: UTF8.self)
    }

    private mutating func bare() -> String {
        var word: [UInt8] = []
        loop: while position < text.count {
            switch text[position] {
            case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ";"): break loop
            // A brace begins a block, but for those of a variable: ${name}.
            case UInt8(ascii: "{") where word.last != UInt8(ascii: "$"): break loop
            case UInt8(ascii: "{"):
                while position < text.count, text[position] != UInt8(ascii: "}"), text[position] != 0x0A { take(into: &word) }
                if position < text.count, text[position] == UInt8(ascii: "}") { take(into: &word) }
            default: take(into: &word)
            }
        }
        return String(decoding: word, as: UTF8.self)
    }

    /// A byte of a word, with nginx's escapes: of quotes, the backslash, t, r and n. Any other backslash stays, as in Windows' paths.
    private mutating func take(into word: inout [UInt8]) {
        var byte = text[position]
        position += 1
        if byte == UInt8(ascii: "\\"), position < text.count {
            let replacement: UInt8? =
                switch text[position] {
                case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): text[position]
                case UInt8(ascii: "t"): 0x09
                case UInt8(ascii: "r"): 0x0D
                case UInt8(ascii: "n"): 0x0A
                default: nil
                }
            if let replacement {
                byte = replacement
                position += 1
            }
        }
        if word.count < Self.maximumWordBytes { word.append(byte) }
    }

    // MARK: Lua

    /// Passes over a block of Lua whose opening brace has been read, up to and with its closing one. Braces in Lua's strings and comments
    /// do not count.
    mutating func skipLua() {
        var depth = 1
        while position < text.count {
            let byte = text[position]
            switch byte {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 {
                    position += 1
                    return
                }
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                skipLuaString(byte)
                continue
            case UInt8(ascii: "["):
                if let level = longBracket(at: position) {
                    skipLongBracket(level)
                    continue
                }
            case UInt8(ascii: "-") where position + 1 < text.count && text[position + 1] == UInt8(ascii: "-"):
                position += 2
                if position < text.count, text[position] == UInt8(ascii: "["), let level = longBracket(at: position) {
                    skipLongBracket(level)
                } else {
                    while position < text.count, text[position] != 0x0A { position += 1 }
                }
                continue
            default: break
            }
            position += 1
        }
    }

    private mutating func skipLuaString(_ quote: UInt8) {
        position += 1
        while position < text.count, text[position] != quote, text[position] != 0x0A {
            position += text[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        position += 1
    }

    /// The number of equals signs of a long bracket such as `[==[`; nil where there is none.
    private func longBracket(at start: Int) -> Int? {
        var place = start + 1
        while place < text.count, text[place] == UInt8(ascii: "=") { place += 1 }
        return place < text.count && text[place] == UInt8(ascii: "[") ? place - start - 1 : nil
    }

    private mutating func skipLongBracket(_ level: Int) {
        position += level + 2
        while position < text.count {
            if text[position] == UInt8(ascii: "]") {
                var place = position + 1
                while place < text.count, text[place] == UInt8(ascii: "=") { place += 1 }
                if place - position - 1 == level, place < text.count, text[place] == UInt8(ascii: "]") {
                    position = place + 1
                    return
                }
                position = place
            } else {
                position += 1
            }
        }
    }
}
