/// One mailbox of an address header: who, and where.
public struct MailAddress: Sendable, Hashable {
    /// The display name as people read it; empty if there is none.
    public let name: String
    /// What stands before the `@`, without quotes.
    public let localPart: String
    /// What stands behind the `@`: a domain, or an address in brackets.
    public let domain: String

    /// An address of these parts, unchecked.
    public init(name: String = "", localPart: String, domain: String) {
        self.name = name
        self.localPart = localPart
        self.domain = domain
    }

    /// `local@domain` as RFC 5321 and 5322 write it: the local part is quoted where it has to be.
    public var mailbox: String { "\(Self.isDotAtom(localPart) ? localPart : Self.quoted(localPart))@\(domain)" }

    /// The address as a header shows it, in ASCII but for a mailbox that is not (RFC 6532).
    public var headerText: String {
        if name.isEmpty { return mailbox }
        return "\(Self.phrase(name)) <\(mailbox)>"
    }

    /// The longest name that is written as a quoted string; encoded words can be folded, a quoted string without spaces cannot.
    private static let longestQuotedName = 64

    private static func phrase(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { (0x20...0x7e).contains($0) } && !name.contains("=?")
        if isPlain && name.utf8.count <= longestQuotedName { return quoted(name) }
        return EncodedWord.encodePhrase(name)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }

    private static func isDotAtom(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { MailSyntax.isAtomByte($0) || $0 == UInt8(ascii: ".") }
            && !text.hasPrefix(".") && !text.hasSuffix(".") && !text.contains("..")
    }
}

/// The character classes of RFC 5322, widened by RFC 6532 to everything that is not ASCII.
enum MailSyntax {
    static func isAtomByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case 0x80...: true
        default: "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
        }
    }

    /// The characters of a header field's name.
    static func isFieldNameByte(_ byte: UInt8) -> Bool { (0x21...0x7e).contains(byte) && byte != UInt8(ascii: ":") }
}
