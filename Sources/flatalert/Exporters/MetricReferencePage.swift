import Exporters
import Logging
import Transport

/// The reference of all metrics that exporters serve, made of the exporters' own definitions.
enum MetricReferencePage {
    /// The page in Markdown; docs/metrics.md holds it.
    static func text() throws(StartError) -> String {
        let transport = Transport(name: "reference")
        defer { transport.shutdown() }
        let factory = ExporterFactory(transport: transport, log: Logger(label: "reference") { _ in SwiftLogNoOpLogHandler() })
        let sources: [ExporterSource]
        do {
            sources = [.gateway(try GatewayFlags.parse([])), .cni(try CNIFlags.parse([])), .host(try HostFlags.parse([]))]
        } catch {
            throw StartError("\(error)")
        }
        let exporters = try sources.map { source throws(StartError) in (source.kind, try factory.make(source).registry.definitions) }
        // What each of them has is told once.
        let names = exporters.map { Set($0.1.map(\.name)) }
        let shared = names.dropFirst().reduce(names.first ?? []) { $0.intersection($1) }
        var pages = exporters.map { kind, definitions in
            MetricReference.Page(
                title: title(kind),
                introduction: """
                    `flatalert exporter \(kind.rawValue)` on port \(kind.port), `\(kind.path)` in `flatalert serve --exporters=\(kind.rawValue)`. \
                    Its scrape job is `\(kind.job)`.
                    """,
                definitions: definitions.filter { !shared.contains($0.name) })
        }
        pages.append(
            MetricReference.Page(
                title: "Every exporter", introduction: "Of the process that serves the page.",
                definitions: exporters.first?.1.filter { shared.contains($0.name) } ?? []))
        return MetricReference.markdown(pages: pages)
    }

    private static func title(_ kind: ExporterKind) -> String {
        switch kind {
        case .gateway: "Gateway"
        case .cni: "CNI plugin"
        case .host: "Host"
        }
    }
}
