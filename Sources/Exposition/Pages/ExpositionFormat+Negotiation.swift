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
