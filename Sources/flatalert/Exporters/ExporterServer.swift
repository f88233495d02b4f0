import AlertRouter
import Exporters
import Glibc
import Logging
import Transport
import WebServer

/// `flatalert exporter …`: pages of metrics, each with a web server of its own.
struct ExporterServer {
    /// One page and where it is to be found.
    struct Site {
        let source: ExporterSource
        /// Empty where there is to be no page.
        let addresses: [String]
        /// The flag that says the addresses.
        let flag: String

        /// A page at these addresses, or at its usual port.
        init(_ source: ExporterSource, _ addresses: [String], flag: String) {
            self.source = source
            self.addresses = addresses.isEmpty ? [":\(source.kind.port)"] : addresses.filter { !$0.isEmpty }
            self.flag = flag
        }
    }

    private let flags: ExporterServerFlags
    private let countsFromBeginning: Bool
    private let stateDirectory: String
    private let sites: [Site]
    private let yieldsToNodeExporter: Bool
    private let screen: TerminalLog.Screen?
    private let log: Logger
    /// Of the sources, of which the welcome tells.
    private let sourceLog: Logger

    init(_ command: some ExporterCommand) {
        flags = command.server
        countsFromBeginning = command.logFlags?.countsFromBeginning ?? false
        stateDirectory = command.state.directory ?? StateDirectory.standard
        sites = command.sites
        yieldsToNodeExporter = command.yieldsToNodeExporter
        // Somebody who asked for a form of lines wants lines.
        let isAtTerminal = flags.logFormat == nil && isatty(STDOUT_FILENO) == 1 && isatty(STDERR_FILENO) == 1
        screen = isAtTerminal ? TerminalLog.Screen(.standard) : nil
        let format = flags.logFormat ?? .logfmt
        log = ServerProcess.logger(flags.logLevel, format, screen: screen)
        sourceLog = ServerProcess.logger(flags.logLevel, format, screen: screen, keepsEarlyWarnings: false)
    }

    /// Serves until SIGINT or SIGTERM, and stops. Throws `StartError` with what to do.
    func run() async throws(StartError) {
        let signals = ServerProcess.prepare()
        log.info("Starting Flatalert's exporters", metadata: ["version": "\(ProductInfo.version)"])
        // libcurl and its thread wait for the first request.
        let transport = Transport(name: "exporter", userAgent: "Flatalert/\(ProductInfo.version)")
        let sites = await present(transport)
        guard !sites.isEmpty else {
            throw StartError("there is no page to serve; give \(self.sites.map(\.flag).joined(separator: ", or ")) an address")
        }
        // Whoever has the port may be an instance that writes to the same state: look before anything is opened.
        for site in sites {
            for address in site.addresses {
                if let problem = ListenProbe.problem(of: address) { throw await error(problem, site, transport) }
            }
        }
        let factory = ExporterFactory(
            countsFromBeginning: countsFromBeginning, stateDirectory: StateDirectory.prepared(stateDirectory, log: log),
            transport: transport,
            log: sourceLog)
        let exporters = try sites.map { site throws(StartError) in try factory.make(site.source) }
        for exporter in exporters { exporter.start() }
        var servers: [WebServer] = []
        var urls: [String] = []
        do throws(StartError) {
            for (site, exporter) in zip(sites, exporters) {
                let (server, addresses) = try await open(site, exporter, transport)
                servers.append(server)
                urls += addresses.map { "http://\(Self.shown($0))\(flags.telemetryPath)" }
                for address in addresses {
                    log.info("Listening on", metadata: ["address": "\(address)", "exporter": "\(exporter.name)"])
                }
            }
        } catch {
            await stop(servers, exporters, transport)
            throw error
        }
        // What is missing is said now, not at the first scrape.
        Task { [screen, urls, exporters] in
            for exporter in exporters { await exporter.collect() }
            screen?.open(with: ExporterWelcome(urls: urls, exporters: exporters.map { ($0.name, $0.sources) }).text)
            ResidentCode.release()
        }
        await signals.run(onHangUp: { [log] in log.info("Nothing to reload: sources are read anew at each scrape") })
        log.info("Received SIGTERM or SIGINT, exiting gracefully")
        await stop(servers, exporters, transport)
    }

    private func stop(_ servers: [WebServer], _ exporters: [Exporter], _ transport: Transport) async {
        for server in servers { await server.shutdown(within: .seconds(5)) }
        for exporter in exporters { await exporter.stop() }
        transport.shutdown()
    }

    private func open(_ site: Site, _ exporter: Exporter, _ transport: Transport) async throws(StartError) -> (WebServer, [String]) {
        let pages = ExporterPages(exporter: exporter, telemetryPath: flags.telemetryPath)
        // Scrapes are few and small: one thread a page keeps the memory small as well.
        let options = WebServerOptions(
            listen: site.addresses, maximumBodyBytes: 64 << 10, bodiesInFlightBytes: 1 << 20, webConfigFile: flags.webConfigFile, threads: 1
        )
        let server = WebServer(options: options) { request in await pages.respond(to: request) }
        do {
            return (server, try await server.start())
        } catch {
            throw await self.error(error, site, transport)
        }
    }

    private func error(_ problem: WebServerError, _ site: Site, _ transport: Transport) async -> StartError {
        let text = "\(problem)".replacing("--web.listen-address", with: site.flag)
        guard case .portTaken(let address, _) = problem, site.source.kind == .host,
            let port = address.split(separator: ":").last.flatMap({ Int($0) })
        else { return StartError(text) }
        // Who holds this port may tell the same of this host.
        let hint = await NodeExporterProbe.hint(takenPort: port, over: transport)
        return StartError(text + (hint.map { "; \($0)" } ?? ""))
    }

    /// The pages that are to be served: without the host's where node-exporter tells the same.
    private func present(_ transport: Transport) async -> [Site] {
        var present: [Site] = []
        for site in sites where !site.addresses.isEmpty {
            if let reason = await reasonToStayOff(site, transport) {
                log.notice("The page of the host is left out", metadata: ["reason": "\(reason)"])
            } else {
                present.append(site)
            }
        }
        return present
    }

    private func reasonToStayOff(_ site: Site, _ transport: Transport) async -> String? {
        guard site.source.kind == .host, yieldsToNodeExporter else { return nil }
        guard case .portTaken = ListenProbe.problem(of: site.addresses[0]) else { return nil }
        return await NodeExporterProbe.look(over: transport).reasonToStayOff
    }

    private static func shown(_ address: String) -> String {
        for everywhere in ["[::]:", "0.0.0.0:"] where address.hasPrefix(everywhere) {
            return "localhost:\(address.dropFirst(everywhere.count))"
        }
        return address
    }
}
