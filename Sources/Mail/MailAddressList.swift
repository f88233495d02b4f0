/// Reads address lists (RFC 5322): mailboxes with and without display names, quoted strings, comments, groups, UTF-8 everywhere.
///
/// Accepts what Go's `mail.ParseAddressList` accepts, and comments wherever the standard allows them. Empty elements are skipped.
public enum MailAddressList {
    /// The longest mailbox; RFC 5321 allows 320 bytes, a header line 998.
    public static let longestMailbox = 900

    /// Every mailbox of the list, those of groups included. Groups may be empty, so the result may be.
    public static func parse(_ text: String) throws(MailAddressError) -> [MailAddress] {
        var parser = AddressListParser(text)
        return try parser.list()
    }
}

/// Why a text is not an address list.
public struct MailAddressError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text.
    public let text: String
    /// Where in it, counted in characters from 1.
    public let column: Int
    /// What was expected and what was found.
    public let message: String

    /// Such as `address list "a@b c@d", character 5: expected a comma, found "c"`.
    public var description: String {
        let shown = text.count > 200 ? text.prefix(199) + "…" : Substring(text)
        return "address list \(String(shown).debugDescription), character \(column): \(message)"
    }
}

/// A reader over the bytes of one list.
private struct AddressListParser {
    private let text: String
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    mutating func list() throws(MailAddressError) -> [MailAddress] {
        var addresses: [MailAddress] = []
        var sawAny = false
        skipLineEnds()
        while true {
            _ = try skipComments()
            if peek == UInt8(ascii: ",") {
                position += 1
                continue
            }
            skipLineEnds()
            guard peek != nil else { break }
            sawAny = true
            addresses += try address(inGroup: false)
            _ = try skipComments()
            skipLineEnds()
            guard peek == nil || peek == UInt8(ascii: ",") else { throw expected("a comma") }
        }
        guard sawAny else { throw error("expected an address, found none") }
        return addresses
    }

    /// A mailbox, or outside of a group a group.
    private mutating func address(inGroup: Bool) throws(MailAddressError) -> [MailAddress] {
        let start = position
        if let local = try localPart(), peek == UInt8(ascii: "@") {
            position += 1
            let domain = try self.domain()
            let comment = try skipComments()
            return [try checked(MailAddress(name: comment, localPart: local, domain: domain), from: start)]
        }
        position = start
        let name = try phrase()
        if peek == UInt8(ascii: "<") {
            position += 1
            _ = try skipComments()
            guard let local = try localPart() else { throw expected("a mailbox behind \"<\"") }
            _ = try skipComments()
            guard peek == UInt8(ascii: "@") else { throw expected("\"@\"") }
            position += 1
            let domain = try self.domain()
            _ = try skipComments()
            guard peek == UInt8(ascii: ">") else { throw expected("\">\"") }
            position += 1
            return [try checked(MailAddress(name: name, localPart: local, domain: domain), from: start)]
        }
        if peek == UInt8(ascii: ":"), !inGroup, !name.isEmpty {
            position += 1
            return try group()
        }
        throw expected(name.isEmpty ? "an address" : "\"@\" or an address in \"<>\"")
    }

    /// The members of a group, up to and with its semicolon.
    private mutating func group() throws(MailAddressError) -> [MailAddress] {
        var members: [MailAddress] = []
        while true {
            _ = try skipComments()
            switch peek {
            case UInt8(ascii: ";"):
                position += 1
                return members
            case UInt8(ascii: ","): position += 1
            case nil: throw expected("\";\" at the end of the group")
            default:
                members += try address(inGroup: true)
                _ = try skipComments()
                guard peek == UInt8(ascii: ",") || peek == UInt8(ascii: ";") else { throw expected("a comma or \";\"") }
            }
        }
    }

    /// A quoted string or a dot-atom; nil if there is neither.
    private mutating func localPart() throws(MailAddressError) -> String? {
        if peek == UInt8(ascii: "\"") {
            let local = try quotedString()
            return local.isEmpty ? nil : local
        }
        return dotAtom()
    }

    private mutating func domain() throws(MailAddressError) -> String {
        _ = try skipComments()
        if peek == UInt8(ascii: "[") { return try domainLiteral() }
        guard let domain = dotAtom() else { throw expected("a domain behind \"@\"") }
        return domain
    }

