internal import Labels

/// Follows HTML text and says in which context each piece leaves off.
///
/// It reads what browsers and mail programs agree about and refuses what they read differently.
struct HTMLScanner {
    /// The text.
    let bytes: [UInt8]
    /// Where the content that a step was last in ends, so that a long style sheet is not searched for its end at each of its strings.
    private var content: (element: HTMLContext.Element, range: Range<Int>) = (.other, 0..<0)

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The context after the next piece of the text, and where that piece ends. At least one byte is read or the context changes.
    mutating func step(_ context: HTMLContext, from start: Int) throws(HTMLFault) -> (context: HTMLContext, end: Int) {
        guard context.quote == .none else { return try stepInValue(context, from: start) }
        if content.element != context.element || !content.range.contains(start) {
            content = (context.element, start..<endOfContent(context, from: start))
        }
        let limit = content.range.upperBound
        if limit == start { return (HTMLContext(), start) }
        return try step(context, from: start, to: limit)
    }

    /// As `step`, in a text whose end is given and without looking for the end tag of scripts and the like.
    func step(_ context: HTMLContext, from start: Int, to end: Int) throws(HTMLFault) -> (context: HTMLContext, end: Int) {
        switch context.state {
        case .text: return text(context, start, end)
        case .tag: return try tag(context, start, end)
        case .attributeName:
            let stop = try endOfAttributeName(from: start, to: end)
            var after = context
            if stop != end { after.state = .afterName }
            return (after, stop)
        case .afterName: return afterName(context, start, end)
        case .beforeValue: return beforeValue(context, start, end)
        case .comment:
            guard let close = find("-->", from: start, to: end) else { return (context, end) }
            return (HTMLContext(), close + 3)
        case .url: return (url(context, start, end), end)
        case .style, .styleDoubleQuoted, .styleSingleQuoted, .styleDoubleQuotedURL, .styleSingleQuotedURL, .styleURL, .styleBlockComment,
            .styleLineComment:
            let style = try StyleScanner(bytes: bytes, end: end).step(context.state, from: start)
            var after = context
            after.state = style.state
            return (after, style.end)
        case .rcdata, .value, .urlList, .script, .unreachable: return (context, end)
        }
    }

    // MARK: Text and tags

    private func text(_ context: HTMLContext, _ start: Int, _ end: Int) -> (context: HTMLContext, end: Int) {
        var position = start
        while let open = bytes[position..<end].firstIndex(of: UInt8(ascii: "<")), open + 1 < end {
            if hasPrefix("<!--", at: open, end: end) { return (HTMLContext(state: .comment), open + 4) }
            var nameStart = open + 1
            let closes = bytes[nameStart] == UInt8(ascii: "/")
            if closes {
                nameStart += 1
                if nameStart == end { break }
            }
            let nameEnd = endOfTagName(from: nameStart, to: end)
            if nameEnd != nameStart {
                let name = String(decoding: bytes[nameStart..<nameEnd], as: UTF8.self).lowercased()
                return (HTMLContext(state: .tag, element: closes ? .other : HTMLContext.Element(name: name)), nameEnd)
            }
            position = nameEnd
        }
        return (context, end)
    }

    private func tag(_ context: HTMLContext, _ start: Int, _ end: Int) throws(HTMLFault) -> (context: HTMLContext, end: Int) {
        let nameStart = skipSpace(from: start, to: end)
        if nameStart == end { return (context, end) }
        if bytes[nameStart] == UInt8(ascii: ">") {
            return (HTMLContext(state: context.element.contentState, element: context.element), nameStart + 1)
        }
        let nameEnd = try endOfAttributeName(from: nameStart, to: end)
        guard nameEnd != nameStart else {
            throw HTMLFault("expected space, attr name, or end of tag, but got \(quote(nameStart, end))", at: nameStart)
        }
        let name = String(decoding: bytes[nameStart..<nameEnd], as: UTF8.self).lowercased()
        var attribute = HTMLAttribute(name: name)
        if attribute == .delicate { attribute = .plain }
        if context.element == .script, name == "type" { attribute = .scriptType }
        return (HTMLContext(state: nameEnd == end ? .attributeName : .afterName, attribute: attribute, element: context.element), nameEnd)
    }

    private func afterName(_ context: HTMLContext, _ start: Int, _ end: Int) -> (context: HTMLContext, end: Int) {
        let position = skipSpace(from: start, to: end)
        if position == end { return (context, end) }
        var after = context
        guard bytes[position] == UInt8(ascii: "=") else {
            after.state = .tag
            return (after, position)
        }
        after.state = .beforeValue
        return (after, position + 1)
    }

    private func beforeValue(_ context: HTMLContext, _ start: Int, _ end: Int) -> (context: HTMLContext, end: Int) {
        let position = skipSpace(from: start, to: end)
        if position == end { return (context, end) }
        var after = context
        after.state = context.attribute.valueState
        switch bytes[position] {
        case UInt8(ascii: "\""): after.quote = .double
        case UInt8(ascii: "'"): after.quote = .single
        default:
            after.quote = .unquoted
            return (after, position)
        }
        return (after, position + 1)
    }

