import AlertRouter
import Exporters
import Logging
import Transport

/// What can be exported.
enum ExporterKind: String, CaseIterable, Sendable {
    case host, gateway, cni

    /// All names, as a list with commas.
    static let names = allCases.map(\.rawValue).joined(separator: ",")

    /// The scrape job that its metrics belong to.
    var job: String {
        switch self {
        case .host: "node"
        case .gateway: "gateway"
        case .cni: "cni-plugin"
        }
    }

    /// The port of its own page.
    var port: Int {
        switch self {
        case .host: 9100
        case .gateway: 9145
        case .cni: 9146
        }
    }

    /// The path of its page inside `serve`, behind the route prefix.
    var path: String { "/metrics/\(rawValue)" }

    /// The kinds that a list with commas names; `none` and the empty list are none. Throws `StartError`.
    static func list(_ text: String) throws(StartError) -> [ExporterKind] {
        let names = Set(text.split(separator: ",").map { String($0.drop { $0 == " " }) })
        if names.isEmpty || names == ["none"] { return [] }
        if let unknown = names.subtracting(allCases.map(\.rawValue)).sorted().first {
            throw StartError("--exporters: there is no exporter \"\(unknown)\"; write one or several of \(Self.names), or none")
        }
        return allCases.filter { names.contains($0.rawValue) }
    }
}

/// An exporter with the flags of its sources.
enum ExporterSource: Sendable {
    case host(HostFlags)
    case gateway(GatewayFlags)
    case cni(CNIFlags)

    var kind: ExporterKind {
        switch self {
        case .host: .host
        case .gateway: .gateway
        case .cni: .cni
        }
    }
}

extension ExporterFlags {
    /// The flags of one exporter.
    func source(of kind: ExporterKind) -> ExporterSource {
        switch kind {
        case .host: .host(host)
        case .gateway: .gateway(gateway)
        case .cni: .cni(cni)
        }
    }
}

/// Makes exporters of flags.
struct ExporterFactory: Sendable {
    var countsFromBeginning = false
    /// Where counters are kept; nil where they cannot be.
    var stateDirectory: String?
    let transport: Transport
    let log: Logger

    /// Takes the exporter's state for this process and reads what can be wrong with the flags; nothing is started and no source is touched.
    func make(_ source: ExporterSource) throws(StartError) -> Exporter {
        if let stateDirectory { try StateDirectory.lock(stateDirectory, for: source.kind) }
        do {
            switch source {
            case .gateway(let flags): return try GatewayExporter.make(options: try options(flags), transport: transport, log: log)
            case .cni(let flags): return try CNIExporter.make(options: options(flags), log: log)
            case .host(let flags): return HostExporter.make(options: options(flags), log: log)
            }
        } catch {
            throw StartError("\(error)")
        }
    }
}
