/// The kinds of attributes whose values are escaped differently.
enum HTMLAttribute: Sendable, Hashable {
    case plain, url, style, script, urlList
    /// The `type` of a `script`, which says whether its content is a script.
    case scriptType
    /// Its value changes how the document or the tag's other attributes are read, or is itself a document.
    case delicate

    /// The kind of an attribute, by its name in lower case.
    init(name: String) {
        var name = Substring(name)
        if name.hasPrefix("data-") {
            name = name.dropFirst(5)
        } else if let colon = name.firstIndex(of: ":") {
            if name[..<colon] == "xmlns" {
                self = .url
                return
            }
            name = name[name.index(after: colon)...]
        }
        if let kind = Self.special[String(name)] {
            self = kind
        } else if name.hasPrefix("on") {
            self = .script
        } else if ["src", "uri", "url"].contains(where: { name.contains($0) }) {
            self = .url
        } else {
            self = .plain
        }
    }

    /// The state at the start of its value.
    var valueState: HTMLContext.State {
        switch self {
        case .plain, .scriptType, .delicate: .value
        case .url: .url
        case .style: .style
        case .script: .script
        case .urlList: .urlList
        }
    }

    /// Names that are more than plain text, and the one plain name that a rule about names would take for more.
    private static let special: [String: HTMLAttribute] = {
        let urls = [
            "action", "archive", "background", "cite", "classid", "codebase", "data", "formaction", "href", "icon", "longdesc", "manifest",
            "poster", "profile", "src", "usemap", "xmlns",
        ]
        let delicate = [
            "accept-charset", "async", "challenge", "charset", "content", "crossorigin", "defer", "enctype", "form", "formenctype",
            "formmethod", "formnovalidate", "http-equiv", "keytype", "language", "method", "novalidate", "pattern", "rel", "sandbox",
            "srcdoc", "type", "value",
        ]
        var kinds: [String: HTMLAttribute] = ["style": .style, "srcset": .urlList, "srclang": .plain]
        for name in urls { kinds[name] = .url }
        for name in delicate { kinds[name] = .delicate }
        return kinds
    }()
}
