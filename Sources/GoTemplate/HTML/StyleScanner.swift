/// Follows style sheets and style attributes, as far as to know where strings, URLs and comments begin and end.
struct StyleScanner {
    let bytes: [UInt8]
    let end: Int

    /// The state after the next piece of the text, and where that piece ends.
    func step(_ state: HTMLContext.State, from start: Int) throws(HTMLFault) -> (state: HTMLContext.State, end: Int) {
        switch state {
        case .styleDoubleQuoted, .styleDoubleQuotedURL: try string(state, start) { $0 == UInt8(ascii: "\"") }
        case .styleSingleQuoted, .styleSingleQuotedURL: try string(state, start) { $0 == UInt8(ascii: "'") }
        case .styleURL: try string(state, start) { HTMLScanner.isSpace($0) || $0 == UInt8(ascii: ")") }
        case .styleBlockComment: blockComment(start)
        case .styleLineComment: lineComment(start)
        default: declarations(start)
        }
    }

    private func declarations(_ start: Int) -> (state: HTMLContext.State, end: Int) {
        for position in start..<end {
            let next = position + 1 < end ? bytes[position + 1] : 0
            switch bytes[position] {
            case UInt8(ascii: "\""): return (.styleDoubleQuoted, position + 1)
            case UInt8(ascii: "'"): return (.styleSingleQuoted, position + 1)
            case UInt8(ascii: "/") where next == UInt8(ascii: "/"): return (.styleLineComment, position + 2)
            case UInt8(ascii: "/") where next == UInt8(ascii: "*"): return (.styleBlockComment, position + 2)
            case UInt8(ascii: "(") where endsWithURL(start, position):
                let value = bytes[(position + 1)..<end].firstIndex { !HTMLScanner.isSpace($0) } ?? end
                guard value != end else { return (.styleURL, end) }
                switch bytes[value] {
                case UInt8(ascii: "\""): return (.styleDoubleQuotedURL, value + 1)
                case UInt8(ascii: "'"): return (.styleSingleQuotedURL, value + 1)
                default: return (.styleURL, value)
                }
            default: break
            }
        }
        return (.style, end)
    }

    /// Whether the text before a bracket ends with the keyword `url`, and not with a longer name.
    private func endsWithURL(_ start: Int, _ bracket: Int) -> Bool {
        guard let last = bytes[start..<bracket].lastIndex(where: { !HTMLScanner.isSpace($0) }), last - start >= 2 else { return false }
        guard String(decoding: bytes[(last - 2)...last], as: UTF8.self).lowercased() == "url" else { return false }
        guard last - 2 > start else { return true }
        let before = bytes[last - 3]
        let isLetter = (0x61...0x7A).contains(before | 0x20)
        return !(isLetter || (0x30...0x39).contains(before) || before == UInt8(ascii: "-") || before == UInt8(ascii: "_") || before >= 0x80)
    }

    private func string(
        _ state: HTMLContext.State, _ start: Int, endsAt isEnd: (UInt8) -> Bool
    ) throws(HTMLFault) -> (state: HTMLContext.State, end: Int) {
        var position = start
        while position < end {
            if bytes[position] == UInt8(ascii: "\\") {
                guard position + 1 < end else { throw HTMLFault("unfinished escape sequence in CSS string", at: position) }
                position += 2
            } else if isEnd(bytes[position]) {
                return (.style, position + 1)
            } else {
                position += 1
            }
        }
        return (state, end)
    }

    private func blockComment(_ start: Int) -> (state: HTMLContext.State, end: Int) {
        for position in start..<end
        where bytes[position] == UInt8(ascii: "*") && position + 1 < end && bytes[position + 1] == UInt8(ascii: "/") {
            return (.style, position + 2)
        }
        return (.styleBlockComment, end)
    }

    private func lineComment(_ start: Int) -> (state: HTMLContext.State, end: Int) {
        let stop = bytes[start..<end].firstIndex { $0 == 0x0A || $0 == 0x0C || $0 == 0x0D }
        return stop.map { (.style, $0) } ?? (.styleLineComment, end)
    }
}
