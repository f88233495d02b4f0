import Testing
import WebServer

@Suite("Text in HTML")
struct HTMLEscapingTests {
    @Test("has no character left that HTML reads as its own, and all others")
    func escaped() {
        #expect(#"<a href="x" title='y'>&amp;</a>"#.htmlEscaped == "&lt;a href=&#34;x&#34; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;")
        // An accent behind a bracket makes one character of the two, and the bracket counts all the same.
        #expect("<\u{301}手順\r\n".htmlEscaped == "&lt;\u{301}手順\r\n")
        #expect("".htmlEscaped.isEmpty)
    }
}
