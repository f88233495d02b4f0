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

    init(_ command: some ExporterCommand) {
        flags = command.server
        countsFromBeginning = command.logFlags?.countsFromBeginning ?? false
        stateDirectory = command.state.directory ?? StateDirectory.standard
        sites = command.sites
        yieldsToNodeExporter = command.yieldsToNodeExporter
        // Somebody who asked for a form of lines wants lines.
        let isAtTerminal = flags.logFormat == nil && isatty(STDOUT_FILENO) == 1 && isatty(STDERR_FILENO) == 1
        screen = isAtTerminal ? TerminalLog.Screen(.standard) : nil
        log = ServerProcess.logger(flags.logLevel, flags.logFormat ?? .logfmt, screen: screen)
    }

    /// Serves until SIGINT or SIGTERM, and stops. Throws `StartError` with what to do.
    func run() async throws(StartError) {
        let signals = ServerProcess.prepare()
        log.info("Starting Flatalert's exporters", metadata: ["version": "\(ProductInfo.version)"])
        // libcurl and its thread wait for the first request.
        let transport = Transport(name: "exporter", userAgent: "Flatalert/\(ProductInfo.version)")
        let sites = await present(transport)
        // Whoever has the port may be an instance that writes to the same state: look before anything is opened.
        for site in sites {
            for address in site.addresses {
                if let problem = ListenProbe.problem(of: address) { throw Self.error(problem, site) }
            }
        }
        let factory = ExporterFactory(
            countsFromBeginning: countsFromBeginning, stateDirectory: StateDirectory.prepared(stateDirectory, log: log),
            transport: transport,
            log: log)
        let exporters = try sites.map { site throws(StartError) in try factory.make(site.source) }
        for exporter in exporters { exporter.start() }
        var servers: [WebServer] = []
        var urls: [String] = []
        do throws(StartError) {
            for (site, exporter) in zip(sites, exporters) {
                let (server, addresses) = try await open(site, exporter)
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
        if let screen {
            for exporter in exporters { await exporter.collect() }
            screen.open(with: ExporterWelcome(urls: urls, exporters: exporters.map { ($0.name, $0.sources) }).text)
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

    private func open(_ site: Site, _ exporter: Exporter) async throws(StartError) -> (WebServer, [String]) {
        let pages = ExporterPages(exporter: exporter, telemetryPath: flags.telemetryPath)
        // Scrapes are few and small: one thread a page keeps the memory small as well.
        let options = WebServerOptions(
            listen: site.addresses, maximumBodyBytes: 64 << 10, bodiesInFlightBytes: 1 << 20, webConfigFile: flags.webConfigFile, threads: 1
        )
        let server = WebServer(options: options) { request in await pages.respond(to: request) }
        do {
            return (server, try await server.start())
        } catch {
            throw Self.error(error, site)
        }
    }

    private static func error(_ problem: WebServerError, _ site: Site) -> StartError {
        let text = "\(problem)".replacing("--web.listen-address", with: site.flag)
        guard case .portTaken(_, let holder?) = problem, site.source.kind == .host, isNodeExporter(holder) else { return StartError(text) }
        return StartError("\(text). Beside node-exporter there is no need for this page")
    }

    // MARK: node-exporter

    /// The pages that are to be served: without the host's where node-exporter tells the same.
    private func present(_ transport: Transport) async -> [Site] {
        var present: [Site] = []
        for site in sites where !site.addresses.isEmpty {
            if site.source.kind == .host, yieldsToNodeExporter, await isNodeExporterThere(site, transport) {
                log.notice("node-exporter is there: the page of the host is left out", metadata: ["address": "\(site.addresses[0])"])
            } else {
                present.append(site)
            }
        }
        return present
    }

    private func isNodeExporterThere(_ site: Site, _ transport: Transport) async -> Bool {
        guard case .portTaken(_, let holder) = ListenProbe.problem(of: site.addresses[0]) else { return false }
        if let holder { return Self.isNodeExporter(holder) }
        // The holder is another user's, such as one in a container: it tells by its page.
        let request = HTTPRequest(
            url: "http://127.0.0.1:\(site.source.kind.port)/metrics", timeout: .seconds(5), maximumResponseBytes: 4 << 20,
            bodyPolicy: .whole)
        guard let answer = try? await transport.send(request), answer.status == 200 else { return false }
        return String(decoding: answer.body, as: UTF8.self).contains("node_exporter_build_info")
    }

    /// By its name, of which the kernel keeps 15 bytes; Debian's is prometheus-node-exporter.
    private static func isNodeExporter(_ holder: PortHolder) -> Bool {
        holder.command.hasPrefix("node_exporter") || holder.command.hasPrefix("prometheus-node")
    }

    private static func shown(_ address: String) -> String {
        for everywhere in ["[::]:", "0.0.0.0:"] where address.hasPrefix(everywhere) {
            return "localhost:\(address.dropFirst(everywhere.count))"
        }
        return address
    }
}
