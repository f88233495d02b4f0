import ClientConfiguration
import Testing

@Suite("URLs in configurations") struct WebURLTests {
    @Test(
        "URLs are taken apart",
        arguments: [
            ("http://h", "http", "h"), ("HTTPS://H:1/p?q#f", "https", "H:1"), ("http://u:p@h/x", "http", "h"),
            ("http://[::1]:80/", "http", "[::1]:80"), ("foo", "", ""), ("/a:b", "", ""), ("mailto:x@y", "mailto", ""), ("//h/p", "", "h"),
            ("///p", "", ""), ("1a://h", "", ""), ("http://h:", "http", "h:"), ("http://h%C3%A9", "http", "h%C3%A9"),
            ("http://é", "http", "é"), ("http://h?a b", "http", "h"),
        ]) func urls(_ text: String, _ scheme: String, _ host: String) throws
    {
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
            ("http://a:b", #"invalid port ":b" after host"#), ("http://[::1]x", #"invalid port "x" after host"#),
            ("http://a/%zz", #"invalid URL escape "%zz""#), ("http://a/%4", #"invalid URL escape "%4""#),
            ("http://h%41", #"invalid URL escape "%41""#), ("http://a\u{7F}", "net/url: invalid control character in URL"),
            (":x", "missing protocol scheme"), ("http://u{@h", "net/url: invalid userinfo"), ("a:b/c:d", ""),
            ("http://h#%", #"invalid URL escape "%""#), ("x/y%", #"invalid URL escape "%""#),
        ]) func badURLs(_ text: String, _ reason: String)
    {
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
            ("http://h", "http://h"), ("http://:p@h", "http://:xxxxx@h"), ("http://a@b:c@h/d@e", "http://a@b:xxxxx@h/d@e"),
        ]) func redaction(_ text: String, _ shown: String) throws
    { #expect(try WebURL(text).redacted == shown) }
}
