import Labels

/// A URL taken apart far enough to check it as Go's `net/url` does, with its complaints (reference 1.1, `url`).
public struct WebURL: Hashable, Sendable {
    /// As written, the scheme in lower case.
    public let text: String
    /// In lower case; empty for a relative reference.
    public let scheme: String
    /// Host and port, without user information.
    public let host: String
    /// What stands before the `@`, if anything.
    public let userInformation: String?

    /// What is wrong with a URL. The texts are Go's.
    public struct Fault: Error, CustomStringConvertible {
        /// What is wrong.
        public let message: String
        /// The part of the URL that is wrong; follows the message in quotes.
        public fileprivate(set) var found: String?
        /// What follows that.
        public let rest: String

        init(message: String, found: String? = nil, rest: String = "") {
            self.message = message
            self.found = found
            self.rest = rest
        }

        /// The message, with what was found.
        public var description: String {
            found.map { "\(message) \(GoQuote.quote($0))\(rest)" } ?? message
        }
    }

    /// Takes a URL apart.
    ///
    /// - Parameter mask: Stands for the URL and its parts in complaints, if it is a secret.
    public init(_ text: String, mask: String? = nil) throws(Fault) {
        do {
            try self.init(checking: text)
        } catch {
            var fault = error
            if mask != nil, fault.found != nil { fault.found = mask }
            throw Fault(message: "parse \(GoQuote.quote(mask ?? text)): \(fault)")
        }
    }

    /// A URL that a request can be sent to: http or https, with a host.
    public static func web(_ text: String, mask: String? = nil) throws(Fault) -> WebURL {
        let url = try WebURL(text, mask: mask)
        guard url.scheme == "http" || url.scheme == "https" else {
            throw Fault(message: "unsupported scheme", found: url.scheme, rest: " for URL")
        }
        guard !url.host.isEmpty else { throw Fault(message: "missing host for URL") }
        return url
    }

    /// The URL with its password, if it has one, as `xxxxx`.
    public var redacted: String {
        guard let userInformation, let colon = userInformation.firstIndex(of: ":") else { return text }
        let user = userInformation[..<colon]
        guard let start = text.range(of: "//")?.upperBound else { return text }
        let rest = text[start...].dropFirst(userInformation.count)
        return "\(text[..<start])\(user):xxxxx\(rest)"
    }

    private init(checking original: String) throws(Fault) {
        guard !original.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw Fault(message: "net/url: invalid control character in URL")
        }
        let (scheme, afterScheme) = try Self.splitScheme(original)
        let withoutFragment = afterScheme.prefix { $0 != "#" }
        try Self.checkEscapes(afterScheme.dropFirst(withoutFragment.count))
        let rest = withoutFragment.prefix { $0 != "?" }
        self.scheme = scheme.lowercased()
        text = self.scheme + original.dropFirst(scheme.count)
        if !rest.hasPrefix("/") {
            if scheme.isEmpty, rest.prefix(while: { $0 != "/" }).contains(":") {
                throw Fault(message: "first path segment in URL cannot contain colon")
            }
            // `scheme:opaque`, or a relative path.
            if scheme.isEmpty { try Self.checkEscapes(rest) }
            host = ""
            userInformation = nil
            return
        }
        guard rest.hasPrefix("//"), !scheme.isEmpty || !rest.hasPrefix("///") else {
            try Self.checkEscapes(rest)
            host = ""
            userInformation = nil
            return
        }
        let authority = rest.dropFirst(2).prefix { $0 != "/" }
        if let at = authority.lastIndex(of: "@") {
            let user = authority[..<at]
            guard user.utf8.allSatisfy(Self.isUserInformationByte) else { throw Fault(message: "net/url: invalid userinfo") }
            try Self.checkEscapes(user)
            userInformation = String(user)
            host = String(authority[authority.index(after: at)...])
        } else {
            userInformation = nil
            host = String(authority)
        }
        try Self.checkHost(host)
        try Self.checkEscapes(rest.dropFirst(2 + authority.count))
    }

    private static func splitScheme(_ text: String) throws(Fault) -> (scheme: String, rest: Substring) {
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case "a"..."z", "A"..."Z": break
            case "0"..."9", "+", "-", ".":
                if index == text.startIndex { return ("", text[...]) }
            case ":":
                guard index > text.startIndex else { throw Fault(message: "missing protocol scheme") }
                return (String(text[..<index]), text[text.index(after: index)...])
            default: return ("", text[...])
            }
            index = text.index(after: index)
        }
        return ("", text[...])
    }

    private static func checkHost(_ host: String) throws(Fault) {
        var name = host[...]
        var port: Substring = ""
        if host.hasPrefix("[") {
            guard let end = host.lastIndex(of: "]") else { throw Fault(message: "missing ']' in host") }
            port = host[host.index(after: end)...]
            name = host[...end]
        } else if let colon = host.lastIndex(of: ":") {
            port = host[colon...]
            name = host[..<colon]
        }
        guard port.isEmpty || port.hasPrefix(":") && port.utf8.dropFirst().allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw Fault(message: "invalid port", found: String(port), rest: " after host")
        }
        try checkEscapes(name, inHost: true)
        // Bytes beyond ASCII may stand in a host as they are.
        if let bad = name.utf8.first(where: { $0 < 0x80 && $0 != UInt8(ascii: "%") && !isHostByte($0) }) {
            throw Fault(message: "invalid character", found: String(UnicodeScalar(bad)), rest: " in host name")
        }
    }

    /// Every `%` begins an escape. In a host only bytes beyond ASCII may be escaped, and `%25` before an address's zone.
    private static func checkEscapes(_ text: Substring, inHost: Bool = false) throws(Fault) {
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                index += 1
                continue
            }
            let escape = bytes[index..<min(index + 3, bytes.count)]
            let shown = String(decoding: escape, as: UTF8.self)
            guard escape.count == 3, escape.dropFirst().allSatisfy(isHexadecimal),
                !inHost || bytes[index + 1] >= UInt8(ascii: "8") || shown == "%25"
            else { throw Fault(message: "invalid URL escape", found: shown) }
            index += 3
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
        default: false
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"): true
        default: false
        }
    }

    private static func isUserInformationByte(_ byte: UInt8) -> Bool {
        isUnreserved(byte) || ":!$&'()*+,;=%@".utf8.contains(byte)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        isUnreserved(byte) || "!$&'()*+,;=:[]<>\"".utf8.contains(byte)
    }
}

extension String {
    /// The first place where `part` stands, found by bytes.
    fileprivate func range(of part: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}
