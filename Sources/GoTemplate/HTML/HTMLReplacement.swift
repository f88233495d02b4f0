/// A table of characters that HTML must not see as they are.
struct HTMLReplacement: Sendable {
    /// For text and quoted attribute values.
    static let text = HTMLReplacement(quoted.merging(["&": "&amp;"]) { $1 }, refusingNoncharacters: false)
    /// For content that is HTML already: its references stay.
    static let normalized = HTMLReplacement(quoted, refusingNoncharacters: false)
    /// For unquoted attribute values.
    static let unquoted = HTMLReplacement(bare.merging(["&": "&amp;"]) { $1 }, refusingNoncharacters: true)
    /// For unquoted attribute values of content that is HTML already.
    static let unquotedNormalized = HTMLReplacement(bare, refusingNoncharacters: true)

    private static let quoted: [Unicode.Scalar: String] = [
        "\0": "\u{FFFD}", "\"": "&#34;", "'": "&#39;", "+": "&#43;", "<": "&lt;", ">": "&gt;",
    ]

    private static let bare: [Unicode.Scalar: String] = [
        "\0": "&#xfffd;", "\t": "&#9;", "\n": "&#10;", "\u{0B}": "&#11;", "\u{0C}": "&#12;", "\r": "&#13;", " ": "&#32;", "\"": "&#34;",
        "'": "&#39;", "+": "&#43;", "<": "&lt;", "=": "&#61;", ">": "&gt;", "`": "&#96;",
    ]

    /// The replacement of each ASCII character; empty for those that stay.
    private let replacements: [[UInt8]]
    /// Whether the characters that Unicode reserves become references: old browsers cut unquoted values at them.
    private let refusesNoncharacters: Bool

    private init(_ replacements: [Unicode.Scalar: String], refusingNoncharacters: Bool) {
        self.replacements = (UInt8(0)..<128).map { Array(replacements[Unicode.Scalar($0), default: ""].utf8) }
        refusesNoncharacters = refusingNoncharacters
    }

    /// The text with its characters replaced. Bytes that are no UTF-8 are what Go reads as U+FFFD.
    func apply(to text: TemplateValue) -> TemplateValue {
        text.mappingText(stray: refusesNoncharacters ? "&#xfffd;" : nil) { apply(to: $0) }
    }

    /// The text with its characters replaced; the same string when there are none to replace.
    func apply(to text: String) -> String {
        var text = text
        let replaced = text.withUTF8 { bytes -> [UInt8]? in
            guard bytes.contains(where: mayChange) else { return nil }
            var output: [UInt8] = []
            output.reserveCapacity(bytes.count + bytes.count / 8 + 16)
            var position = 0
            while position < bytes.count {
                let byte = bytes[position]
                if byte < 0x80 {
                    let replacement = replacements[Int(byte)]
                    if replacement.isEmpty { output.append(byte) } else { output += replacement }
                    position += 1
                } else if refusesNoncharacters, byte == 0xEF, let reference = reference(bytes, position) {
                    output += reference.utf8
                    position += 3
                } else {
                    output.append(byte)
                    position += 1
                }
            }
            return output
        }
        return replaced.map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    private func mayChange(_ byte: UInt8) -> Bool { byte < 0x80 ? !replacements[Int(byte)].isEmpty : refusesNoncharacters && byte == 0xEF }

    /// The reference for U+FDD0…U+FDEF and U+FFF0…U+FFFF, all of which are three bytes that begin with EF.
    private func reference(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> String? {
        guard position + 2 < bytes.count else { return nil }
        let scalar = 0xF000 | UInt32(bytes[position + 1] & 0x3F) << 6 | UInt32(bytes[position + 2] & 0x3F)
        guard (0xFDD0...0xFDEF).contains(scalar) || (0xFFF0...0xFFFF).contains(scalar) else { return nil }
        return "&#x" + String(scalar, radix: 16) + ";"
    }
}
