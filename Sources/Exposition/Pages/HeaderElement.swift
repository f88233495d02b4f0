/// One element of a header such as Accept: `name; parameter=value; q=0.5`.
public struct HeaderElement: Sendable {
    /// In lower case.
    public let name: String
    /// By names in lower case, without quotes.
    public let parameters: [String: String]
    /// `q`: 1 where it is not said, 0 where it is no number.
    public let quality: Double

    private init(_ text: Substring) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map(HeaderElement.trimmed)
        name = parts[0].lowercased()
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() {
            guard let equals = part.firstIndex(of: "=") else { continue }
            let value = HeaderElement.trimmed(part[part.index(after: equals)...])
            let isQuoted = value.utf8.count > 1 && value.hasPrefix("\"") && value.hasSuffix("\"")
            parameters[HeaderElement.trimmed(part[..<equals]).lowercased()] = String(isQuoted ? value.dropFirst().dropLast() : value)
        }
        self.parameters = parameters
        guard let said = parameters["q"] else {
            quality = 1
            return
        }
        let quality = Double(said) ?? 0
        self.quality = quality.isFinite ? quality : 0
    }

    /// The elements between commas, in their order.
    public static func list(_ header: String) -> [HeaderElement] { header.split(separator: ",").map(HeaderElement.init) }

    private static func trimmed(_ text: Substring) -> Substring {
        let isBlank = { (byte: Character) in byte == " " || byte == "\t" }
        let start = text.drop(while: isBlank)
        let end = start.lastIndex { !isBlank($0) }
        return end.map { start[...$0] } ?? ""
    }
}
