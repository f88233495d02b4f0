import JSON
import WebServer

/// Why a request is answered with an error, in the three shapes of reference 3.2.
enum RequestError: Error, Hashable {
    /// Found by a handler: a bare JSON string.
    case handler(status: Int, String)
    /// Found by the validation before it: code and message. Codes from 600 on are sent with status 422.
    case framework(code: Int, String)
    /// Found by the validation: another method is wanted.
    case methodNotAllowed(String, allowed: [String])
    /// A status that says everything.
    case empty(status: Int)

    /// Required, but absent.
    static func required(_ name: String) -> RequestError { .framework(code: 602, "\(name) in body is required") }

    /// A body that is not what it should be.
    static func unparsable(_ name: String, _ reason: String) -> RequestError {
        .framework(code: 400, "parsing \(name) body from \"\" failed, because \(reason)")
    }

    /// The answer.
    var response: WebResponse {
        var json = JSONWriter()
        switch self {
        case .handler(let status, let text):
            json.string(text)
            return .json(json, status: status)
        case .framework(let code, let message):
            json.error(code: code, message)
            return .json(json, status: code < 600 ? code : 422)
        case .methodNotAllowed(let method, let allowed):
            let list = allowed.joined(separator: ",")
            json.error(code: 405, "method \(method) is not allowed, but [\(list)] are")
            var response = WebResponse.json(json, status: 405)
            response.headers.append(("Allow", list))
            return response
        case .empty(let status): return WebResponse(status: status)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func error(code: Int, _ message: String) {
        beginObject()
        key("code")
        integer(code)
        key("message")
        string(message)
        endObject()
    }
}

extension WebResponse {
    /// A JSON answer. It ends with a newline, as Alertmanager's do.
    static func json(_ writer: JSONWriter, status: Int = 200) -> WebResponse {
        WebResponse(status: status, headers: [("Content-Type", "application/json")], body: .bytes(writer.bytes + [UInt8(ascii: "\n")]))
    }
}
