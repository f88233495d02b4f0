import Exposition
import MonitorFile

/// Which format the body of an answer is in (reference 5.3).
enum ContentType {
    /// The format that the field says or, when it says nothing usable, the job's fallback.
    static func format(of field: String?, fallback: ScrapeProtocol?) throws(ScrapeFailure) -> ExpositionFormat {
        let problem: String
        if let field, !field.isEmpty {
            switch mediaType(field) {
            case "text/plain": return .text
            case "application/openmetrics-text": return .openMetrics
            case nil: problem = "its Content-Type \"\(excerpt(field))\" cannot be parsed"
            case .some: problem = "its Content-Type \"\(excerpt(field))\" is not one of the text formats"
            }
        } else {
            problem = "it has no Content-Type"
        }
        switch fallback {
        case .text0, .text1: return .text
        case .openMetrics0, .openMetrics1: return .openMetrics
        case .protobuf:
            throw .contentType(
                "the answer cannot be read: \(problem), and fallback_scrape_protocol names protocol buffers, which are not supported")
        case nil:
            throw .contentType("the answer cannot be read: \(problem); set fallback_scrape_protocol if it is a text format all the same")
        }
    }

    private static func excerpt(_ field: String) -> String { field.count > 100 ? field.prefix(100) + "…" : field }

    /// Type and subtype in lower case; nil where the field is malformed.
    static func mediaType(_ field: String) -> String? {
        var rest = Array(field.utf8)[...]
        let type = rest.prefix { $0 != UInt8(ascii: ";") }
        rest = rest[type.endIndex...]
        let name = String(decoding: type, as: UTF8.self).lowercased()
        let trimmed = name.split { $0 == " " || $0 == "\t" }
        guard trimmed.count == 1 else { return nil }
        let parts = trimmed[0].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isToken) }) else { return nil }
        guard areParameters(rest) else { return nil }
        return String(trimmed[0])
    }

    /// Whether the text is nothing or `; name=value` any number of times, each name once; a last semicolon may stand alone.
    private static func areParameters(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        var names: Set<String> = []
        func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }
        func token() -> ArraySlice<UInt8> {
            let token = rest.prefix(while: isToken)
            rest = rest[token.endIndex...]
            return token
        }
        while true {
            skipBlanks()
            guard let first = rest.first else { return true }
            guard first == UInt8(ascii: ";") else { return false }
            rest = rest.dropFirst()
            skipBlanks()
            if rest.isEmpty { return true }
            let name = token()
            guard !name.isEmpty, names.insert(String(decoding: name, as: UTF8.self).lowercased()).inserted else { return false }
            skipBlanks()
            guard rest.first == UInt8(ascii: "=") else { return false }
            rest = rest.dropFirst()
            skipBlanks()
            guard rest.first == UInt8(ascii: "\"") else {
                guard !token().isEmpty else { return false }
                continue
            }
            rest = rest.dropFirst()
            while let byte = rest.first, byte != UInt8(ascii: "\"") { rest = rest.dropFirst(byte == UInt8(ascii: "\\") ? 2 : 1) }
            guard rest.first == UInt8(ascii: "\"") else { return false }
            rest = rest.dropFirst()
        }
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && !"()<>@,;:\\\"/[]?=".utf8.contains(byte)
    }
}
