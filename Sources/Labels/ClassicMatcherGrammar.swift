/// The older, tolerant form of matchers (reference 2.2).
enum ClassicMatcherGrammar {
    /// Reads a list of matchers. One leading and one trailing brace are dropped, each for itself.
    static func parseList(_ input: String) throws(MatcherError) -> [Matcher] {
        var text = Array(input.unicodeScalars)[...]
        if text.first == "{" { text = text.dropFirst() }
        if text.last == "}" { text = text.dropLast() }
        var matchers: [Matcher] = []
        for part in parts(of: text) { matchers.append(try parseSingle(part)) }
        return matchers
    }

    /// Reads `NAME OPERATOR VALUE`.
    static func parseSingle(_ input: String) throws(MatcherError) -> Matcher {
        try parseSingle(Array(input.unicodeScalars)[...])
    }

    /// Splits at commas outside of quotes and drops a last part that is blank.
    private static func parts(of text: ArraySlice<Unicode.Scalar>) -> [ArraySlice<Unicode.Scalar>] {
        var parts: [ArraySlice<Unicode.Scalar>] = []
        var start = text.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in text.indices {
            switch text[index] {
            case ",":
                guard !isQuoted else { continue }
                parts.append(text[start..<index])
                start = index + 1
            case "\"":
                if isEscaped { isEscaped = false } else { isQuoted.toggle() }
            case "\\": isEscaped.toggle()
            default: isEscaped = false
            }
        }
        let last = trimming(text[start...], where: MatcherLexer.isSpace)
        if !last.isEmpty { parts.append(last) }
        return parts
    }

    private static func parseSingle(_ input: ArraySlice<Unicode.Scalar>) throws(MatcherError) -> Matcher {
        let text = trimming(input, where: isBlank)
        let nameEnd = text.firstIndex { !isName($0) } ?? text.endIndex
        let name = text[..<nameEnd]
        let rest = text[nameEnd...].drop(while: isBlank)
        guard let first = name.first, !isDigit(first), let (operation, length) = operation(at: rest) else {
            throw MatcherError(message: "bad matcher format: \(string(input))")
        }
        let value = try value(rest.dropFirst(length).drop(while: isBlank))
        return try Matcher(name: string(name), operation: operation, value: value)
    }

    private static func operation(at text: ArraySlice<Unicode.Scalar>) -> (Matcher.Operation, length: Int)? {
        switch (text.first, text.dropFirst().first) {
        case ("=", "~"): (.regexMatch, 2)
        case ("=", _): (.equal, 1)
        case ("!", "="): (.notEqual, 2)
        case ("!", "~"): (.regexNotMatch, 2)
        default: nil
        }
    }

    /// The meaning of a value: `\n`, `\"` and `\\` are escapes, any other backslash is literal, quotes may only enclose the whole.
    private static func value(_ written: ArraySlice<Unicode.Scalar>) throws(MatcherError) -> String {
        let isQuoted = written.first == "\""
        let text = isQuoted ? written.dropFirst() : written
        var output = String.UnicodeScalarView()
        var isClosed = !isQuoted
        var index = text.startIndex
        while index < text.endIndex {
            let scalar = text[index]
            let isLast = index == text.endIndex - 1
            index += 1
            switch scalar {
            case "\\" where !isLast:
                let escaped = text[index]
                index += 1
                switch escaped {
                case "n": output.append("\n")
                case "\"", "\\": output.append(escaped)
                default: output.append(contentsOf: ["\\", escaped])
                }
            case "\"":
                guard isQuoted, isLast else { throw strayQuote(written) }
                isClosed = true
            default: output.append(scalar)
            }
        }
        guard isClosed else { throw strayQuote(written) }
        return String(output)
    }

    private static func strayQuote(_ value: ArraySlice<Unicode.Scalar>) -> MatcherError {
        MatcherError(message: "matcher value contains unescaped double quote: \(string(value))")
    }

    private static func isName(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (LabelName.isClassicStart(UInt8(scalar.value)) || scalar == ":" || isDigit(scalar))
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

    /// What `\s` means in RE2: ASCII blanks without the vertical tab.
    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar == "\u{C}"
    }

    private static func trimming(
        _ text: ArraySlice<Unicode.Scalar>, where isBlank: (Unicode.Scalar) -> Bool
    ) -> ArraySlice<Unicode.Scalar> {
        let start = text.drop(while: isBlank)
        guard let last = start.lastIndex(where: { !isBlank($0) }) else { return start.prefix(0) }
        return start[...last]
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