    private func url(_ context: HTMLContext, _ start: Int, _ end: Int) -> HTMLContext {
        var after = context
        if bytes[start..<end].contains(where: { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "?") }) {
            after.urlPart = .query
        } else if context.urlPart == .start, skipSpace(from: start, to: end) != end {
            after.urlPart = .path
        }
        return after
    }

    // MARK: Attribute values

    private func stepInValue(_ context: HTMLContext, from start: Int) throws(HTMLFault) -> (context: HTMLContext, end: Int) {
        let stop = endOfValue(context.quote, from: start) ?? bytes.count
        if context.quote == .unquoted, let odd = bytes[start..<stop].firstIndex(where: { Self.oddInUnquoted.contains($0) }) {
            throw HTMLFault("\(quote(odd, odd + 1)) in unquoted attr: \(quote(start, stop))", at: odd)
        }
        guard stop != bytes.count else {
            let decoded = HTMLScanner(HTMLEntities.decode(bytes[start...]))
            var after = context
            var position = 0
            do {
                while position < decoded.bytes.count {
                    (after, position) = try decoded.step(after, from: position, to: decoded.bytes.count)
                }
            } catch {
                throw HTMLFault(error.message, at: start)
            }
            return (after, stop)
        }
        var element = context.element
        if element == .script, context.attribute == .scriptType, context.state == .value, !isScriptType(bytes[start..<stop]) {
            element = .other
        }
        return (HTMLContext(state: .tag, element: element), context.quote == .unquoted ? stop : stop + 1)
    }

    /// Where a value ends, at its quote or what ends an unquoted one; nil when it goes on after the text.
    func endOfValue(_ quote: HTMLContext.Quote, from start: Int) -> Int? {
        switch quote {
        case .double: bytes[start...].firstIndex(of: UInt8(ascii: "\""))
        case .single: bytes[start...].firstIndex(of: UInt8(ascii: "'"))
        case .unquoted, .none: bytes[start...].firstIndex { Self.isSpace($0) || $0 == UInt8(ascii: ">") }
        }
    }

    /// What HTML forbids in unquoted values; parsers disagree about where such a value ends.
    private static let oddInUnquoted = Array("\"'<=`".utf8)

    /// Media types that browsers run as a script or that html/template treats as one.
    private func isScriptType(_ value: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: value, as: UTF8.self).prefix { $0 != ";" }.lowercased()
        let type = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        switch type {
        case "module", "application/json", "application/ld+json", "text/jscript", "text/livescript": return true
        default: break
        }
        let languages = ["ecmascript", "javascript"].flatMap { ["application/\($0)", "application/x-\($0)", "text/\($0)", "text/x-\($0)"] }
        return languages.contains(type) || type.hasPrefix("text/javascript1.")
    }

    // MARK: Pieces

    /// Where the content of a script or the like ends: before its end tag, or at the end of the text.
    func endOfContent(_ context: HTMLContext, from start: Int) -> Int {
        guard let name = context.element.endTagName else { return bytes.count }
        var position = start
        while let open = find("</", from: position, to: bytes.count) {
            let nameStart = open + 2
            let nameEnd = nameStart + name.utf8.count
            if nameEnd < bytes.count, String(decoding: bytes[nameStart..<nameEnd], as: UTF8.self).lowercased() == name,
                Self.isSpace(bytes[nameEnd]) || bytes[nameEnd] == UInt8(ascii: ">") || bytes[nameEnd] == UInt8(ascii: "/")
            {
                return open
            }
            position = nameStart
        }
        return bytes.count
    }

    private func endOfTagName(from start: Int, to end: Int) -> Int {
        guard start < end, Self.isLetter(bytes[start]) else { return start }
        var position = start + 1
        while position < end {
            if Self.isLetterOrDigit(bytes[position]) {
                position += 1
            } else if bytes[position] == UInt8(ascii: ":") || bytes[position] == UInt8(ascii: "-"), position + 1 < end,
                Self.isLetterOrDigit(bytes[position + 1])
            {
                position += 2
            } else {
                break
            }
        }
        return position
    }

    private func endOfAttributeName(from start: Int, to end: Int) throws(HTMLFault) -> Int {
        for position in start..<end {
            switch bytes[position] {
            case let byte where Self.isSpace(byte): return position
            case UInt8(ascii: "="), UInt8(ascii: ">"): return position
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"):
                throw HTMLFault("\(quote(position, position + 1)) in attribute name: \(quote(start, end))", at: position)
            default: break
            }
        }
        return end
    }

    private func skipSpace(from start: Int, to end: Int) -> Int { bytes[start..<end].firstIndex { !Self.isSpace($0) } ?? end }

    private func find(_ text: StaticString, from start: Int, to end: Int) -> Int? {
        var position = start
        while let next = bytes[position..<end].firstIndex(of: text.utf8Start[0]) {
            if hasPrefix(text, at: next, end: end) { return next }
            position = next + 1
        }
        return nil
    }

    private func hasPrefix(_ text: StaticString, at start: Int, end: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        return start + count <= end && bytes[start..<start + count].elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: count))
    }

    /// The text between two places as error texts show it: quoted, and not much of it.
    private func quote(_ start: Int, _ end: Int) -> String {
        GoQuote.quote(String(String(decoding: bytes[start..<end], as: UTF8.self).unicodeScalars.prefix(32)))
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    private static func isLetterOrDigit(_ byte: UInt8) -> Bool { isLetter(byte) || (0x30...0x39).contains(byte) }
}

/// Why text cannot be followed or a value cannot be made safe, before it is known in which template that is.
struct HTMLFault: Error {
    /// What was found.
    let message: String
    /// The byte of the text where it was found.
    let offset: Int

    init(_ message: String, at offset: Int) {
        self.message = message
        self.offset = offset
    }
}
