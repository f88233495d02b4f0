/// Rewrites the HTML text of a template as html/template prints it: without comments, and with `<` that opens no tag as `&lt;`.
enum HTMLText {
    /// The text as it is printed, and the context after it.
    static func rewrite(_ text: String, from start: HTMLContext) throws(HTMLFault) -> (text: String, context: HTMLContext) {
        var scanner = HTMLScanner(Array(text.utf8))
        let bytes = scanner.bytes
        var output: [UInt8] = []
        var written = 0
        var context = start
        var position = 0
        while position < bytes.count {
            let (after, end) = try scanner.step(context, from: position)
            if context.state == .text || context.state == .rcdata {
                escapeStray(bytes, position, endOfText(bytes, position, end, context, after), &written, &output)
            } else if context.isComment, context.quote == .none {
                if context.state == .styleBlockComment { output.append(UInt8(ascii: " ")) }
                written = end
            }
            if after.state != context.state, after.isComment, after.quote == .none {
                let opening = after.state == .comment ? 4 : 2
                output += bytes[written..<max(written, end - opening)]
                written = end
            }
            context = after
            position = end
        }
        guard written != 0 else { return (text, context) }
        if !context.isComment || context.quote != .none { output += bytes[written...] }
        return (String(decoding: output, as: UTF8.self), context)
    }

    /// Where the text of a piece ends: before the tag or comment that the piece leads into.
    private static func endOfText(_ bytes: [UInt8], _ start: Int, _ end: Int, _ context: HTMLContext, _ after: HTMLContext) -> Int {
        guard after.state != context.state else { return end }
        return bytes[start..<end].lastIndex(of: UInt8(ascii: "<")) ?? end
    }

    /// Replaces every `<` of a text without tags, but that of a document type.
    private static func escapeStray(_ bytes: [UInt8], _ start: Int, _ end: Int, _ written: inout Int, _ output: inout [UInt8]) {
        for position in start..<end where bytes[position] == UInt8(ascii: "<") {
            let word = bytes[position...].prefix(doctype.count)
            if word.count == doctype.count, zip(word, doctype).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) { continue }
            output += bytes[written..<position]
            output += "&lt;".utf8
            written = position + 1
        }
    }

    private static let doctype = Array("<!DOCTYPE".utf8)

    /// The text of a piece of HTML: without its tags, comments, scripts and style sheets' brackets.
    static func withoutTags(_ html: TemplateValue) -> TemplateValue {
        let scanner = HTMLScanner(html.textBytes)
        let bytes = scanner.bytes
        var output: [UInt8] = []
        var context = HTMLContext()
        var position = 0
        var isAllText = true
        while position < bytes.count {
            if context.quote != .none {
                guard let end = scanner.endOfValue(context.quote, from: position) else { break }
                position = context.quote == .unquoted ? end : end + 1
                context = HTMLContext(state: .tag, element: context.element)
                continue
            }
            guard let (after, end) = try? stepOverContent(scanner, context, position) else { break }
            if context.state == .text || context.state == .rcdata {
                output += bytes[position..<endOfText(bytes, position, end, context, after)]
            } else {
                isAllText = false
            }
            context = after
            position = end
        }
        if isAllText { return html }
        if context.state == .text || context.state == .rcdata { output += bytes[position...] }
        return .text(output)
    }

    /// A step that takes the content of scripts and the like as a whole.
    private static func stepOverContent(
        _ scanner: HTMLScanner, _ context: HTMLContext, _ position: Int
    ) throws(HTMLFault) -> (context: HTMLContext, end: Int) {
        guard context.element != .other, !context.isTag else { return try scanner.step(context, from: position, to: scanner.bytes.count) }
        let end = scanner.endOfContent(context, from: position)
        return (end == scanner.bytes.count ? context : HTMLContext(), end)
    }
}
