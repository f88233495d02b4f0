import JSON
import Time

extension JSONElement {
    /// A time in RFC 3339.
    func time() throws(JSONDecodingError) -> Timestamp {
        guard let time = RFC3339.parse(try string()) else { throw invalid("not a time in RFC 3339") }
        return time
    }

    /// The members as pairs of strings, sorted by name.
    func sortedPairs() throws(JSONDecodingError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for (key, element) in try members() { pairs.append((name: key, value: try element.string())) }
        return pairs.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}

extension ClientError {
    /// The server's answer does not have the API's shape.
    init(_ path: String, _ error: JSONDecodingError) {
        self = .failed("unexpected answer to \(path): \(error)")
    }
}
