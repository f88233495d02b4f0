/// Where in an HTML document a place of a template is: what decides how a value printed there must be escaped.
///
/// The states are those of html/template as far as escaping differs (reference 8.1); a script is one state, because nothing is printed into it.
struct HTMLContext: Sendable, Hashable {
    var state: State = .text
    /// How the attribute value ends that the place is in; `none` outside of values.
    var quote: Quote = .none
    /// How much of a URL has been written, where the state is `url`.
    var urlPart: URLPart = .start
    /// The kind of the attribute, from its name to the start of its value.
    var attribute: HTMLAttribute = .plain
    /// The element whose tag or content the place is in, where that matters.
    var element: Element = .other

    /// What the HTML parser would be reading.
    enum State: Sendable, Hashable {
        /// Text between tags.
        case text
        /// Inside a tag, where an attribute or its end may come.
        case tag
        /// Inside the name of an attribute.
        case attributeName
        /// After the name of an attribute, where `=` may come.
        case afterName
        /// After `=`.
        case beforeValue
        /// `<!-- … -->`
        case comment
        /// Text in which entities count but tags do not: `title`, `textarea`.
        case rcdata
        /// The value of an ordinary attribute.
        case value
        /// The value of an attribute that is a URL.
        case url
        /// The value of an attribute that lists URLs.
        case urlList
        /// A script or an event handler.
        case script
        /// A style sheet or a style attribute, and in it strings, URLs and comments.
        case style, styleDoubleQuoted, styleSingleQuoted, styleDoubleQuotedURL, styleSingleQuotedURL, styleURL, styleBlockComment,
            styleLineComment
        /// After `break` or `continue`: nothing gets here.
        case unreachable
    }

    /// What ends an attribute value.
    enum Quote: Sendable, Hashable {
        case none, double, single
        /// Space or the end of the tag.
        case unquoted
    }

    /// The parts of a URL that are escaped differently.
    enum URLPart: Sendable, Hashable {
        /// Nothing of it is written yet: the value may bring the scheme.
        case start
        /// In scheme, host or path.
        case path
        /// After `?` or `#`.
        case query
        /// Branches that join here have written different parts.
        case unknown
    }

    /// Elements whose content is not ordinary HTML.
    enum Element: Sendable, Hashable {
        case other, script, style, textarea, title

        /// The element of a tag name in lower case.
        init(name: String) {
            switch name {
            case "script": self = .script
            case "style": self = .style
            case "textarea": self = .textarea
            case "title": self = .title
            default: self = .other
            }
        }

        /// The state that its start tag leads to.
        var contentState: State {
            switch self {
            case .other: .text
            case .script: .script
            case .style: .style
            case .textarea, .title: .rcdata
            }
        }

        /// The name that its end tag has; nil when its content ends like any other.
        var endTagName: String? {
            switch self {
            case .other: nil
            case .script: "script"
            case .style: "style"
            case .textarea: "textarea"
            case .title: "title"
            }
        }
    }

    /// The context of a printed value: what the text before an action leaves open is decided by the action being there.
    func settled() -> HTMLContext {
        var context = self
        switch state {
        case .tag: context.state = .attributeName
        case .beforeValue:
            context.state = attribute.valueState
            context.quote = .unquoted
            context.attribute = .plain
        case .afterName:
            context.state = .attributeName
            context.attribute = .plain
        default: break
        }
        return context
    }

    /// Whether the place is in a comment of any language.
    var isComment: Bool { state == .comment || state == .styleBlockComment || state == .styleLineComment }

    /// Whether the place is in a style sheet or style attribute, in whatever part of it.
    var isStyle: Bool {
        switch state {
        case .style, .styleDoubleQuoted, .styleSingleQuoted, .styleDoubleQuotedURL, .styleSingleQuotedURL, .styleURL, .styleBlockComment,
            .styleLineComment:
            true
        default: false
        }
    }

    /// Whether the place is inside the brackets of a tag.
    var isTag: Bool {
        switch state {
        case .tag, .attributeName, .afterName, .beforeValue, .value: true
        default: false
        }
    }
}

extension HTMLContext: CustomStringConvertible {
    /// Words for error texts: `in the double-quoted value of a URL attribute, after ? or #`.
    var description: String {
        switch state {
        case .text: return "in HTML text"
        case .tag: return "inside a tag"
        case .attributeName: return "in the name of an attribute"
        case .afterName: return "after the name of an attribute"
        case .beforeValue: return "after the = of an attribute"
        case .comment: return "in an HTML comment"
        case .rcdata: return "in the text of a <\(element.endTagName ?? "title")>"
        case .unreachable: return "after a break or continue"
        case .value: return "in \(value("an attribute"))"
        case .url: return "in \(value("a URL attribute"))\(urlPartWords)"
        case .urlList: return "in \(value("an attribute that lists URLs (srcset)"))"
        case .script: return quote == .none ? "in a <script>" : "in \(value("an event handler attribute"))"
        case .styleBlockComment, .styleLineComment: return "in a comment in \(stylePlace)"
        case .styleDoubleQuoted, .styleSingleQuoted: return "in a string in \(stylePlace)"
        case .styleURL, .styleDoubleQuotedURL, .styleSingleQuotedURL: return "in a url(…) in \(stylePlace)"
        case .style: return "in \(stylePlace)"
        }
    }

    private var stylePlace: String { quote == .none ? "a <style>" : value("a style attribute") }

    private var urlPartWords: String {
        switch urlPart {
        case .start: ", at its start"
        case .path: ", before any ? or #"
        case .query: ", after ? or #"
        case .unknown: ", before or after ? or #"
        }
    }

    private func value(_ attribute: String) -> String {
        switch quote {
        case .double: "the double-quoted value of \(attribute)"
        case .single: "the single-quoted value of \(attribute)"
        case .unquoted: "the unquoted value of \(attribute)"
        case .none: "the value of \(attribute)"
        }
    }
}
