extension ExpositionFormat {
    /// The Content-Type of a page in this format.
    public var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The format that a scrape's Accept header asks for: of what we can write the one with the highest `q`, of equals the one that is asked for
    /// more exactly, then the first. Without a header, or where nothing fits, the text format, as Prometheus's own exposition libraries do.
    public static func negotiated(accept: String?) -> ExpositionFormat {
        var best: (format: ExpositionFormat, quality: Double, precision: Int)?
        for range in HeaderElement.list(accept ?? "") {
            guard range.quality > 0, let (format, precision) = asked(range) else { continue }
            if let best, (best.quality, best.precision) >= (range.quality, precision) { continue }
            best = (format, range.quality, precision)
        }
        return best?.format ?? .text
    }

    /// The format that a media range means; nil where it means none of ours.
    private static func asked(_ range: HeaderElement) -> (ExpositionFormat, precision: Int)? {
        let version = range.parameters["version"] ?? ""
        switch range.name {
        case "application/openmetrics-text": return ["1.0.0", ""].contains(version) ? (.openMetrics, 2) : nil
        case "text/plain": return ["0.0.4", ""].contains(version) ? (.text, 2) : nil
        case "text/*": return (.text, 1)
        case "*/*": return (.text, 0)
        default: return nil
        }
    }
}

/// One element of a header such as Accept: `name; parameter=value; q=0.5`.
struct HeaderElement {
    /// In lower case.
    let name: String
    /// By names in lower case, without quotes.
    let parameters: [String: String]
    /// `q`: 1 where it is not said, 0 where it is no number.
    let quality: Double

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
    static func list(_ header: String) -> [HeaderElement] { header.split(separator: ",").map(HeaderElement.init) }

    private static func trimmed(_ text: Substring) -> Substring {
        let isBlank = { (byte: Character) in byte == " " || byte == "\t" }
        let start = text.drop(while: isBlank)
        let end = start.lastIndex { !isBlank($0) }
        return end.map { start[...$0] } ?? ""
    }
}
