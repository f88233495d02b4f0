/// A mail: header fields and one text in up to two forms. Writing it is a pure function.
///
/// ```swift
/// let mail = MailMessage(headers: [try MailHeader("Subject", "高負荷")], text: "load is high", html: nil, boundary: MailMessage.randomBoundary())
/// let bytes = mail.bytes()
/// ```
public struct MailMessage: Sendable {
    /// The fields in the order in which they are written. Those that describe the body are the writer's own; given ones are left out.
    public var headers: [MailHeader]
    /// The plain form.
    public var text: String?
    /// The HTML form.
    public var html: String?
    /// What separates the parts: letters and digits.
    public var boundary: String

    /// A mail of these parts.
    public init(headers: [MailHeader], text: String?, html: String?, boundary: String) {
        self.headers = headers
        self.text = text
        self.html = html
        self.boundary = boundary
    }

    /// Sixty random hexadecimal digits.
    public static func randomBoundary() -> String {
        String(decoding: (0..<60).map { _ in Array("0123456789abcdef".utf8).randomElement() ?? 0x30 }, as: UTF8.self)
    }

    private static let ownFields: Set<String> = ["content-type", "content-transfer-encoding", "mime-version"]

    /// The mail as it goes over the wire, but for the doubling of leading dots: ASCII lines of at most 998 bytes that end in CRLF
    /// (only a mailbox that is not ASCII itself is written in UTF-8).
    public func bytes() -> [UInt8] {
        var parts: [(type: String, body: [UInt8])] = []
        // The plain form comes first: readers show the last one that they can.
        if let text { parts.append(("text/plain", Self.encoded(text))) }
        if let html { parts.append(("text/html", Self.encoded(html))) }
        if parts.isEmpty { parts.append(("text/plain", [])) }
        let boundary = separator(of: parts.map(\.body))

        var result: [UInt8] = []
        result.reserveCapacity(parts.reduce(4096) { $0 + $1.body.count })
        for header in headers where !Self.ownFields.contains(header.name.lowercased()) { header.append(to: &result) }
        result += "Content-Type: multipart/alternative;  boundary=\(boundary)\r\nMIME-Version: 1.0\r\n\r\n".utf8
        for (number, part) in parts.enumerated() {
            if number > 0 { result += "\r\n".utf8 }
            result +=
                "--\(boundary)\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Type: \(part.type); charset=UTF-8\r\n\r\n".utf8
            result += part.body
        }
        result += "\r\n--\(boundary)--\r\n".utf8
        return result
    }

    private static func encoded(_ text: String) -> [UInt8] {
        var body: [UInt8] = []
        QuotedPrintable.append(text, to: &body)
        return body
    }

    /// The boundary, made longer as long as a body contains it: a body must not be able to end itself.
    private func separator(of bodies: [[UInt8]]) -> String {
        var boundary = boundary.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        boundary = boundary.isEmpty ? "boundary" : String(boundary.prefix(64))
        while bodies.contains(where: { Self.contains($0, "--" + boundary) }) && boundary.utf8.count < 70 { boundary += "0" }
        return boundary
    }

    private static func contains(_ body: [UInt8], _ text: String) -> Bool {
        let wanted = Array(text.utf8)
        return body.withUnsafeBufferPointer { body in
            guard body.count >= wanted.count else { return false }
            return (0...(body.count - wanted.count)).contains { start in
                body[start] == wanted[0] && wanted.indices.allSatisfy { body[start + $0] == wanted[$0] }
            }
        }
    }
}
