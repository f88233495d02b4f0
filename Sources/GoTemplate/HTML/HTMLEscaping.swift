/// The ways in which html/template makes a printed value safe, under its names for them.
enum HTMLEscaping: String, CaseIterable {
    /// In HTML text.
    case text = "_html_template_htmlescaper"
    /// In `title` and `textarea`.
    case rcdata = "_html_template_rcdataescaper"
    /// In a quoted attribute value.
    case attribute = "_html_template_attrescaper"
    /// In an unquoted attribute value.
    case unquoted = "_html_template_nospaceescaper"
    /// As an attribute name.
    case attributeName = "_html_template_htmlnamefilter"
    /// At the start of a URL: lets only known schemes pass.
    case urlScheme = "_html_template_urlfilter"
    /// Before the query of a URL.
    case urlPath = "_html_template_urlnormalizer"
    /// In the query or fragment of a URL.
    case urlQuery = "_html_template_urlescaper"
    /// In a comment: nothing is printed.
    case comment = "_html_template_commentescaper"

    /// The builtin that does the same and takes this one's place when the pipeline ends with it.
    var builtin: String? {
        switch self {
        case .text, .attribute, .rcdata: "html"
        case .urlQuery, .urlPath: "urlquery"
        default: nil
        }
    }

    /// As a function at the end of a pipeline.
    var function: TemplateFunction {
        switch self {
        case .text: Self.textFunction
        case .rcdata: Self.rcdataFunction
        case .attribute: Self.attributeFunction
        case .unquoted: Self.unquotedFunction
        case .attributeName: Self.attributeNameFunction
        case .urlScheme: Self.urlSchemeFunction
        case .urlPath: Self.urlPathFunction
        case .urlQuery: Self.urlQueryFunction
        case .comment: Self.commentFunction
        }
    }

    /// What takes the place of a value that no escaping makes safe; users search the web for this word, so it is Go's.
    static let refused = "ZgotmplZ"

    private static let textFunction = TemplateFunction([], variadic: .any) { values, _ in
        let content = PrintedContent(values)
        return content.kind == .html ? content.text : HTMLReplacement.text.apply(to: content.text)
    }

    private static let rcdataFunction = TemplateFunction([], variadic: .any) { values, _ in
        let content = PrintedContent(values)
        return (content.kind == .html ? HTMLReplacement.normalized : .text).apply(to: content.text)
    }

    private static let attributeFunction = TemplateFunction([], variadic: .any) { values, _ in
        let content = PrintedContent(values)
        if content.kind == .html { return HTMLReplacement.normalized.apply(to: HTMLText.withoutTags(content.text)) }
        return HTMLReplacement.text.apply(to: content.text)
    }

    private static let unquotedFunction = TemplateFunction([], variadic: .any) { values, _ in
        let content = PrintedContent(values)
        // Nothing would make the next attribute the value.
        if !content.text.isTrue { return .string(refused) }
        if content.kind == .html { return HTMLReplacement.unquotedNormalized.apply(to: HTMLText.withoutTags(content.text)) }
        return HTMLReplacement.unquoted.apply(to: content.text)
    }

    private static let attributeNameFunction = TemplateFunction([], variadic: .any) { values, _ in
        let content = PrintedContent(values)
        if content.kind == .attribute { return content.text }
        let name = content.text.plainText.lowercased()
        let isWord = name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
        return .string(name.isEmpty || !isWord || HTMLAttribute(name: name) != .plain ? refused : name)
    }

    private static let urlSchemeFunction = TemplateFunction([], variadic: .any) { values, _ in
        let content = PrintedContent(values)
        return content.kind == .url || URLEscaping.isSafe(content.text.plainText) ? content.text : .string("#" + refused)
    }

    private static let urlPathFunction = TemplateFunction([], variadic: .any) { values, _ in
        .string(URLEscaping.escape(PrintedContent(values).text, keepingReserved: true))
    }

    private static let urlQueryFunction = TemplateFunction([], variadic: .any) { values, _ in
        let content = PrintedContent(values)
        return .string(URLEscaping.escape(content.text, keepingReserved: content.kind == .url))
    }

    private static let commentFunction = TemplateFunction([], variadic: .any) { _, _ in .string("") }

    /// Go's `_eval_args_`: prints its arguments, so that a builtin that escapes can be moved behind it.
    static let printFunction = TemplateFunction([], variadic: .any) { values, _ in
        GoFormat.sprint(values)
    }

    /// The name of `printFunction`.
    static let printName = "_eval_args_"
}

/// What a pipeline printed, and what it claims to be.
private struct PrintedContent {
    /// A string.
    let text: TemplateValue
    /// What kind of content the text is already; nil for any other value.
    let kind: SafeContent.Kind?

    init(_ values: [TemplateValue]) {
        if values.count == 1 {
            switch values[0] {
            case .string, .bytes: (text, kind) = (values[0], nil)
            case .object(let safe as SafeContent): (text, kind) = (safe.value, safe.kindOfContent)
            case .missing, .null: (text, kind) = (.string(""), nil)
            default: (text, kind) = (GoFormat.output(values), nil)
            }
            return
        }
        // Nil is left out: html/template prints nothing for it where text/template prints `<nil>`.
        let present = values.filter {
            switch $0 {
            case .missing, .null: false
            default: true
            }
        }
        (text, kind) = (GoFormat.output(present), nil)
    }
}
