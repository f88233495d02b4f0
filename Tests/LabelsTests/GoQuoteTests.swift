import Labels
import Testing

@Suite("Go string literals")
struct GoQuoteTests {
    @Test(
        "texts are quoted as strconv.Quote does",
        arguments: [
            ("", #""""#), ("abc", #""abc""#), ("\u{7}\u{8}\u{C}\n\r\t\u{B}", #""\a\b\f\n\r\t\v""#), ("\\", #""\\""#), ("\"", #""\"""#),
            ("'`", #""'`""#),
            ("☺", #""☺""#), ("\u{10FFFF}", #""\U0010ffff""#), ("\0", #""\x00""#), ("\u{1B}", #""\x1b""#), ("\u{7F}", #""\x7f""#),
            ("\u{85}", #""\u0085""#),
            ("\u{A0}", #""\u00a0""#), ("\u{FEFF}", #""\ufeff""#), ("\u{AD}", #""\u00ad""#), ("\u{2028}", #""\u2028""#),
            ("\u{FFFD}", "\"\u{FFFD}\""),
            ("\u{3000}", #""\u3000""#), ("é", #""é""#), ("日本語", #""日本語""#), ("\u{E000}", #""\ue000""#), ("e\u{301}", "\"e\u{301}\""),
        ])
    func quotes(text: String, literal: String) {
        #expect(GoQuote.quote(text) == literal)
        #expect(GoQuote.unquote(literal) == text)
    }

    @Test(
        "bytes that are not UTF-8 are written as hexadecimal escapes",
        arguments: [
            ([0xFF], #""\xff""#), ([0xC3, 0x28], #""\xc3(""#), ([0xED, 0xA0, 0x80], #""\xed\xa0\x80""#), ([0xC0, 0x80], #""\xc0\x80""#),
            ([0xF0, 0x9F, 0x99], #""\xf0\x9f\x99""#), ([0xF5, 0x80, 0x80, 0x80], #""\xf5\x80\x80\x80""#), ([0xE2, 0x82], #""\xe2\x82""#),
            ([0x80], #""\x80""#),
        ] as [([UInt8], String)])
    func quotesBytes(bytes: [UInt8], literal: String) {
        #expect(GoQuote.quote(bytes) == literal)
        #expect(GoQuote.unquotedBytes(literal) == bytes)
        #expect(GoQuote.unquote(literal) == nil)
    }

    @Test(
        "escapes are read",
        arguments: [
            (#""\x41\101\u00e9\U0001f642""#, "AAé🙂"), (#""\xf0\x9f\x99\x82""#, "🙂"), (#""\t\n\\\"""#, "\t\n\\\""), ("\"a\tb\"", "a\tb"),
            (#""\377\303\251""#, nil), (#""\303\251""#, "é"),
        ] as [(String, String?)])
    func unquotes(literal: String, text: String?) {
        #expect(GoQuote.unquote(literal) == text)
    }

    @Test(
        "what is no double-quoted literal is refused",
        arguments: [
            "", "\"", "a", "\"a", "a\"", "'a'", "`a`", #""\""#, #""a"b""#, #""\d""#, #""\w""#, #""\x4""#, #""\xg0""#, #""\u12""#,
            #""\ud800""#, #""\U00110000""#,
            #""\400""#, #""\18""#, #""\'""#, "\"a\nb\"", #""\"#, #""\8""#, #""\u00""#, #""\Uffffffff""#,
        ])
    func refuses(literal: String) {
        #expect(GoQuote.unquotedBytes(literal) == nil)
    }

    @Test("characters of all planes come back from their literals")
    func roundTrip() {
        let values = Array(UInt32(0)..<0x3000) + Array(stride(from: UInt32(0x3000), through: 0x10FFFF, by: 53))
        let scalars = values.compactMap { Unicode.Scalar($0) }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        let literal = GoQuote.quote(String(text))
        #expect(GoQuote.unquote(literal)?.unicodeScalars.elementsEqual(scalars) == true)
        #expect(literal.unicodeScalars.allSatisfy { GoQuote.isPrint($0) })
    }
}
