import AlertRouter
import Exporters
import Logging
import Transport
import WebServer

/// The exporters inside `serve`: pages of its own web server, for itself and for others to scrape.
final class EmbeddedExporters: Sendable {
    /// Where a running instance tells how the sources of its exporters fare, behind the route prefix.
    static let sourcesPath = "/api/flatalert/v1/exporters"

    /// One exporter and its path, the route prefix included.
    private struct Page: Sendable {
        let kind: ExporterKind
        let path: String
        let exporter: Exporter
    }

    private let pages: [Page]
    private let sourcesPath: String
    /// What the paths of all pages begin with, so that a request for anything else is told at once.
    private let beginning: String
    private let transport: Transport

    /// Makes those that are on; nothing is started yet. Throws `StartError` with what is wrong with the flags. What becomes of the sources goes to
    /// `sourceLog`.
    init(
        _ kinds: [ExporterKind], flags: ExporterFlags, prefix: String, storagePath: String, log: Logger, sourceLog: Logger
    ) throws(StartError) {
        // libcurl and its thread wait for the first request.
        let transport = Transport(name: "exporters", userAgent: "Flatalert/\(ProductInfo.version)")
        self.transport = transport
        let prefix = prefix == "/" ? "" : prefix
        beginning = prefix + "/metrics/"
        sourcesPath = prefix + Self.sourcesPath
        let storage = storagePath.hasSuffix("/") ? storagePath : storagePath + "/"
        let directory = kinds.isEmpty ? nil : flags.state.directory ?? storage + "exporters"
        let factory = ExporterFactory(
            countsFromBeginning: flags.logs.countsFromBeginning,
            stateDirectory: directory.flatMap { StateDirectory.prepared($0, log: log) }, transport: transport, log: sourceLog)
        pages = try kinds.map { kind throws(StartError) in
            Page(kind: kind, path: prefix + kind.path, exporter: try factory.make(flags.source(of: kind)))
        }
    }

    /// Starts the collectors.
    func start() {
        for page in pages { page.exporter.start() }
    }

    /// Writes down what the next start needs.
    func stop() async {
        for page in pages { await page.exporter.stop() }
        transport.shutdown()
    }

    /// Answers a request for a page of an exporter; nil for all others.
    func respond(to request: WebRequest) async -> WebResponse? {
        if request.path == sourcesPath, request.method == "GET" {
            await collect()
            return ExporterPages.json(pages.map { ($0.exporter, $0.kind.path) })
        }
        guard request.path.hasPrefix(beginning), request.method == "GET" || request.method == "HEAD",
            let page = pages.first(where: { $0.path == request.path })
        else { return nil }
        return await ExporterPages.metrics(of: page.exporter, for: request)
    }

    /// Looks at all sources.
    func collect() async {
        await withTaskGroup(of: Void.self) { group in
            for page in pages { group.addTask { await page.exporter.collect() } }
        }
    }

    /// For the first look: which are on, and what of theirs cannot be read.
    var lines: [String] {
        guard !pages.isEmpty else { return [] }
        let missing = pages.compactMap { page in
            let names = page.exporter.sources.filter { $0.problem != nil }.map(\.name)
            return names.isEmpty ? nil : "\(page.kind.rawValue) cannot read: \(names.joined(separator: ", ")); flatalert doctor says why"
        }
        return [pages.map(\.kind.rawValue).joined(separator: ", ")] + missing
    }
}