    /// An address in brackets.
    private mutating func domainLiteral() throws(MailAddressError) -> String {
        let start = position
        position += 1
        while let byte = peek, byte != UInt8(ascii: "]") {
            guard (0x21...0x7e).contains(byte), byte != UInt8(ascii: "["), byte != UInt8(ascii: "\\") else { throw expected("\"]\"") }
            position += 1
        }
        guard peek != nil else { throw expected("\"]\"") }
        position += 1
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Atoms with single dots between them; nil, without a move, if there are none or a dot stands wrong.
    private mutating func dotAtom() -> String? {
        let start = position
        while let byte = peek, MailSyntax.isAtomByte(byte) || byte == UInt8(ascii: ".") { position += 1 }
        let atom = bytes[start..<position]
        let dot = UInt8(ascii: ".")
        guard let first = atom.first, first != dot, atom.last != dot,
            !zip(atom, atom.dropFirst()).contains(where: { $0 == dot && $1 == dot })
        else {
            position = start
            return nil
        }
        return String(decoding: atom, as: UTF8.self)
    }

    /// The words of a display name, a space between them. Dots are let through, as in `John Q. Public`.
    private mutating func phrase() throws(MailAddressError) -> String {
        var words: [String] = []
        while true {
            _ = try skipComments()
            guard let byte = peek else { break }
            if byte == UInt8(ascii: "\"") {
                words.append(try quotedString())
            } else if MailSyntax.isAtomByte(byte) || byte == UInt8(ascii: ".") {
                let start = position
                while let byte = peek, MailSyntax.isAtomByte(byte) || byte == UInt8(ascii: ".") { position += 1 }
                words.append(String(decoding: bytes[start..<position], as: UTF8.self))
            } else {
                break
            }
        }
        return words.joined(separator: " ")
    }

    private mutating func quotedString() throws(MailAddressError) -> String {
        let start = position
        var content: [UInt8] = []
        position += 1
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = peek, Self.isText(escaped) else { throw expected("a character behind \"\\\"") }
                content.append(escaped)
                position += 1
            default:
                guard Self.isText(byte) else {
                    position -= 1
                    throw expected("no control character in a quoted string")
                }
                content.append(byte)
            }
        }
        position = start
        throw error("expected a closing quote for this one")
    }

    /// Skips blanks and comments, and gives what the comments said.
    private mutating func skipComments() throws(MailAddressError) -> String {
        var said: [String] = []
        while let byte = peek {
            if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                position += 1
            } else if byte == UInt8(ascii: "(") {
                said.append(try comment())
            } else {
                break
            }
        }
        return said.joined(separator: " ")
    }

    /// A comment, nested ones inside, without its outer parentheses.
    private mutating func comment() throws(MailAddressError) -> String {
        let start = position
        var content: [UInt8] = []
        var depth = 0
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "("):
                if depth > 0 { content.append(byte) }
                depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return String(decoding: content, as: UTF8.self) }
                content.append(byte)
            case UInt8(ascii: "\\"):
                guard let escaped = peek, Self.isText(escaped) else { throw expected("a character behind \"\\\"") }
                content.append(escaped)
                position += 1
            default:
                guard Self.isText(byte) else {
                    position -= 1
                    throw expected("no control character in a comment")
                }
                content.append(byte)
            }
        }
        position = start
        throw error("expected a closing parenthesis for this one")
    }

    /// Templates often leave line ends around what they say; inside of a list they are an error, as in a header.
    private mutating func skipLineEnds() {
        let rest = bytes[position...].prefix { $0 == 0x20 || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d }
        if position == 0 || rest.endIndex == bytes.count { position = rest.endIndex }
    }

    private func checked(_ address: MailAddress, from start: Int) throws(MailAddressError) -> MailAddress {
        if address.mailbox.utf8.count <= MailAddressList.longestMailbox { return address }
        throw error("the address is longer than \(MailAddressList.longestMailbox) bytes", at: start)
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private static func isText(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7f || byte == 0x09 }

    private func expected(_ what: String) -> MailAddressError {
        guard position < bytes.count else { return error("expected \(what), found the end") }
        let next = String(decoding: bytes[position...].prefix(8), as: UTF8.self).prefix(1)
        return error("expected \(what), found \(String(next).debugDescription)")
    }

    private func error(_ message: String, at offset: Int? = nil) -> MailAddressError {
        let column = String(decoding: bytes[..<min(offset ?? position, bytes.count)], as: UTF8.self).count + 1
        return MailAddressError(text: text, column: column, message: message)
    }
}
