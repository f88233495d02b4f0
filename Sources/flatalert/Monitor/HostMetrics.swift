import Exporters
import Exposition
import WebServer

/// This machine's own metrics, for this instance to scrape when nobody else tells them.
struct HostMetrics: Sendable {
    /// Behind the route prefix.
    static let path = "/metrics/host"

    private let path: String
    private let filesystems = FilesystemCollector()

    /// Only the built-in configuration scrapes them.
    init?(for configuration: MonitorService.Configuration) {
        guard case .builtIn(let machine) = configuration else { return nil }
        path = machine.prefix + Self.path
    }

    /// Answers a request for them; nil for all others.
    func respond(to request: WebRequest) async -> WebResponse? {
        guard request.path == path, request.method == "GET" else { return nil }
        return WebResponse(
            status: 200, headers: [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
            body: .bytes(await filesystems.exposition()))
    }
}
