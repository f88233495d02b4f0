import CRE2

extension RE2Regex {
    /// The texts of the leftmost match and its groups, the whole match first; a group that took no part is nil. Nil without a match.
    public func submatches(in text: String) -> [String?]? {
        var text = text
        return text.withUTF8 { bytes in
            var spans = [cre2_span](repeating: cre2_span(start: -1, end: -1), count: groupCount + 1)
            guard self.spans(in: bytes, from: 0, into: &spans) else { return nil }
            return spans.map { $0.start < 0 ? nil : String(decoding: bytes[$0.start..<$0.end], as: UTF8.self) }
        }
    }

    /// The text with every match replaced. In the replacement `$1`, `${1}`, `$name` and `${name}` stand for groups and `$$` for a dollar,
    /// by the rules of Go's `ReplaceAllString`: a name is as long as possible, an unknown group is empty.
    public func replaceAll(in text: String, with replacement: String) -> String {
        var text = text
        return text.withUTF8 { bytes in
            String(decoding: replaceAll(in: bytes, with: Array(replacement.utf8)) { $1 += bytes[$0] }, as: UTF8.self)
        }
    }

    /// As `replaceAll` of strings, with what `copy` appends for a range of the text where a part of that is kept.
    public func replaceAll(
        in bytes: UnsafeBufferPointer<UInt8>, with replacement: [UInt8], copying copy: (Range<Int>, inout [UInt8]) -> Void
    ) -> [UInt8] {
        let parts = Replacement.parts(of: replacement, in: self)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        forEachMatch(in: bytes, to: &output, copying: copy) { spans, output in
            for part in parts {
                switch part {
                case .literal(let literal): output += literal
                case .group(let number) where spans[number].start >= 0: copy(spans[number].start..<spans[number].end, &output)
                case .group: break
                }
            }
        }
        return output
    }

    /// Walks all matches, left to right, without overlap, and copies the text between them. An empty match directly after another
    /// match does not count, as in Go.
    private func forEachMatch(
        in bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8], copying copy: (Range<Int>, inout [UInt8]) -> Void,
        _ body: ([cre2_span], inout [UInt8]) -> Void
    ) {
        var spans = [cre2_span](repeating: cre2_span(start: -1, end: -1), count: groupCount + 1)
        var copied = 0
        var searched = 0
        while searched <= bytes.count, self.spans(in: bytes, from: searched, into: &spans) {
            let match = spans[0].start..<spans[0].end
            copy(copied..<match.lowerBound, &output)
            if !match.isEmpty || match.lowerBound > copied || copied == 0 && searched == 0 { body(spans, &output) }
            copied = match.upperBound
            if match.upperBound > searched {
                searched = match.upperBound
            } else {
                // An empty match: go on one character further.
                searched += 1
                while searched < bytes.count, bytes[searched] & 0xC0 == 0x80 { searched += 1 }
            }
        }
        copy(copied..<bytes.count, &output)
    }
}

/// The pieces of a replacement text.
enum Replacement {
    enum Part: Sendable {
        case literal([UInt8])
        case group(Int)
    }

    static func parts(of bytes: [UInt8], in regex: RE2Regex) -> [Part] {
        var parts: [Part] = []
        var literal: [UInt8] = []
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard byte == UInt8(ascii: "$") else {
                literal.append(byte)
                continue
            }
            if position < bytes.count, bytes[position] == UInt8(ascii: "$") {
                literal.append(byte)
                position += 1
            } else if let name = name(in: bytes, at: &position) {
                guard let number = number(of: name, in: regex) else { continue }
                parts.append(.literal(literal))
                literal = []
                parts.append(.group(number))
            } else {
                // Malformed, so the dollar is only a dollar.
                literal.append(byte)
            }
        }
        parts.append(.literal(literal))
        return parts
    }

    /// The name after a dollar, with or without braces; nil (and no move) when there is none.
    private static func name(in bytes: [UInt8], at position: inout Int) -> String? {
        let isBraced = position < bytes.count && bytes[position] == UInt8(ascii: "{")
        let start = isBraced ? position + 1 : position
        let rest = Substring(decoding: bytes[start...], as: UTF8.self)
        let name = String(rest.prefix { $0 == "_" || $0.isLetter || $0.isNumber })
        let end = start + name.utf8.count
        guard !name.isEmpty else { return nil }
        if isBraced {
            guard end < bytes.count, bytes[end] == UInt8(ascii: "}") else { return nil }
            position = end + 1
        } else {
            position = end
        }
        return name
    }

    private static func number(of name: String, in regex: RE2Regex) -> Int? {
        // With a leading zero it is a name as any other.
        let isNumber = name == "0" || name.utf8.first != UInt8(ascii: "0") && name.utf8.allSatisfy { $0 &- 0x30 < 10 }
        if isNumber { return Int(name).flatMap { $0 <= regex.groupCount ? $0 : nil } }
        return regex.groupNumber(named: name)
    }
}
