/// A page of metrics as a web server answers with it.
public struct ExposedPage: Sendable {
    /// Below this many bytes compressing costs more than it saves.
    static let smallestCompressed = 1 << 10

    /// The HTTP status.
    public var status: Int
    /// Content-Type, and Content-Encoding where the body is compressed.
    public var headers: [(String, String)]
    /// The text, compressed where the headers say so.
    public var body: [UInt8]

    /// Makes a page.
    public init(status: Int, headers: [(String, String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

extension MetricRegistry {
    /// All metrics in the format that a scrape asks for, compressed where it takes that and it pays.
    ///
    /// - Parameters:
    ///   - accept: the request's Accept header.
    ///   - acceptEncoding: its Accept-Encoding header.
    public func page(accept: String?, acceptEncoding: String?) -> ExposedPage {
        let format = ExpositionFormat.negotiated(accept: accept)
        let body = render(as: format)
        // What is kept between the two must not be given to somebody who asks otherwise.
        let headers = [("Content-Type", format.contentType), ("Vary", "Accept, Accept-Encoding")]
        guard body.count > ExposedPage.smallestCompressed, Gzip.isAccepted(acceptEncoding), let compressed = Gzip.compressed(body) else {
            return ExposedPage(status: 200, headers: headers, body: body)
        }
        return ExposedPage(status: 200, headers: headers + [("Content-Encoding", "gzip")], body: compressed)
    }
}
