import JSON
import Labels
import SampleStore
import WebServer

/// Series, labels and metadata (reference 4.4).
extension QueryAPI {
    func series(_ parameters: QueryParameters) throws(QueryAPIError) -> WebResponse {
        let limit = try parameters.limit()
        let window = try parameters.window()
        let selectors = try parameters.selectors(named: true)
        guard !selectors.isEmpty else { throw .badData("no match[] parameter provided") }
        let found = store.series(matching: selectors, after: window.after, through: window.through, limit: limit)
        return .data(warnings: warnings(found.isTruncated)) { json in
            json.beginArray()
            for labels in found.elements { ResultWriter.labels(labels, into: &json) }
            json.endArray()
        }
    }

    func labelNames(_ parameters: QueryParameters) throws(QueryAPIError) -> WebResponse {
        let limit = try parameters.limit()
        let window = try parameters.window()
        let found = store.labelNames(matching: try parameters.selectors(), after: window.after, through: window.through, limit: limit)
        return strings(found)
    }

    func labelValues(of name: String, _ parameters: QueryParameters) throws(QueryAPIError) -> WebResponse {
        let name = Self.unescaped(name)
        guard !name.isEmpty, String(validating: name.utf8, as: UTF8.self) != nil else {
            throw .badData("invalid label name: \(GoQuote.quote(name))")
        }
        let limit = try parameters.limit()
        let window = try parameters.window()
        let found = store.labelValues(
            of: name, matching: try parameters.selectors(), after: window.after, through: window.through, limit: limit)
        return strings(found)
    }

    private func strings(_ found: LimitedList<String>) -> WebResponse {
        .data(warnings: warnings(found.isTruncated)) { json in
            json.beginArray()
            for text in found.elements { json.string(text) }
            json.endArray()
        }
    }

    private func warnings(_ isTruncated: Bool) -> [String] { isTruncated ? ["results truncated due to limit"] : [] }

    /// A name in the escaped form `U__…`, in which `_HEX_` stands for a character and `__` for an underscore; others as they are.
    static func unescaped(_ name: String) -> String {
        guard name.hasPrefix("U__") else { return name }
        var output = ""
        var rest = name.dropFirst(3)
        while let character = rest.popFirst() {
            guard character == "_" else {
                output.append(character)
                continue
            }
            if rest.first == "_" {
                rest.removeFirst()
                output.append("_")
                continue
            }
            guard let end = rest.firstIndex(of: "_"), let scalar = UInt32(rest[..<end], radix: 16).flatMap(Unicode.Scalar.init) else {
                return name
            }
            output.unicodeScalars.append(scalar)
            rest = rest[rest.index(after: end)...]
        }
        return output
    }

    func metadata(_ parameters: QueryParameters) throws(QueryAPIError) -> WebResponse {
        let limit = try metadataLimit(parameters)
        let metric = parameters.first("metric").flatMap { $0.isEmpty ? nil : $0 }
        let found = limit == 0 ? [] : store.metadata(of: metric, limit: max(0, limit ?? 0))
        return .data { json in
            json.beginObject()
            for (metric, metadata) in found {
                json.key(metric)
                json.beginArray()
                json.beginObject()
                json.key("type")
                json.string(metadata.type)
                json.key("help")
                json.string(metadata.help)
                json.key("unit")
                json.string(metadata.unit)
                json.endObject()
                json.endArray()
            }
            json.endObject()
        }
    }

    /// How many metrics are wanted; nil for all. Zero gives none.
    private func metadataLimit(_ parameters: QueryParameters) throws(QueryAPIError) -> Int? {
        guard let text = parameters.first("limit"), !text.isEmpty else { return nil }
        guard let limit = Int(text) else { throw .badData("limit must be a number") }
        return limit < 0 ? nil : limit
    }
}
