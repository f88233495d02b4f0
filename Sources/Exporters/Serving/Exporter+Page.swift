public import Exposition

extension Exporter {
    /// Looks at all sources and gives the page of metrics in the format that a scrape asks for.
    ///
    /// - Parameters:
    ///   - accept: the request's Accept header.
    ///   - acceptEncoding: its Accept-Encoding header.
    public func page(accept: String?, acceptEncoding: String?) async -> ExposedPage {
        await collect()
        return registry.page(accept: accept, acceptEncoding: acceptEncoding)
    }
}
