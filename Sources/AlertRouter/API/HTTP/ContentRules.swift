import WebServer

/// What API v2 asks of `Content-Type` and `Accept`, and what it says to browsers of other sites (reference 3.2).
enum ContentRules {
    private static let json = "application/json"
    private static let crossOriginMethods: Set<String> = ["GET", "POST", "HEAD"]
    private static let crossOriginHeaders: Set<String> = ["accept", "content-type", "x-requested-with", "origin"]

    /// Checks a request before its parameters are read. Only requests without a body are asked for their `Accept`: one that brings JSON is
    /// taken to understand it.
    static func check(_ request: WebRequest) throws(RequestError) {
        if !request.body.isEmpty {
            let given = request.headers["Content-Type"] ?? ""
            // The common case without any work.
            if given == json { return }
            let type = given.split(separator: ";", omittingEmptySubsequences: false)[0].trimmed.lowercased()
            guard type == json else {
                let shown = type.isEmpty ? "application/octet-stream" : type
                throw .framework(code: 415, "unsupported media type \"\(shown)\", only [\(json)] are allowed")
            }
        } else if !accepts(request.headers[all: "Accept"]) {
            throw .framework(code: 406, "unsupported media type requested, only [\(json)] are available")
        }
    }

    private static func accepts(_ fields: [String]) -> Bool {
        let ranges = fields.flatMap { $0.split(separator: ",") }.filter { !$0.trimmed.isEmpty }
        guard !ranges.isEmpty else { return true }
        return ranges.contains { range in
            let parts = range.split(separator: ";", omittingEmptySubsequences: false).map { String($0.trimmed) }
            guard ["*/*", "application/*", json].contains(parts[0]) else { return false }
            return !parts.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
        }
    }

    /// Fields that every answer of the API has, and those that let pages of other sites read it.
    static func addFields(to response: inout WebResponse, for request: WebRequest) {
        response.headers.append(("Cache-Control", "no-store"))
        response.headers.append(("Vary", "Origin"))
        if request.headers["Origin"] != nil, crossOriginMethods.contains(request.method) {
            response.headers.append(("Access-Control-Allow-Origin", "*"))
        }
    }

    /// The answer to a browser that asks whether a page of another site may send a request; nil when this is not such a question.
    static func preflight(_ request: WebRequest, mayWrite: Bool) -> WebResponse? {
        guard request.method == "OPTIONS", let wanted = request.headers["Access-Control-Request-Method"] else { return nil }
        var response = WebResponse(
            status: 204,
            headers: [
                ("Cache-Control", "no-store"), ("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
            ])
        let method = wanted.uppercased()
        let fields = request.headers[all: "Access-Control-Request-Headers"].flatMap { $0.split(separator: ",") }.map {
            $0.trimmed.lowercased()
        }
        guard request.headers["Origin"] != nil, crossOriginMethods.contains(method), mayWrite || method != "POST",
            crossOriginHeaders.isSuperset(of: fields)
        else {
            return response
        }
        response.headers += [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", method)]
        if !fields.isEmpty { response.headers.append(("Access-Control-Allow-Headers", fields.joined(separator: ", "))) }
        return response
    }
}

extension Substring {
    /// Without blanks at both ends.
    var trimmed: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
