/// Go's changes of letter case.
public enum LetterCase {
    /// Every character's upper-case form; one that has none of a single character stays.
    public static func upper(_ text: String) -> String {
        mapped(text) { scalar in
            let properties = scalar.properties
            // For the Greek letters with iota the single character is the title-case form.
            return single(properties.uppercaseMapping) ?? single(properties.titlecaseMapping) ?? scalar
        }
    }

    /// Every character's lower-case form.
    public static func lower(_ text: String) -> String {
        mapped(text) { scalar in
            // The only letter whose lower case is two characters; the simple mapping leaves the dot away.
            scalar == "\u{130}" ? "i" : single(scalar.properties.lowercaseMapping) ?? scalar
        }
    }

    /// Every word's first letter in title case and the rest in lower case.
    ///
    /// Words end at what is no letter, digit, mark or underscore; an apostrophe, a point or a colon inside a word does not end it.
    public static func title(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var output = String.UnicodeScalarView()
        var isInWord = false
        for (index, scalar) in scalars.enumerated() {
            let isJoiner = joiners.contains(scalar)
            if isJoiner, index > 0, joiners.contains(scalars[index - 1]) { isInWord = false }
            if isCased(scalar) {
                if !isInWord {
                    output.append(contentsOf: scalar.properties.titlecaseMapping.unicodeScalars)
                } else if scalar == "\u{3A3}" {
                    output.append(endsWord(scalars[(index + 1)...]) ? "\u{3C2}" : "\u{3C3}")
                } else {
                    output.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
                }
                isInWord = true
            } else {
                output.append(scalar)
                if !isJoiner, breaksWord(scalar) { isInWord = false }
            }
        }
        return String(output)
    }

    /// Every word's first letter in title case, the rest as it is: Go's old `strings.Title`. Words are letters, digits and underscores, and
    /// what is neither ASCII nor white space.
    public static func capitalized(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        var isInWord = false
        for scalar in text.unicodeScalars {
            output.append(isInWord ? scalar : single(scalar.properties.titlecaseMapping) ?? scalar)
            if scalar.isASCII {
                isInWord = scalar == "_" || scalar.properties.isAlphabetic || (0x30...0x39).contains(scalar.value)
            } else {
                isInWord = !scalar.properties.isWhitespace
            }
        }
        return String(output)
    }

    /// What may stand inside a word: MidLetter, MidNumLet and Single_Quote of Unicode's word rules.
    private static let joiners: Set<Unicode.Scalar> = [
        "'", ".", ":", "\u{B7}", "\u{387}", "\u{55F}", "\u{5F4}", "\u{2018}", "\u{2019}", "\u{2024}", "\u{2027}", "\u{FE13}", "\u{FE52}",
        "\u{FE55}", "\u{FF07}", "\u{FF0E}", "\u{FF1A}",
    ]

    private static func isCased(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? (0x61...0x7A).contains(scalar.value | 0x20) : scalar.properties.isCased
    }

    private static func breaksWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .nonspacingMark, .spacingMark, .enclosingMark,
            .decimalNumber, .letterNumber, .connectorPunctuation, .format:
            false
        case .otherLetter: scalar.properties.isIdeographic || (0x3040...0x30FF).contains(scalar.value)
        default: true
        }
    }

    /// Whether no letter follows before the word's end: there a sigma has its final form.
    private static func endsWord(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let next = rest.first(where: { !$0.properties.isCaseIgnorable }) else { return true }
        return !isCased(next)
    }

    private static func single(_ mapping: String) -> Unicode.Scalar? {
        let scalars = mapping.unicodeScalars
        return scalars.count == 1 ? scalars.first : nil
    }

    private static func mapped(_ text: String, _ change: (Unicode.Scalar) -> Unicode.Scalar) -> String {
        var output = String.UnicodeScalarView()
        output.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            // Most texts are ASCII, whose digits and marks have no case and need no look into Unicode's tables.
            output.append(scalar.isASCII && !isCased(scalar) ? scalar : change(scalar))
        }
        return String(output)
    }
}
