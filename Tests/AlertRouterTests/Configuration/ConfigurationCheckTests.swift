import Testing

@testable import AlertRouter

@Suite("The small checks of a configuration")
struct ConfigurationCheckTests {
    @Test(
        "MD5 gives RFC 1321's digests",
        arguments: [
            ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
            (String(repeating: "1234567890", count: 8), "57edf4a22be3c955ac49da2e2107b67a"),
        ])
    func md5(_ text: String, _ digest: String) {
        #expect(MD5Digest.of(Array(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == digest)
    }

    @Test("MD5 pads messages of every length around a block's end to whole blocks")
    func md5Padding() {
        let digests = (54...66).map { MD5Digest.of([UInt8](repeating: 0x61, count: $0)) }
        #expect(Set(digests).count == 13)
        #expect(digests.allSatisfy { $0.count == 16 })
    }

    @Test(
        "URLs are taken apart",
        arguments: [
            ("http://h", "http", "h"), ("HTTPS://H:1/p?q#f", "https", "H:1"), ("http://u:p@h/x", "http", "h"),
            ("http://[::1]:80/", "http", "[::1]:80"),
            ("foo", "", ""), ("/a:b", "", ""), ("mailto:x@y", "mailto", ""), ("//h/p", "", "h"), ("///p", "", ""), ("1a://h", "", ""),
            ("http://h:", "http", "h:"), ("http://h%C3%A9", "http", "h%C3%A9"), ("http://é", "http", "é"), ("http://h?a b", "http", "h"),
        ])
    func urls(_ text: String, _ scheme: String, _ host: String) throws {
        // A leading digit is no scheme, and then the colon is out of place.
        guard !text.hasPrefix("1") else {
            let fault = #expect(throws: WebURL.Fault.self) { try WebURL(text) }
            #expect(fault?.message == #"parse "1a://h": first path segment in URL cannot contain colon"#)
            return
        }
        let url = try WebURL(text)
        #expect(url.scheme == scheme)
        #expect(url.host == host)
    }

    @Test(
        "URLs that Go refuses are refused in its words",
        arguments: [
            ("http://a b", #"invalid character " " in host name"#), ("http://[::1", "missing ']' in host"),
            ("http://a:b", #"invalid port ":b" after host"#),
            ("http://[::1]x", #"invalid port "x" after host"#), ("http://a/%zz", #"invalid URL escape "%zz""#),
            ("http://a/%4", #"invalid URL escape "%4""#),
            ("http://h%41", #"invalid URL escape "%41""#), ("http://a\u{7F}", "net/url: invalid control character in URL"),
            (":x", "missing protocol scheme"),
            ("http://u{@h", "net/url: invalid userinfo"), ("a:b/c:d", ""), ("http://h#%", #"invalid URL escape "%""#),
            ("x/y%", #"invalid URL escape "%""#),
        ])
    func badURLs(_ text: String, _ reason: String) {
        // An opaque URL is fine.
        guard !reason.isEmpty else {
            #expect(throws: Never.self) { try WebURL(text) }
            return
        }
        let fault = #expect(throws: WebURL.Fault.self) { try WebURL(text) }
        #expect(fault?.message.hasSuffix(": \(reason)") == true)
    }

    @Test(
        "a URL's password is redacted wherever it stands",
        arguments: [
            ("http://u:p@h/x", "http://u:xxxxx@h/x"), ("http://u:p:q@h", "http://u:xxxxx@h"), ("http://u@h", "http://u@h"),
            ("http://h", "http://h"),
            ("http://:p@h", "http://:xxxxx@h"), ("http://a@b:c@h/d@e", "http://a@b:xxxxx@h/d@e"),
        ])
    func redaction(_ text: String, _ shown: String) throws { #expect(try WebURL(text).redacted == shown) }

    @Test(
        "template patterns are checked as Go checks them",
        arguments: [
            ("", true), ("*.tmpl", true), ("[a-z]", true), ("[^a]", true), ("[\\]]", true), ("[a-", false), ("[]a]", false), ("[-]", false),
            ("[a-]", false),
            ("[", false), ("[^]", false), ("a\\", false), ("\\[", true), ("[x", false), ("]", true), ("[[]", true),
        ])
    func patterns(_ pattern: String, _ isWellFormed: Bool) { #expect(TemplateGlob.isWellFormed(pattern) == isWellFormed) }

    @Test(
        "paths are cleaned without a look at the disk",
        arguments: [
            ("/a/b/../c", "/a/c"), ("./x", "x"), ("a//b/.", "a/b"), ("../x", "../x"), ("a/../../x", "../x"), ("/../x", "/x"), ("a/..", "."),
            ("/", "/"),
        ])
    func paths(_ path: String, _ cleaned: String) { #expect(ConfigurationReader.cleaned(path) == cleaned) }
}
