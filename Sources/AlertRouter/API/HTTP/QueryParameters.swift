/// The parameters of a query string, read as Alertmanager reads them (reference 3.2).
struct QueryParameters {
    private let pairs: [(name: String, value: String)]

    /// The words that mean true; everything else means false.
    private static let trueWords: Set<String> = ["true", "1", "yes", "ok", "y", "on", "selected", "checked", "t", "enabled"]

    /// Reads a raw query string. Parts with a broken escape or a semicolon are left out, as Go does.
    init(_ raw: String) {
        pairs = raw.split(separator: "&").compactMap { part in
            guard !part.utf8.contains(UInt8(ascii: ";")) else { return nil }
            let equals = part.utf8.firstIndex(of: UInt8(ascii: "="))
            let name = part[..<(equals ?? part.endIndex)]
            let value = equals.map { part[part.utf8.index(after: $0)...] } ?? ""
            guard let name = PercentEncoding.decode(name.utf8, plusIsSpace: true),
                let value = PercentEncoding.decode(value.utf8, plusIsSpace: true)
            else { return nil }
            return (name, value)
        }
    }

    /// All values of a repeatable parameter.
    func all(_ name: String) -> [String] { pairs.compactMap { $0.name == name ? $0.value : nil } }

    /// The last value of a parameter; nil when it is absent or empty.
    func last(_ name: String) -> String? {
        guard let value = pairs.last(where: { $0.name == name })?.value, !value.isEmpty else { return nil }
        return value
    }

    /// A boolean that is true unless it is given as anything but a word for true.
    func flag(_ name: String) -> Bool { last(name).map { Self.trueWords.contains($0.lowercased()) } ?? true }
}
