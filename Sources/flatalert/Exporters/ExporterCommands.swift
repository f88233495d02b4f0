import AlertRouter
import ArgumentParser

/// A command that serves pages of metrics.
protocol ExporterCommand: ParsableCommand {
    var server: ExporterServerFlags { get }
    var state: ExporterStateFlags { get }
    /// How logs are counted; nil where none are.
    var logFlags: ExporterLogFlags? { get }
    /// Each page's addresses, and the flag that says them.
    var sites: [ExporterServer.Site] { get }
    /// Whether the host's page is left out where node-exporter is.
    var yieldsToNodeExporter: Bool { get }
}

extension ExporterCommand {
    var yieldsToNodeExporter: Bool { false }
}

/// `flatalert exporter …`.
enum ExporterCommands {
    static let noun = "exporter"
    private static let servers: [any ExporterCommand.Type] = [
        GatewayExporterCommand.self, CNIExporterCommand.self, HostExporterCommand.self, AllExportersCommand.self,
    ]

    /// The noun and the commands below it, for help, manual pages and completion.
    static var model: CommandModel {
        CommandModel(
            name: noun, abstract: "Serve metrics of the Gateway, the CNI plugin and this host.",
            children: servers.map { CommandModel($0, surroundings: .server) } + [CommandModel(ExporterMetricsCommand.self)])
    }

    /// Runs a command line behind the noun and returns the exit code.
    static func run(program: String, arguments: [String], console: Console = .standard) async -> Int32 {
        let name = arguments.first ?? ""
        let line = ServerCommandLine(
            program: program, usage: "\(program) \(noun) \(name)", version: ProductInfo.version, console: console)
        if let command = servers.first(where: { $0.configuration.commandName == name }) {
            return await serve(command, line, Array(arguments.dropFirst()))
        }
        switch name {
        case ExporterMetricsCommand.configuration.commandName ?? "":
            return await line.run(ExporterMetricsCommand.self, Array(arguments.dropFirst())) { _ in
                console.write(.output, try MetricReferencePage.text())
            }
        case "--version": console.print("\(program), version \(ProductInfo.version)")
        case "-h", "--help":
            console.write(
                .output,
                """
                usage: \(program) \(noun) <command> [<flags>]

                \(model.abstract) One process each, or all in one; serve --exporters=host,gateway,cni
                has them without further ports.

                Commands (\(program) \(noun) <command> --help lists the flags):
                \(CommandModel.table(model.leaves))
                """)
        default:
            let names = model.children.map(\.name).joined(separator: ", ")
            console.complain("\(program): error: \(noun) takes one of \(names)" + (name.isEmpty ? "" : ", found \"\(name)\""))
            return 1
        }
        return 0
    }

    private static func serve<Command: ExporterCommand>(
        _ type: Command.Type, _ line: ServerCommandLine, _ arguments: [String]
    ) async -> Int32 {
        await line.run(type, arguments) { command in try await ExporterServer(command).run() }
    }
}

/// `exporter gateway`
struct GatewayExporterCommand: ExporterCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "Serve metrics of the Gateway.",
        discussion: """
            Its logs are counted as they grow, over rotations and restarts; its status, its API and its upstreams are asked at each scrape. What \
            cannot be read has a gauge that ends in _up and is 0, and keeps its last good values.
            """)

    @Option(name: .customLong("web.listen-address"), parsing: .singleValue, help: "Address to listen on, :9145 by default; repeatable.")
    var listenAddresses: [String] = []

    @OptionGroup var server: ExporterServerFlags
    @OptionGroup var state: ExporterStateFlags
    @OptionGroup(title: "Sources") var gateway: GatewayFlags
    @OptionGroup var logs: ExporterLogFlags

    var sites: [ExporterServer.Site] { [ExporterServer.Site(.gateway(gateway), listenAddresses, flag: "--web.listen-address")] }
    var logFlags: ExporterLogFlags? { logs }
}

/// `exporter cni`
struct CNIExporterCommand: ExporterCommand {
    static let configuration = CommandConfiguration(
        commandName: "cni",
        abstract: "Serve metrics of the CNI plugin.",
        discussion: """
            The plugin's addresses and interfaces are looked at at each scrape. Operations, durations and registrations come from the log that \
            flatalert cni-shim writes around the plugin.
            """)

    @Option(name: .customLong("web.listen-address"), parsing: .singleValue, help: "Address to listen on, :9146 by default; repeatable.")
    var listenAddresses: [String] = []

    @OptionGroup var server: ExporterServerFlags
    @OptionGroup var state: ExporterStateFlags
    @OptionGroup(title: "Sources") var cni: CNIFlags
    @OptionGroup var logs: ExporterLogFlags

    var sites: [ExporterServer.Site] { [ExporterServer.Site(.cni(cni), listenAddresses, flag: "--web.listen-address")] }
    var logFlags: ExporterLogFlags? { logs }
}

/// `exporter host`
struct HostExporterCommand: ExporterCommand {
    static let configuration = CommandConfiguration(
        commandName: "host",
        abstract: "Serve metrics of this host under node-exporter's names.",
        discussion: "Filesystems, CPU, memory, network, load and times. Where node-exporter runs there is no need for it.")

    @Option(name: .customLong("web.listen-address"), parsing: .singleValue, help: "Address to listen on, :9100 by default; repeatable.")
    var listenAddresses: [String] = []

    @OptionGroup var server: ExporterServerFlags
    @OptionGroup var state: ExporterStateFlags
    @OptionGroup(title: "Sources") var host: HostFlags

    var sites: [ExporterServer.Site] { [ExporterServer.Site(.host(host), listenAddresses, flag: "--web.listen-address")] }
    var logFlags: ExporterLogFlags? { nil }
}

/// `exporter all`
struct AllExportersCommand: ExporterCommand {
    static let configuration = CommandConfiguration(
        commandName: "all",
        abstract: "Serve all three pages in one process.",
        discussion: "Each on its own port. An empty address leaves a page out; so does a node-exporter on this machine that of the host.")

    @Option(
        name: .customLong("gateway.listen-address"), parsing: .singleValue,
        help: "Address of the Gateway's page, :9145 by default; repeatable; empty: none.")
    var gatewayAddresses: [String] = []

    @Option(
        name: .customLong("cni.listen-address"), parsing: .singleValue,
        help: "Address of the CNI plugin's page, :9146 by default; repeatable; empty: none.")
    var cniAddresses: [String] = []

    @Option(
        name: .customLong("host.listen-address"), parsing: .singleValue,
        help: "Address of the host's page, :9100 by default; repeatable; empty: none.")
    var hostAddresses: [String] = []

    @OptionGroup var server: ExporterServerFlags
    @OptionGroup var sources: ExporterFlags

    var sites: [ExporterServer.Site] {
        [
            ExporterServer.Site(.gateway(sources.gateway), gatewayAddresses, flag: "--gateway.listen-address"),
            ExporterServer.Site(.cni(sources.cni), cniAddresses, flag: "--cni.listen-address"),
            ExporterServer.Site(.host(sources.host), hostAddresses, flag: "--host.listen-address"),
        ]
    }

    var state: ExporterStateFlags { sources.state }
    var logFlags: ExporterLogFlags? { sources.logs }
    var yieldsToNodeExporter: Bool { hostAddresses.isEmpty }
}

/// `exporter metrics`
struct ExporterMetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Print the reference of all metrics, in Markdown.",
        discussion: "It is made of the exporters themselves, and is docs/metrics.md.")
}
