import WebServer

/// What `generatorURL` must be: an absolute URL or an absolute path, judged as Go's url.ParseRequestURI does (reference 3.2).
enum RequestURI {
    static func isValid(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !text.isEmpty, text.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return false }
        if text.count == 1, text[0] == UInt8(ascii: "*") { return true }
        guard let scheme = schemeLength(text) else { return false }
        var rest = text[(scheme == 0 ? 0 : scheme + 1)...]
        if let query = rest.firstIndex(of: UInt8(ascii: "?")) { rest = rest[..<query] }
        guard rest.first == UInt8(ascii: "/") else { return scheme > 0 }
        if scheme > 0, rest.dropFirst().first == UInt8(ascii: "/") {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            guard isAuthority(rest[..<end]) else { return false }
            rest = rest[end...]
        }
        return hasWholeEscapes(rest)
    }

    private typealias Part = Slice<UnsafeBufferPointer<UInt8>>

    /// The bytes before the colon of a scheme; 0 without a scheme, nil when a colon comes first.
    private static func schemeLength(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        for (index, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): continue
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                if index == 0 { return 0 }
            case UInt8(ascii: ":"): return index == 0 ? nil : index
            default: return 0
            }
        }
        return 0
    }

    /// `user:password@host:port`.
    private static func isAuthority(_ text: Part) -> Bool {
        var host = text
        if let at = text.lastIndex(of: UInt8(ascii: "@")) {
            let user = text[..<at]
            guard user.allSatisfy(isUserInfo), hasWholeEscapes(user) else { return false }
            host = text[(at + 1)...]
        }
        if host.first == UInt8(ascii: "[") {
            guard let end = host.lastIndex(of: UInt8(ascii: "]")), isPort(host[(end + 1)...]) else { return false }
            return isHost(host[..<end])
        }
        if let colon = host.lastIndex(of: UInt8(ascii: ":")) {
            guard isPort(host[colon...]) else { return false }
        }
        return isHost(host)
    }

    /// Whether a host has only bytes that one may have. Of escapes these are those of bytes beyond ASCII, and that of the percent sign.
    private static func isHost(_ host: Part) -> Bool {
        var rest = host
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                if isHostByte(byte) { continue }
                return false
            }
            guard let high = rest.popFirst().flatMap(PercentDecoding.digit), let low = rest.popFirst().flatMap(PercentDecoding.digit),
                high >= 8 || (high, low) == (2, 5)
            else { return false }
        }
        return true
    }

    private static func isPort(_ text: Part) -> Bool {
        text.isEmpty || (text.first == UInt8(ascii: ":") && text.dropFirst().allSatisfy { $0 &- UInt8(ascii: "0") < 10 })
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\\"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"),
            UInt8(ascii: "}"), UInt8(ascii: "%"), UInt8(ascii: "#"), UInt8(ascii: "/"), UInt8(ascii: "@"):
            false
        default: true
        }
    }

    private static func isUserInfo(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._:~!$&'()*+,;=%@".utf8.contains(byte)
        }
    }

    /// Whether two hexadecimal digits follow each percent sign.
    private static func hasWholeEscapes(_ text: Part) -> Bool {
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == UInt8(ascii: "%") {
                guard index + 2 < text.endIndex, PercentDecoding.digit(text[index + 1]) != nil,
                    PercentDecoding.digit(text[index + 2]) != nil
                else {
                    return false
                }
            }
            index += 1
        }
        return true
    }
}
