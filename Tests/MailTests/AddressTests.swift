import Mail
import Testing

@Suite("Address lists")
struct AddressTests {
    /// What Go's `mail.ParseAddressList` reads: `name|address`, the local part without its quotes.
    static let lists: [(String, [String])] = [
        ("a@b.c", ["a@b.c"]),
        ("a@b.c, d@e.f", ["a@b.c", "d@e.f"]),
        ("Name <a@b>", ["Name|a@b"]),
        ("\"Quoted, Name\" <a@b>", ["Quoted, Name|a@b"]),
        ("山田太郎 <yamada@example.jp>", ["山田太郎|yamada@example.jp"]),
        ("Group: a@b, c@d;", ["a@b", "c@d"]),
        ("Empty:;", []),
        ("a@b (comment)", ["comment|a@b"]),
        ("\"a b\"@x.y", ["a b@x.y"]),
        ("用户@例え.jp", ["用户@例え.jp"]),
        ("a@b,", ["a@b"]),
        ("a@b,,c@d", ["a@b", "c@d"]),
        (",a@b", ["a@b"]),
        ("<a@b>", ["a@b"]),
        ("J. Doe <a@b>", ["J. Doe|a@b"]),
        ("Joe Q. Public <john.q.public@example.com>", ["Joe Q. Public|john.q.public@example.com"]),
        (
            "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
            ["Mary Smith|mary@x.test", "jdoe@example.org", "Who?|one@y.test"]
        ),
        (
            "<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
            ["boss@nil.test", "Giant; \"Big\" Box|sysservices@example.net"]
        ),
        (
            "A Group:Ed Jones <joe@where.test>,joe@where.test,John <jdoe@one.test>;",
            ["Ed Jones|joe@where.test", "joe@where.test", "John|jdoe@one.test"]
        ),
        ("Undisclosed recipients:;", []),
        ("\"a\\\"b\"@c", ["a\"b@c"]),
        ("\"a@b\"@c.d", ["a@b@c.d"]),
        ("Näme <a@b>", ["Näme|a@b"]),
        ("\"Näme\" <a@b>", ["Näme|a@b"]),
        ("\"\\\\\" <a@b>", ["\\|a@b"]),
        ("a@ b", ["a@b"]),
        ("Group: a@b;, c@d", ["a@b", "c@d"]),
        ("a@b (é)", ["é|a@b"]),
        ("\"tab\tx\"@y", ["tab\tx@y"]),
        ("john.doe@example.com (John Doe)", ["John Doe|john.doe@example.com"]),
        ("a@b, Name <c@d>, ", ["a@b", "Name|c@d"]),
        ("  a@b  ", ["a@b"]),
        ("a@-b", ["a@-b"]),
        ("a@b_c", ["a@b_c"]),
        ("a@xn--a", ["a@xn--a"]),
        ("a@\u{3000}b", ["a@\u{3000}b"]),
        ("ａ@b", ["ａ@b"]),
        ("a@b (nested (x) y)", ["nested (x) y|a@b"]),
        ("x <a@b>, g: c@d, \"e\" <f@g>;", ["x|a@b", "c@d", "e|f@g"]),
        // Beyond it: comments wherever RFC 5322 has them, domain literals, blank lines around the list.
        ("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", ["Pete|pete@silly.test"]),
        ("(c) Name (d) <a@b> (e)", ["Name|a@b"]),
        ("a@[127.0.0.1], b@[IPv6:::1]", ["a@[127.0.0.1]", "b@[IPv6:::1]"]),
        ("\n  a@b,  c@d \r\n", ["a@b", "c@d"]),
    ]

    @Test("lists are read as Go reads them", arguments: lists)
    func reading(_ text: String, _ expected: [String]) throws {
        let addresses = try MailAddressList.parse(text)
        #expect(addresses.map { ($0.name.isEmpty ? "" : $0.name + "|") + "\($0.localPart)@\($0.domain)" } == expected)
    }

