import AlertCore
import AlertRouter
import ArgumentParser
import Labels
import Logging
import RE2
import RuleEngine
import Time
import Transport
import WebServer

/// `flatalert serve`, and the whole program under the name `alertmanager`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "Run the alert router.")

    @OptionGroup var flags: ServeFlags
    // Beside the others, not among them: debug builds of the parser check a group once for each group around it, and again for each check.
    @OptionGroup var exporterFlags: ExporterFlags

    /// Starts, serves until SIGINT or SIGTERM, and stops. Throws `StartError` with what to do.
    func run() async throws {
        try await run(isAlertmanager: false)
    }

    func run(isAlertmanager: Bool) async throws {
        let screen = flags.welcomes ? TerminalLog.Screen(.standard) : nil
        let log = ServerProcess.logger(flags.logLevel, flags.logFormat, screen: screen)
        let features = try Self.features(flags.features)
        try refuseWhatIsMissing()
        let signals = ServerProcess.prepare()

        log.info(
            "Starting Flatalert",
            metadata: ["version": "\(ProductInfo.version)", "compatible": "alertmanager/\(ProductInfo.alertmanagerVersion)"])
        for warning in Feature.warnings(features) { log.warning("Features", metadata: ["warning": "\(warning)"]) }
        if let problem = TransportProbe.runInChild() {
            log.warning("Outgoing HTTP may not work", metadata: ["err": "\(problem)"])
        }
        let addresses = flags.listenAddresses.isEmpty ? [":9093"] : flags.listenAddresses
        let urls = try ExternalURL(flag: flags.externalURL, prefix: flags.routePrefix, listenAddress: addresses[0])
        let inbox = OwnAddress.inbox(listenAddress: addresses[0], prefix: urls.prefix)
        let transport = Transport(name: "notify")
        let options = try options(features: features, urls: urls, inbox: inbox, isAlertmanager: isAlertmanager)
        let router: Router
        do {
            router = try Router(options: options, transport: transport, log: log)
        } catch {
            throw StartError("\(error)")
        }
        let monitoring = try monitoring(isAlertmanager: isAlertmanager, address: addresses[0], prefix: urls.prefix, log: log)
        let samples = try SampleService(
            flags: flags.samples, features: features, storagePath: flags.storagePath, prefix: urls.prefix, hasMonitor: monitoring != nil,
            given: GivenFlags.all(CommandLine.arguments.dropFirst()), log: log)
        samples.expose(in: router.registry)
        let monitor = try monitoring.map { source throws(StartError) in
            try MonitorService(
                source, flags: flags.monitor, features: features, samples: samples, router: router, externalURL: urls.url,
                listenAddress: addresses[0], storagePath: flags.storagePath, log: log)
        }
        if let monitor { samples.attach(monitor.monitor) }
        try DrillService.connect(monitor?.monitor, to: router, flags: flags.drill)
        let exporters = try EmbeddedExporters(
            exporterKinds(monitoring), flags: exporterFlags, prefix: urls.prefix, storagePath: flags.storagePath, log: log,
            sourceLog: ServerProcess.logger(flags.logLevel, flags.logFormat, screen: screen, keepsEarlyWarnings: false))
        let api = API(router: router)
        let serverOptions = WebServerOptions(
            listen: addresses, getConcurrency: flags.getConcurrency, timeout: .nanoseconds(flags.webTimeout.span.nanoseconds),
            webConfigFile: flags.webConfigFile)
        let server = WebServer(options: serverOptions) { request in
            // Alerts are by far the most frequent: what is not the query API's is told by its path at once.
            if let answer = await samples.respond(to: request) { return answer }
            if let answer = await exporters.respond(to: request) { return answer }
            return await api.respond(to: request)
        }
        api.attach(server)
        router.start()
        samples.start()
        exporters.start()
        do { try monitor?.start() } catch {
            await exporters.stop()
            await router.stop()
            throw error
        }
        do {
            let bound = try await server.start()
            for address in bound { log.info("Listening on", metadata: ["address": "\(address)"]) }
            if let screen {
                await exporters.collect()
                screen.open(
                    with: welcome(options, address: bound.first ?? addresses[0], monitor: monitor?.monitor, exporters: exporters.lines).text
                )
            }
        } catch {
            await monitor?.stop()
            await exporters.stop()
            samples.stop()
            await router.stop()
            if case .portTaken = error, flags.welcomes {
                throw StartError("\(error); with make: FLATALERT_WEB_LISTEN_ADDRESS=:19093 make run")
            }
            throw StartError("\(error)")
        }
        await signals.run(onHangUp: { _ = await router.reload() })
        log.info("Received SIGTERM or SIGINT, exiting gracefully")
        await monitor?.stop()
        await server.shutdown(within: .seconds(5))
        await exporters.stop()
        samples.stop()
        await router.stop()
        transport.shutdown()
    }

    /// What is scraped and evaluated; nil for nothing.
    private func monitoring(
        isAlertmanager: Bool, address: String, prefix: String, log: Logger
    ) throws(StartError) -> MonitorService.Configuration? {
        switch flags.monitor.configuration {
        case "none": return nil
        case nil where isAlertmanager || flags.configFile != nil: return nil
        case nil, BuiltInMonitoring.name:
            let isPlain = flags.webConfigFile.isEmpty
            guard isPlain, let authority = OwnAddress.authority(listenAddress: address) else {
                let reason =
                    isPlain
                    ? "the system chooses the port, so this instance cannot be told to scrape itself"
                    : "with --web.config.file this instance cannot scrape itself"
                log.warning(
                    "This machine is not watched", metadata: ["reason": "\(reason)", "advice": "name a file with --monitor.config"])
                return nil
            }
            return .builtIn(
                BuiltInMonitoring(authority: authority, prefix: prefix == "/" ? "" : prefix, exporters: try listedExporters() ?? [.host]))
        case let file?: return .file(file)
        }
    }

    /// The exporters that are on: as the flag says, else what the built-in monitoring watches.
    private func exporterKinds(_ monitoring: MonitorService.Configuration?) throws(StartError) -> [ExporterKind] {
        if let listed = try listedExporters() { return listed }
        guard case .builtIn(let machine) = monitoring else { return [] }
        return machine.exporters
    }

    private func listedExporters() throws(StartError) -> [ExporterKind]? {
        try flags.exporterList.map { text throws(StartError) in try ExporterKind.list(text) }
    }

    private func welcome(_ options: Router.Options, address: String, monitor: Monitor?, exporters: [String]) -> Welcome {
        var receivers: [String] = []
        if case .file(let file) = options.configuration {
            receivers = (try? AlertmanagerConfiguration.load(file: file, mode: options.matcherMode))?.receivers.map(\.name) ?? []
        }
        return Welcome(
            command: CommandLine.arguments.first ?? "flatalert", address: address, prefix: options.routePrefix,
            configuration: options.configuration, receivers: receivers, storagePath: options.storagePath,
            isWatched: !flags.heartbeatPing.isEmpty, rules: monitor.map(RuleOverview.init), exporters: exporters, now: Clock.wall())
    }

    private func options(
        features: Set<Feature>, urls: ExternalURL, inbox: String?, isAlertmanager: Bool
    ) throws -> Router.Options {
        var machine = MachineOptions()
        machine.retention = flags.dataRetention.span
        machine.maintenanceInterval = flags.dataMaintenanceInterval.span
        machine.alertsGCInterval = flags.alertsGCInterval.span
        machine.startGrace = flags.startGrace.span
        machine.startDelay = flags.dispatchStartDelay.span
        machine.perAlertnameLimit = flags.perAlertnameLimit
        machine.maxSilences = flags.maxSilences
        machine.maxSilenceBytes = flags.maxSilenceBytes
        machine.labelNameMode = features.contains(.classicMode) ? .classic : .utf8
        let mode: MatcherMode =
            if features.contains(.classicMode) { .classic } else if features.contains(.utf8StrictMode) { .utf8Strict } else { .fallback }
        let source: Router.ConfigurationSource =
            if let file = flags.configFile { .file(file) } else if isAlertmanager { .file("alertmanager.yml") } else {
                .builtIn(inbox: inbox)
            }
        var options = Router.Options(
            configuration: source, storagePath: flags.storagePath, machine: machine, externalURL: urls.url, routePrefix: urls.prefix,
            cluster: ClusterStatus(listenAddress: flags.cluster.listenAddress, name: flags.cluster.peerName), matcherMode: mode,
            logsSilences: flags.logSilences)
        options.historyBytes = flags.historyMaxBytes.bytes
        for feature in features { options.metricLabels.formUnion(feature.metricLabels) }
        options.heartbeat = try flags.heartbeat(mode: mode)
        options.trustedOrigins = try Self.trustedOrigins(flags.corsOrigin, isAlertmanager: isAlertmanager)
        options.manners = DeliveryManners(alertmanagers: flags.deliveryManners == .alertmanager)
        return options
    }

    /// Whose pages may write: as the flag says; without it our own only, and as `alertmanager` every page, as Alertmanager has it.
    static func trustedOrigins(_ pattern: String?, isAlertmanager: Bool) throws -> TrustedOrigins {
        guard let pattern else { return isAlertmanager ? .all : .own }
        if pattern.isEmpty { return .own }
        do {
            return .matching(try RE2Regex(anchored: pattern))
        } catch {
            throw StartError("--web.cors-origin: \"\(pattern)\" is no regular expression: \(error)")
        }
    }

    private func refuseWhatIsMissing() throws {
        if flags.systemdSocket { throw StartError("--web.systemd-socket is not in this version; use --web.listen-address") }
        if !flags.cluster.tlsConfig.isEmpty { throw StartError("--cluster.tls-config is not in this version; leave the flag out") }
        let others = flags.cluster.peers.filter { $0 != flags.cluster.listenAddress }
        if !others.isEmpty {
            throw StartError(
                "--cluster.peer=\(others[0]): clustering is not in this version, two instances would both tell; leave the flag out and run one"
            )
        }
    }

    /// The features named by `--enable-feature`.
    static func features(_ values: [String]) throws -> Set<Feature> {
        var features: Set<Feature> = []
        for name in values.flatMap({ $0.split(separator: ",") }) {
            guard let feature = Feature(rawValue: String(name)) else {
                throw StartError(
                    "--enable-feature: unknown feature \"\(name)\"; known: \(Feature.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            features.insert(feature)
        }
        if features.isSuperset(of: [.classicMode, .utf8StrictMode]) {
            throw StartError("--enable-feature: classic-mode and utf8-strict-mode cannot both be enabled")
        }
        return features
    }
}
