import JSON
import Time

/// Errors of request bodies in the words of Go's encoding/json, which the API passes on (reference 3.2).
enum JSONBody {
    /// How deep Go lets lists and objects nest. What we read nests no deeper than three; the rest is skipped.
    static let depthLimit = 10_000

    /// Whether a body has no value at all, which counts as a body that is missing.
    static func isBlank(_ body: [UInt8]) -> Bool {
        body.allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    }

    /// What is wrong with a text that the reader could not read.
    static func reason(_ error: JSONError) -> String {
        error.kind == .unexpectedEnd ? "unexpected EOF" : error.message
    }

    /// What is wrong with a value of another kind than the one wanted.
    static func wrongType(_ kind: JSONKind, wanted: String) -> String {
        "json: cannot unmarshal \(kind) into \(wanted)"
    }

    /// What is wrong with a time.
    static func invalidTime(_ text: String) -> String {
        let date = "2006-01-02"
        do throws(GoLayout.ParseError) {
            _ = try GoLayout.parse(layout: date, text)
        } catch {
            return error.message
        }
        return "parsing time \"\(text)\" as \"\(date)\": it is not a time"
    }
}
