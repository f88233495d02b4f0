import Testing

@testable import GoTemplate

@Suite("Following the HTML text of templates")
struct HTMLTextTests {
    private func rewrite(_ text: String, from context: HTMLContext = HTMLContext()) throws -> (text: String, context: HTMLContext) {
        try HTMLText.rewrite(text, from: context)
    }

    @Test("ordinary HTML stays byte for byte")
    func unchanged() throws {
        let html = """
            <!DOCTYPE html><html><head><style type="text/css">a > b { color: "red"; background: url( 'x.png' ) }</style></head>
            <body style="margin: 0; font-family: &quot;Segoe UI&quot;, 'Arial'"><p class='x' hidden data-x = y>1 > 0 &amp; <br/>
            <a href="http://h/?a=b&amp;c=d#e">é</a></p><script>if (a < b && c > d) { "</p>" }</script></body></html>
            """
        let result = try rewrite(html)
        #expect(result.text == html)
        #expect(result.context == HTMLContext())
    }

    @Test("comments are left out, conditional ones too")
    func comments() throws {
        #expect(try rewrite("a<!-- <b> -->c<!--[if mso]><p><![endif]-->d<!---->e").text == "acde")
        let open = try rewrite("a<!-- b")
        #expect(open.text == "a")
        #expect(open.context.state == .comment)
        #expect(try rewrite("b --> c", from: open.context).text == " c")
        #expect(try rewrite("b", from: open.context).text == "")
    }

    @Test("a < that opens no tag is printed as a reference, but that of a document type")
    func strayBrackets() throws {
        #expect(try rewrite("1 < 2 <3 <<b>x</b> <").text == "1 &lt; 2 &lt;3 &lt;<b>x</b> &lt;")
        #expect(try rewrite("<!doctype html><?xml ?><!x>").text == "<!doctype html>&lt;?xml ?>&lt;!x>")
        #expect(try rewrite("</").text == "&lt;/")
        #expect(try rewrite("<title>a <b> c</title>").text == "<title>a &lt;b> c</title>")
    }

    @Test("comments in style sheets become a space, strings and URLs that look like comments stay")
    func styleComments() throws {
        let sheet = "<style>a{/* x */b:url(http://h/*)}// line\nc{content:\"/* y */\"}</style>"
        #expect(try rewrite(sheet).text == "<style>a{ b:url(http://h/*)}\nc{content:\"/* y */\"}</style>")
        let attribute = "<p style=\"a:b/* x */\">"
        #expect(try rewrite(attribute).text == attribute)
    }

    @Test(
        "the end of a text tells where a value would be printed",
        arguments: [
            ("", HTMLContext.State.text), ("<p", .tag), ("<p ", .tag), ("<p cla", .attributeName), ("<p class", .attributeName),
            ("<p class ", .afterName), ("<p class=", .beforeValue), ("<p class='", .value), ("<p class=x", .value), ("<p class=x ", .tag),
            ("<a href=\"", .url), ("<a HREF=\"", .url), ("<a data-href=\"", .url), ("<a xlink:href=\"", .url), ("<a my-url=\"", .url),
            ("<img srcset=\"", .urlList), ("<p style=\"", .style), ("<p style=\"a:'", .styleSingleQuoted),
            ("<p style=\"a:&quot;", .styleDoubleQuoted),
            ("<p style=\"a:url(", .styleURL), ("<p style=\"a:curl(", .style), ("<p onclick=\"", .script), ("<script>", .script),
            ("<script type=\"text/template\">", .text), ("<script type=\"application/ld+json\">", .script), ("<style>", .style),
            ("<title>", .rcdata),
            ("<title></title>", .text), ("<title></title", .rcdata), ("<textarea>", .rcdata), ("<!--", .comment), ("<1", .text),
            ("<p srclang='", .value),
        ])
    func states(_ text: String, _ state: HTMLContext.State) throws {
        #expect(try rewrite(text).context.state == state)
    }

    @Test(
        "how much of a URL is written tells how the rest is escaped",
        arguments: [
            ("<a href=\"", HTMLContext.URLPart.start), ("<a href=\" ", .start), ("<a href=\"/p", .path), ("<a href=\"/p?", .query),
            ("<a href=\"#", .query), ("<a href=\"&#63;", .query), ("<a href=\"&#x3f;", .query), ("<a href=\"&quest;", .query),
            ("<a href=\"&amp;", .path),
        ])
    func urlParts(_ text: String, _ part: HTMLContext.URLPart) throws {
        #expect(try rewrite(text).context.urlPart == part)
    }

    @Test(
        "text that parsers read differently is refused",
        arguments: [
            ("<p class=a\"b>", "\"\\\"\" in unquoted attr: \"a\\\"b\"", 10), ("<p class=a=b>", "\"=\" in unquoted attr: \"a=b\"", 10),
            ("<p cla\"ss=x>", "\"\\\"\" in attribute name: \"cla\\\"ss=x>\"", 6),
            ("<p =x>", "expected space, attr name, or end of tag, but got \"=x>\"", 3),
            ("<style>a{b:\"\\", "unfinished escape sequence in CSS string", 12),
        ])
    func refused(_ text: String, _ message: String, _ offset: Int) throws {
        let fault = #expect(throws: HTMLFault.self) { try HTMLText.rewrite(text, from: HTMLContext()) }
        #expect(fault?.message == message)
        #expect(fault?.offset == offset)
    }

    @Test(
        "tags are taken out of HTML, and only tags",
        arguments: [
            ("<b>x</b>", "x"), ("plain", "plain"), ("1 < 2 & <i>", "1 < 2 & "), ("a<!-- b -->c", "ac"), ("<script>x</script>y", "y"),
            ("<p title='>", ""),
            ("<style>a", ""), ("<textarea>a</textarea>b", "ab"), ("<p title=\">\">z", "z"),
        ])
    func withoutTags(_ html: String, _ text: String) {
        #expect(HTMLText.withoutTags(.string(html)).plainText == text)
    }
}
