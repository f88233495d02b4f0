/// One header field of a mail, its value as people read it: any text in any script.
public struct MailHeader: Sendable, Hashable {
    /// The name, such as `Subject`.
    public let name: String
    /// The value, not yet encoded.
    public let value: String

    /// A field. Refused is only a name that is none: empty, longer than 900 bytes, or with a colon, a blank or anything not ASCII.
    public init(_ name: String, _ value: String) throws(MailHeaderError) {
        guard Self.isName(name) else { throw MailHeaderError(name: name) }
        self.name = name
        self.value = value
    }

    init(unchecked name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Whether a field may be called so. The name leaves room for an encoded word in its line of 998 bytes.
    public static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 900 && name.utf8.allSatisfy(MailSyntax.isFieldNameByte)
    }

    /// Fields that hold addresses: encoded words may stand there only in display names.
    private static let addressFields: Set<String> = [
        "from", "to", "cc", "bcc", "reply-to", "sender", "resent-from", "resent-to", "resent-cc", "resent-bcc", "resent-sender",
        "disposition-notification-to",
    ]

    /// Whether a field of this name is a list of addresses.
    public static func holdsAddresses(_ name: String) -> Bool { addressFields.contains(name.lowercased()) }

    /// The field's lines with their line ends.
    ///
    /// Printable ASCII goes out as it is, folded at blanks. Everything else is put into encoded words, line breaks and NUL too: whatever
    /// the value, it stays this field's value.
    func append(to result: inout [UInt8]) {
        if Self.holdsAddresses(name), let text = addressText() {
            if let lines = HeaderFolding.fold(name: name, value: text) { return result += lines }
        } else if let lines = HeaderFolding.fold(name: name, value: EncodedWord.encodeIfNeeded(value)) {
            return result += lines
        }
        // A word too long for a line: encoded words can be cut, and are put together again by who reads them.
        result += HeaderFolding.fold(name: name, value: EncodedWord.encode(value)) ?? []
    }

    /// The value of an address field; nil if it holds no addresses. What needs no change gets none.
    private func addressText() -> String? {
        let isPlain = value.utf8.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x09 }
        if isPlain, HeaderFolding.fold(name: name, value: value) != nil { return value }
        guard let addresses = try? MailAddressList.parse(value), !addresses.isEmpty else { return nil }
        return addresses.map(\.headerText).joined(separator: ", ")
    }
}

/// A text that cannot be the name of a header field.
public struct MailHeaderError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text.
    public let name: String

    /// One line that quotes it.
    public var description: String {
        "\(String(name.prefix(100)).debugDescription) cannot be the name of a mail header: it takes 1 to 900 printable ASCII characters but colons"
    }
}

/// Header lines of at most 76 characters where blanks allow it, never more than 998 (RFC 5322, 2.1.1).
enum HeaderFolding {
    private static let wanted = 76
    private static let longest = 998

    /// The folded field with its line end, or nil if a line would get too long.
    ///
    /// A break goes before the last blank of a run, so that no line is blank and unfolding gives the value back.
    static func fold(name: String, value: String) -> [UInt8]? {
        var line = Array(name.utf8)
        line += [UInt8(ascii: ":"), 0x20]
        var result: [UInt8] = []
        /// Where the line may be broken: a blank with something before and behind it.
        var lastBreak: Int?
        var hasContent = false
        let bytes = Array(value.utf8)
        for (index, byte) in bytes.enumerated() {
            let isBlank = byte == 0x20 || byte == 0x09
            if isBlank {
                let next = index + 1 < bytes.count ? bytes[index + 1] : 0x20
                if hasContent && next != 0x20 && next != 0x09 { lastBreak = line.count }
            } else {
                hasContent = true
            }
            line.append(byte)
            if line.count > wanted, let at = lastBreak {
                guard at <= longest else { return nil }
                result += line[..<at]
                result += [0x0d, 0x0a]
                line.removeFirst(at)
                lastBreak = nil
                hasContent = line.contains { $0 != 0x20 && $0 != 0x09 }
            }
            if line.count > longest && lastBreak == nil { return nil }
        }
        guard line.count <= longest else { return nil }
        return result + line + [0x0d, 0x0a]
    }
}
