import Mail
import Testing

@Suite("Mail messages")
struct MessageTests {
    private func lines(_ headers: [(String, String)], text: String? = nil, html: String? = nil) throws -> [String] {
        let mail = MailMessage(headers: try headers.map { try MailHeader($0.0, $0.1) }, text: text, html: html, boundary: "b0undary")
        return String(decoding: mail.bytes(), as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The lines of the first field, up to the next one.
    private func field(_ name: String, _ value: String) throws -> [String] {
        let all = try lines([(name, value)])
        return Array(all.prefix { !$0.hasPrefix("Content-Type:") })
    }

    @Test("both forms, the plain one first")
    func structure() throws {
        #expect(
            try lines([("Subject", "高負荷"), ("To", "a@b")], text: "plain = é\n", html: "<p>x</p>") == [
                "Subject: =?utf-8?q?=E9=AB=98=E8=B2=A0=E8=8D=B7?=",
                "To: a@b",
                "Content-Type: multipart/alternative;  boundary=b0undary",
                "MIME-Version: 1.0",
                "",
                "--b0undary",
                "Content-Transfer-Encoding: quoted-printable",
                "Content-Type: text/plain; charset=UTF-8",
                "",
                "plain =3D =C3=A9",
                "",
                "--b0undary",
                "Content-Transfer-Encoding: quoted-printable",
                "Content-Type: text/html; charset=UTF-8",
                "",
                "<p>x</p>",
                "--b0undary--",
                "",
            ])
    }

    @Test("a value cannot become a field, whatever is in it")
    func injection() throws {
        #expect(try field("Subject", "a\r\nBcc: evil@x\n\n<b>\0") == ["Subject: =?utf-8?q?a=0D=0ABcc:_evil@x=0A=0A<b>=00?="])
        #expect(try field("To", "a@b\r\nBcc: evil@x") == ["To: =?utf-8?q?a@b=0D=0ABcc:_evil@x?="])
        #expect(throws: MailHeaderError.self) { try MailHeader("X\r\nBcc", "evil@x") }
        #expect(throws: MailHeaderError.self) { try MailHeader("X:", "") }
        #expect(throws: MailHeaderError.self) { try MailHeader("", "") }
    }

    @Test("long values are folded at blanks and unfold to themselves")
    func folding() throws {
        let value = (0..<60).map { "word\($0)" }.joined(separator: "  ") + " "
        let folded = try field("Subject", value)
        #expect(folded.count > 5)
        #expect(folded.allSatisfy { $0.utf8.count <= 76 } && folded.dropFirst().allSatisfy { $0.hasPrefix(" ") && !$0.hasPrefix("  ") })
        #expect(folded.joined() == "Subject: " + value)
    }

    @Test("encoded words are folded too")
    func foldedWords() throws {
        let folded = try field("X-Text", String(repeating: "長い", count: 100))
        #expect(folded.count > 5 && folded.dropFirst().allSatisfy { $0.utf8.count <= 76 && $0.hasPrefix(" =?utf-8?q?") })
    }

    @Test("a word longer than a line is cut into encoded words")
    func longWord() throws {
        let value = String(repeating: "x", count: 5000)
        let folded = try field("Subject", value)
        #expect(folded.allSatisfy { $0.utf8.count <= 100 })
        let words = folded.joined().dropFirst("Subject: ".count).split(separator: " ")
        #expect(words.map { String(decoding: decodedBytes(ofWord: $0), as: UTF8.self) }.joined() == value)
    }

    @Test("addresses stay addresses: only display names are encoded")
    func addresses() throws {
        #expect(try field("To", "山田 <y@x.jp>, b@c") == ["To: =?utf-8?b?5bGx55Sw?= <y@x.jp>, b@c"])
        #expect(try field("reply-to", "Plain Name <a@b>") == ["reply-to: Plain Name <a@b>"])
        #expect(try field("From", "用户@例え.jp") == ["From: 用户@例え.jp"])
        let many = (0..<300).map { "someone\($0)@example.org" }.joined(separator: ",")
        let folded = try field("To", many)
        #expect(folded.allSatisfy { $0.utf8.count <= 76 })
        #expect(folded.joined().dropFirst("To: ".count) == many.replacing(",", with: ", "))
        #expect(try field("To", "no address é") == ["To: =?utf-8?q?no_address_=C3=A9?="])
    }

    @Test("fields that describe the body are the writer's own")
    func ownFields() throws {
        let written = try lines([("content-type", "text/plain"), ("MIME-Version", "2.0"), ("X-A", "1")], text: "x")
        #expect(written.filter { $0.lowercased().hasPrefix("content-type: multipart") || $0.lowercased().hasPrefix("mime") }.count == 2)
        #expect(!written.contains("content-type: text/plain") && !written.contains("MIME-Version: 2.0") && written[0] == "X-A: 1")
    }

    @Test("a body cannot end itself")
    func boundary() throws {
        let written = try lines([], text: "--b0undary--\n--b0undary0", html: "x")
        #expect(written.filter { $0.hasPrefix("--b0undary00") }.count == 3)
        #expect(written[0] == "Content-Type: multipart/alternative;  boundary=b0undary00")
    }

    @Test("without any form there is an empty plain one")
    func empty() throws {
        #expect(try lines([]).filter { $0.hasPrefix("Content-Type: text/plain") }.count == 1)
    }

    @Test("boundaries are random")
    func randomBoundary() {
        let boundary = MailMessage.randomBoundary()
        #expect(boundary.utf8.count == 60 && boundary != MailMessage.randomBoundary())
    }
}
