import Runbooks
import WebServer

/// Runbooks as small pages: one file, no script, readable on a phone.
enum RunbookPage {
    /// One of them.
    ///
    /// - Parameters:
    ///   - text: A runbook: a heading, paragraphs, numbered steps, and commands between backquotes.
    ///   - name: The alert.
    ///   - language: The text's language; the page has a link to the other one.
    static func html(_ text: String, name: String, _ language: Runbooks.Language) -> String {
        page(title: name, body(text), language)
    }

    /// All of them, as links that lead on from `/runbook/`.
    static func list(_ language: Runbooks.Language) -> String {
        let items = Runbooks.names.map { name in
            let title = Runbooks.title(name, language) ?? name
            return "<li><a href=\"\(name.htmlEscaped)?lang=\(language.rawValue)\">\(title.htmlEscaped)</a></li>\n"
        }
        let title = language == .ja ? "手順書" : "Runbooks"
        return page(title: title, "<h1>\(title)</h1>\n<ul>\n\(items.joined())</ul>\n", language)
    }

    /// A page with a link to itself in the other language.
    private static func page(title: String, _ body: String, _ language: Runbooks.Language) -> String {
        let other: Runbooks.Language = language == .ja ? .en : .ja
        let link = language == .ja ? "English" : "日本語"
        return """
            <!doctype html>
            <html lang="\(language.rawValue)"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1"><title>\(title.htmlEscaped)</title>
            <style>
            body{font:17px/1.55 system-ui,sans-serif;max-width:42em;margin:0 auto;padding:1em;color:#111;background:#fff}
            h1{font-size:1.25em}li{margin:.5em 0}code{background:#eee;padding:.1em .3em;border-radius:.2em;overflow-wrap:anywhere}
            @media(prefers-color-scheme:dark){body{color:#eee;background:#111}code{background:#333}a{color:#8cf}}
            </style></head><body>
            \(body)<p><a href="?lang=\(other.rawValue)" hreflang="\(other.rawValue)">\(link)</a></p>
            </body></html>

            """
    }

    private static func body(_ text: String) -> String {
        var result = ""
        var isList = false
        for line in text.split(separator: "\n") {
            let step = line.prefix { $0.isASCII && $0.isNumber }
            let isStep = !step.isEmpty && line.dropFirst(step.count).hasPrefix(". ")
            if isList != isStep { result += isStep ? "<ol>\n" : "</ol>\n" }
            isList = isStep
            if isStep {
                result += "<li>\(inline(line.dropFirst(step.count + 2)))</li>\n"
            } else if line.hasPrefix("# ") {
                result += "<h1>\(inline(line.dropFirst(2)))</h1>\n"
            } else {
                result += "<p>\(inline(line))</p>\n"
            }
        }
        return result + (isList ? "</ol>\n" : "")
    }

    /// Text with what stands between backquotes as code.
    private static func inline(_ text: Substring) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        return parts.enumerated().map { index, part in
            index % 2 == 1 && index < parts.count - 1 ? "<code>\(part.htmlEscaped)</code>" : part.htmlEscaped
        }.joined()
    }
}
