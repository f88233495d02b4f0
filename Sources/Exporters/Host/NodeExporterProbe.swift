public import Transport

/// Looks whether node-exporter, or another of these exporters, tells of this host already.
public enum NodeExporterProbe {
    /// Where node-exporter listens.
    public static let usualURL = "http://127.0.0.1:9100/metrics"

    /// What answers at a URL.
    public enum Finding: Sendable, Hashable {
        /// Nothing does.
        case nothing
        /// node-exporter of this version.
        case nodeExporter(version: String)
        /// Flatalert's host exporter of this version.
        case hostExporter(version: String)
        /// Another server.
        case other

        /// Why no further page of this host is needed, in words that follow a URL and a colon; nil when one is.
        public var reasonToStayOff: String? {
            guard case .nodeExporter(let version) = self else { return nil }
            return "node-exporter \(version) tells of this host already; Flatalert's own host metrics stay off"
        }
    }

    /// Asks for the metrics at a URL, for at most two seconds.
    public static func look(at url: String = usualURL, over transport: Transport) async -> Finding {
        let request = HTTPRequest(url: url, headers: [("Accept", "text/plain")], timeout: .seconds(2), maximumResponseBytes: 4 << 20)
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(request)
        } catch {
            return error.reachedWire ? .other : .nothing
        }
        guard response.status == 200 else { return .other }
        return finding(in: response.body)
    }

    /// What answers on a TCP port of this machine that is taken, to follow the listener's own message, which names the process and says what to do;
    /// nil where that is all there is to say.
    public static func hint(takenPort port: Int, over transport: Transport) async -> String? {
        switch await look(at: "http://127.0.0.1:\(port)/metrics", over: transport) {
        case .nodeExporter(let version): "node-exporter \(version) answers there and tells the same of this host: scrape that one instead"
        case .hostExporter(let version): "Flatalert's host exporter \(version) answers there already: scrape that one instead"
        case .other, .nothing: nil
        }
    }

    // MARK: Pages

    static func finding(in page: [UInt8]) -> Finding {
        if let version = version(of: "node_exporter_build_info", in: page) { return .nodeExporter(version: version) }
        if let version = version(of: "host_exporter_build_info", in: page) { return .hostExporter(version: version) }
        return .other
    }

    /// The label `version` of the first sample of a metric; empty where it has none, nil where there is no such sample.
    private static func version(of metric: String, in page: [UInt8]) -> String? {
        let start = Array((metric + "{").utf8)
        guard let line = page.split(separator: 10).first(where: { $0.starts(with: start) }) else { return nil }
        let labels = line.dropFirst(start.count).prefix { $0 != UInt8(ascii: "}") }
        let key = Array("version=\"".utf8)
        let label = labels.split(separator: UInt8(ascii: ",")).first { $0.starts(with: key) }
        return String(decoding: (label ?? []).dropFirst(key.count).prefix { $0 != UInt8(ascii: "\"") }.prefix(64), as: UTF8.self)
    }
}
