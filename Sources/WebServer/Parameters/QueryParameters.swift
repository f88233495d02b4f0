/// The parameters of a query string or of a form, read as Alertmanager and Prometheus read them.
public struct QueryParameters: Sendable {
    private let pairs: [(name: String, value: String)]

    /// The words that mean true; everything else means false.
    private static let trueWords: Set<String> = ["true", "1", "yes", "ok", "y", "on", "selected", "checked", "t", "enabled"]

    /// Reads a raw query string. Parts with a broken escape or a semicolon are left out, as Go does.
    public init(_ raw: String) {
        pairs = raw.split(separator: "&").compactMap { part in
            guard !part.utf8.contains(UInt8(ascii: ";")) else { return nil }
            let equals = part.utf8.firstIndex(of: UInt8(ascii: "="))
            let name = part[..<(equals ?? part.endIndex)]
            let value = equals.map { part[part.utf8.index(after: $0)...] } ?? ""
            guard let name = PercentDecoding.decode(name.utf8, plusIsSpace: true),
                let value = PercentDecoding.decode(value.utf8, plusIsSpace: true)
            else { return nil }
            return (name, value)
        }
    }

    /// Those of a request: of its form, if its body is one, and then of its query string.
    public init(of request: WebRequest) {
        let type = request.headers["Content-Type"]?.split(separator: ";").first?.lowercased() ?? ""
        let isForm = request.method == "POST" && type == "application/x-www-form-urlencoded"
        let query = QueryParameters(request.query).pairs
        pairs = (isForm ? QueryParameters(String(decoding: request.body, as: UTF8.self)).pairs : []) + query
    }

    /// All values of a repeatable parameter.
    public func all(_ name: String) -> [String] { pairs.compactMap { $0.name == name ? $0.value : nil } }

    /// The last value of a parameter; nil when it is absent or empty.
    public func last(_ name: String) -> String? {
        guard let value = pairs.last(where: { $0.name == name })?.value, !value.isEmpty else { return nil }
        return value
    }

    /// The first value of a parameter, which may be empty; nil when it is absent.
    public func first(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// A boolean that is true unless it is given as anything but a word for true.
    public func flag(_ name: String) -> Bool { last(name).map { Self.trueWords.contains($0.lowercased()) } ?? true }
}