    @Test(
        "what Go refuses is refused with a place",
        arguments: [
            "a",
            "a@",
            "@b",
            "Name a@b",
            "a@b c@d",
            "a.@b",
            "a..b@c",
            "\"unclosed <a@b>",
            "Name <a@b",
            "a@b>",
            "a@b;c@d",
            "a@b\r\n c@d",
            "a@b,\r\n c@d",
            "a\r\nb@c",
            "\"\"@c",
            "a@b\u{0}",
            "(only comment)",
            "",
            " ",
            "a @b",
            "a@b .c",
            "G: H: a@b;;",
            "\"x\\\ny\" <a@b>",
            "a(c)@b",
            "\"new\nline\"@x",
            "a\"b\"@c",
            "\"a\".b@c",
            "a@b.",
            "a@.b",
            "<a@b> trailing",
            "Name <>",
            "Name <a>",
            "@a,@b:c@d",
            "<@a,@b:c@d>",
            "\"\u{7f}\"@b",
            "a@b (unclosed",
        ])
    func refusing(_ text: String) {
        let error = #expect(throws: MailAddressError.self) { try MailAddressList.parse(text) }
        #expect((error?.column ?? 0) >= 1 && error?.message.isEmpty == false)
    }

    @Test("errors name the place and what was expected")
    func messages() {
        func message(_ text: String) -> String? {
            do { return try MailAddressList.parse(text).isEmpty ? "" : nil } catch { return error.description }
        }
        #expect(message("a@b c@d") == #"address list "a@b c@d", character 5: expected a comma, found "c""#)
        #expect(message("Näme a@b") == #"address list "Näme a@b", character 7: expected "@" or an address in "<>", found "@""#)
        #expect(message("Name <a@b") == #"address list "Name <a@b", character 10: expected ">", found the end"#)
        #expect(message(" ") == #"address list " ", character 2: expected an address, found none"#)
        #expect(message(#"x, "y"#) == #"address list "x, \"y", character 2: expected "@" or an address in "<>", found ",""#)
    }

    @Test("a mailbox is quoted where it has to be, so that it cannot end early")
    func mailboxes() {
        #expect(MailAddress(localPart: "a b", domain: "c").mailbox == #""a b"@c"#)
        #expect(MailAddress(localPart: #"a"> SIZE=1 \"#, domain: "c").mailbox == #""a\"> SIZE=1 \\"@c"#)
        #expect(MailAddress(localPart: "用户", domain: "例え.jp").mailbox == "用户@例え.jp")
        #expect(MailAddress(localPart: ".a", domain: "c").mailbox == #"".a"@c"#)
    }

    @Test("an address longer than a line is refused")
    func tooLong() {
        #expect(throws: MailAddressError.self) { try MailAddressList.parse(String(repeating: "a", count: 1000) + "@b") }
    }

    @Test("display names are quoted or encoded")
    func headerText() {
        #expect(MailAddress(name: #"Giant; "Big" Box"#, localPart: "a", domain: "b").headerText == #""Giant; \"Big\" Box" <a@b>"#)
        #expect(
            MailAddress(name: "山田太郎", localPart: "yamada", domain: "example.jp").headerText
                == "=?utf-8?b?5bGx55Sw5aSq6YOO?= <yamada@example.jp>")
        #expect(MailAddress(localPart: "a", domain: "b").headerText == "a@b")
        #expect(MailAddress(name: "é (a.b)", localPart: "a", domain: "b").headerText == "=?utf-8?b?w6kgKGEuYik=?= <a@b>")
        let long = MailAddress(name: String(repeating: "運用チーム", count: 4), localPart: "a", domain: "b").headerText
        #expect(long == "=?utf-8?b?6YGL55So44OB44O844Og6YGL55So44OB44O844Og6YGL55So44OB44O844Og?= =?utf-8?b?6YGL55So44OB44O844Og?= <a@b>")
    }
}
