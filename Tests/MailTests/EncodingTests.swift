import Mail
import Testing

@Suite("Encodings of mail")
struct EncodingTests {
    /// What Go's `mime.QEncoding.Encode("utf-8", text)` gives.
    static let words: [(String, String)] = [
        ("plain", "plain"),
        ("tab\there", "tab\there"),
        ("", ""),
        ("日本語の件名です", "=?utf-8?q?=E6=97=A5=E6=9C=AC=E8=AA=9E=E3=81=AE=E4=BB=B6=E5=90=8D=E3=81=A7?= =?utf-8?q?=E3=81=99?="),
        ("[FIRING:1] 高負荷 (critical host-1)", "=?utf-8?q?[FIRING:1]_=E9=AB=98=E8=B2=A0=E8=8D=B7_(critical_host-1)?="),
        (
            "長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い",
            "=?utf-8?q?=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7?= =?utf-8?q?=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84?= =?utf-8?q?=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7?= =?utf-8?q?=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84?= =?utf-8?q?=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7?= =?utf-8?q?=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84?= =?utf-8?q?=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7?= =?utf-8?q?=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84?= =?utf-8?q?=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7?= =?utf-8?q?=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84?= =?utf-8?q?=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7=E3=81=84=E9=95=B7?= =?utf-8?q?=E3=81=84=E9=95=B7=E3=81=84?="
        ),
        ("a\r\nBcc: evil@x", "=?utf-8?q?a=0D=0ABcc:_evil@x?="),
        ("nul\u{0}x", "=?utf-8?q?nul=00x?="),
        ("é=?_ x", "=?utf-8?q?=C3=A9=3D=3F=5F_x?="),
        (
            "emoji 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀 end",
            "=?utf-8?q?emoji_=F0=9F=98=80=F0=9F=98=80=F0=9F=98=80=F0=9F=98=80?= =?utf-8?q?=F0=9F=98=80=F0=9F=98=80=F0=9F=98=80=F0=9F=98=80=F0=9F=98=80?= =?utf-8?q?=F0=9F=98=80=F0=9F=98=80=F0=9F=98=80=F0=9F=98=80=F0=9F=98=80?= =?utf-8?q?=F0=9F=98=80=F0=9F=98=80_end?="
        ),
        ("=?utf-8?q?x?=", "=?utf-8?q?x?="),
        ("DEL\u{7f}", "=?utf-8?q?DEL=7F?="),
        ("trail é ", "=?utf-8?q?trail_=C3=A9_?="),
    ]

    @Test("header texts are encoded as Go encodes them", arguments: words)
    func encodedWords(_ text: String, _ expected: String) {
        #expect(EncodedWord.encodeIfNeeded(text) == expected)
    }

    @Test("no encoded word is longer than 75 characters and none splits a character")
    func splitting() {
        let text = String(repeating: "長い件名 long subject 😀", count: 50)
        let words = EncodedWord.encode(text).split(separator: " ")
        #expect(words.count > 10)
        for word in words {
            #expect(word.utf8.count <= 75 && word.hasPrefix("=?utf-8?q?") && word.hasSuffix("?="))
            #expect(String(validating: decodedBytes(ofWord: word), as: UTF8.self) != nil)
        }
        #expect(words.map { String(decoding: decodedBytes(ofWord: $0), as: UTF8.self) }.joined() == text)
    }

    /// What Go's `quotedprintable.Writer` gives.
    static let bodies: [(String, String)] = [
        ("plain\n", "plain\r\n"),
        ("a=b\n", "a=3Db\r\n"),
        ("trailing space \nx\t\n", "trailing space=20\r\nx=09\r\n"),
        ("日本語\n", "=E6=97=A5=E6=9C=AC=E8=AA=9E\r\n"),
        ("a\r\nb\rc\nd", "a\r\nb\r\nc\r\nd"),
        (
            "éééééééééééééééééééééééééééééé\n",
            "=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=\r\n=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=\r\n=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9\r\n"
        ),
        ("end ", "end=20"),
        ("\n\n", "\r\n\r\n"),
        (".\n..\n", ".\r\n..\r\n"),
        ("", ""),
        ("a \r\n", "a=20\r\n"),
        ("a\u{0}b", "a=00b"),
        ("\r", "\r\n"),
        ("a\r", "a\r\n"),
        ("tab\t", "tab=09"),
        (String(repeating: "x", count: 80), String(repeating: "x", count: 75) + "=\r\nxxxxx"),
        (String(repeating: "x", count: 75) + "=", String(repeating: "x", count: 75) + "=\r\n=3D"),
        (String(repeating: "x", count: 76) + "\n", String(repeating: "x", count: 75) + "=\r\nx\r\n"),
        (String(repeating: "x", count: 75) + "\n", String(repeating: "x", count: 75) + "\r\n"),
        (String(repeating: "x", count: 75) + " \n", String(repeating: "x", count: 75) + "=\r\n=20\r\n"),
    ]

    @Test("bodies are encoded as Go encodes them", arguments: bodies)
    func quotedPrintable(_ text: String, _ expected: String) {
        var bytes: [UInt8] = []
        QuotedPrintable.append(text, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }
}

/// The bytes in one encoded word.
func decodedBytes(ofWord word: Substring) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = word.dropFirst("=?utf-8?q?".count).dropLast(2)
    while let character = rest.popFirst() {
        switch character {
        case "_": bytes.append(0x20)
        case "=":
            bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        default: bytes += character.utf8
        }
    }
    return bytes
}
