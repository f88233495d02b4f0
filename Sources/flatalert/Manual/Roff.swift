/// A page in the man(7) macros, written piece by piece. Texts stay texts whatever is in them.
struct Roff {
    /// The source so far.
    private(set) var source = ""

    /// The page's title line, with a day like 2026-11-22.
    mutating func title(_ name: String, section: Int, date: String, product: String) {
        source += ".TH \(Self.quoted(name.uppercased())) \(section) \"\(date)\" \(Self.quoted(product)) \"\"\n"
    }

    mutating func section(_ title: String) { source += ".SH \(Self.quoted(title.uppercased()))\n" }

    /// Starts a paragraph.
    mutating func paragraph(_ text: String) { source += ".PP\n\(Self.text(text))\n" }

    /// The first paragraph of a section.
    mutating func opening(_ text: String) { source += "\(Self.text(text))\n" }

    /// A tagged paragraph. The tag is source.
    mutating func item(_ tag: String, _ text: String) { source += ".TP\n\(tag)\n\(Self.text(text))\n" }

    /// A line of source.
    mutating func line(_ line: String) { source += line + "\n" }

    static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }
    static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

    /// A text that is more than a word. Its lines are short and end with each sentence, as groff wants them, and none is taken for a request.
    static func text(_ text: String) -> String {
        var lines: [String] = []
        var endsSentence = true
        for word in text.split(whereSeparator: \.isWhitespace) {
            let escaped = escaped(String(word))
            if !endsSentence, let last = lines.last, last.count + 1 + escaped.count <= width {
                lines[lines.count - 1] += " " + escaped
            } else {
                lines.append(escaped.hasPrefix(".") ? "\\&" + escaped : escaped)
            }
            endsSentence = word.hasSuffix(".")
        }
        return lines.joined(separator: "\n")
    }

    /// The longest line of source, unless a word is longer.
    private static let width = 78

    /// Characters that groff would read as something else, or print as another.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\[u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]"
            }
        }
        return result
    }

    private static func quoted(_ text: String) -> String { "\"\(escaped(text).replacing("\"", with: "\\(dq"))\"" }
}
