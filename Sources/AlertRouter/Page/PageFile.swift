/// What a browser loads to show the status page. All of it is in the binary.
enum PageFile: Hashable, CaseIterable {
    case document, style, script

    /// Below the route prefix. The document names the others relatively, so that a prefix works.
    var path: String {
        switch self {
        case .document: "/"
        case .style: "/page.css"
        case .script: "/page.js"
        }
    }

    var contentType: String {
        switch self {
        case .document: "text/html; charset=utf-8"
        case .style: "text/css; charset=utf-8"
        case .script: "text/javascript; charset=utf-8"
        }
    }

    var text: String {
        switch self {
        case .document: PageDocument.html
        case .style: PageStyle.css
        case .script: PageScript.js
        }
    }
}
