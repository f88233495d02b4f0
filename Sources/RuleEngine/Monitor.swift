public import Exposition
import Labels
public import Logging
public import MonitorFile
import NIOConcurrencyHelpers
public import Rules
public import SampleStore
public import Scraping
import Time
public import Transport

/// What is read at start and at each reload: the configuration and the groups of its rule files.
public struct MonitorInput: Sendable {
    /// `prometheus.yml`.
    public var configuration: MonitorConfiguration
    /// The groups of all rule files.
    public var groups: [RuleGroupDefinition]
    /// What is odd but no error.
    public var warnings: [String]

    /// An input of these parts.
    public init(configuration: MonitorConfiguration, groups: [RuleGroupDefinition], warnings: [String] = []) {
        self.configuration = configuration
        self.groups = groups
        self.warnings = warnings
    }

    /// Reads a configuration file and the rule files that it names.
    ///
    /// Throws `MonitorConfigurationError` or `RuleFileError`: everything that is wrong with the file or the files.
    public static func load(file: String, options: RuleFileOptions = RuleFileOptions()) throws -> MonitorInput {
        let configuration = try MonitorConfiguration.load(file: file)
        let files = try RuleFiles.load(patterns: configuration.ruleFiles, options: options)
        return MonitorInput(configuration: configuration, groups: files.groups, warnings: configuration.warnings + files.warnings)
    }
}

/// Scraping and rules as one: what `serve` runs beside the router (DESIGN 1).
///
/// ```swift
/// let monitor = try Monitor(options: options, store: store, sources: sources, sinks: [router], log: log)
/// monitor.start()
/// let problem = await monitor.reload()
/// await monitor.stop()
/// ```
public final class Monitor: Sendable {
    /// What a server sets once.
    public struct Options: Sendable {
        /// Reads the configuration; called at start and at each reload. May throw anything whose description says what is wrong and where.
        public var load: @Sendable () throws -> MonitorInput
        /// Everything that the configuration does not say.
        public var settings = RuleSettings()
        /// Where the state of rules is kept; nil keeps none.
        public var storagePath: String?
        /// Whether the file's `alerting.alertmanagers` are told.
        public var tellsAlertmanagers = false
        /// What targets see.
        public var userAgent = "Flatalert"
        /// Where people reach this program: for the URLs of local targets.
        public var outside = OutsideAddress.machine
        /// Where the metrics of scraping, rules and messages go.
        public var metrics = MetricRegistry()

        /// Options with this way to read the configuration.
        public init(load: @escaping @Sendable () throws -> MonitorInput) { self.load = load }
    }

    private struct State {
        var input: MonitorInput
        var loadedAt: Int64
        var lastLoadSucceeded = true
    }

    /// Finds and scrapes targets.
    public let scraper: Scraper
    /// Evaluates rules.
    public let manager: RuleManager
    /// Adds external labels and relabels what rules tell.
    public let dispatcher: AlertDispatcher
    /// The sources that rules may ask.
    public let sources: QuerySources
    private let options: Options
    private let alertmanagers: AlertmanagerSink?
    private let stateStore: RuleStateStore?
    private let transport: Transport
    private let log: Logger
    private let state: NIOLockedValueBox<State>
    private let reloading = NIOLock()

    /// Reads the configuration; nothing is scraped or evaluated before `start`.
    ///
    /// - Parameter sinks: Who is told beside the file's Alertmanagers.
    public init(options: Options, store: SampleStore, sources: QuerySources, sinks: [any AlertSink], log: Logger) throws {
        let input = try Self.read(options, sources)
        self.options = options
        self.log = log
        self.sources = sources
        transport = Transport(name: "scrape", userAgent: options.userAgent, idleConnections: Self.idleConnections)
        var scraping = Scraper.Options()
        scraping.userAgent = options.userAgent
        scraping.outside = options.outside
        let scraper = Scraper(store: store, transport: transport, options: scraping, log: log)
        self.scraper = scraper
        scraper.register(in: options.metrics)
        let alertmanagers =
            options.tellsAlertmanagers ? AlertmanagerSink(transport: transport, registry: options.metrics, log: log) : nil
        self.alertmanagers = alertmanagers
        dispatcher = AlertDispatcher(sinks: sinks + (alertmanagers.map { [$0 as any AlertSink] } ?? []))
        stateStore = options.storagePath.map { RuleStateStore.open(at: $0, log: log) }
        var running = RuleManager.Options()
        running.metrics = options.metrics
        running.resumed = { _ in
            scraper.resumed()
            alertmanagers?.refresh()
        }
        manager = RuleManager(
            options: running, store: store, sources: sources, dispatcher: dispatcher, state: stateStore,
            ready: { await scraper.firstScrapes() }, log: log)
        state = NIOLockedValueBox(State(input: input, loadedAt: Self.now()))
        tell(input)
        exposeReloads()
    }

    /// Connections to targets that are kept open between scrapes.
    private static let idleConnections = 4096

    /// Begins to scrape and to evaluate.
    public func start() throws {
        try apply(state.withLockedValue { $0.input })
    }

    /// Reads the configuration and the rule files again. On any error everything stays as it was. Nil when it went well, else what is wrong.
    public func reload() async -> String? {
        reloading.withLock {
            do {
                let input = try Self.read(options, sources)
                try apply(input)
                tell(input)
                state.withLockedValue { $0 = State(input: input, loadedAt: Self.now()) }
                log.info("Completed loading of the monitoring configuration", metadata: ["file": "\(input.configuration.file)"])
                return nil
            } catch {
                state.withLockedValue { $0.lastLoadSucceeded = false }
                log.error("Loading the monitoring configuration failed", metadata: ["err": "\(error)"])
                return "\(error)"
            }
        }
    }

    /// Ends everything: rules in progress finish, what waits for Alertmanagers is sent, nothing is told as resolved.
    public func stop() async {
        await manager.stop()
        await scraper.stop()
        await alertmanagers?.stop()
        stateStore?.close()
        transport.shutdown()
    }

    // MARK: What it tells

    /// The configuration in force.
    public var configuration: MonitorConfiguration { state.withLockedValue { $0.input.configuration } }

    /// Whether the last reload was taken, and when the configuration in force was read (milliseconds).
    public var lastLoad: (succeeded: Bool, time: Int64) { state.withLockedValue { ($0.lastLoadSucceeded, $0.loadedAt) } }

    /// The Alertmanagers that are told.
    public var alertmanagersReport: AlertmanagersReport { alertmanagers?.report ?? AlertmanagersReport() }

    /// What holds for rules now.
    public var settings: RuleSettings { settings(for: configuration) }

    // MARK: Applying

    /// Everything that can be wrong is found here, before any part is touched.
    private static func read(_ options: Options, _ sources: QuerySources) throws -> MonitorInput {
        let input = try options.load()
        try sources.check(input.groups)
        return input
    }

    private func apply(_ input: MonitorInput) throws {
        let configuration = input.configuration
        // Targets first: rules wait for the first scrapes of those that are known then.
        dispatcher.apply(AlertDispatcher.Settings(configuration))
        alertmanagers?.apply(configuration.alerting.alertmanagers)
        scraper.apply(configuration.scrapeConfigurations, global: configuration.global)
        try manager.apply(input.groups, settings: settings(for: configuration))
    }

    private func settings(for configuration: MonitorConfiguration) -> RuleSettings {
        var settings = options.settings
        settings.evaluationInterval = configuration.global.evaluationInterval
        settings.queryOffset = configuration.global.ruleQueryOffset
        settings.externalLabels = configuration.global.externalLabels
        return settings
    }

    private func tell(_ input: MonitorInput) {
        for warning in input.warnings { log.warning("Monitoring configuration", metadata: ["warning": "\(warning)"]) }
        var unused = input.configuration.unusedSections
        if alertmanagers == nil, !input.configuration.alerting.alertmanagers.isEmpty { unused.append("alerting.alertmanagers") }
        guard !unused.isEmpty else { return }
        log.warning(
            "Sections of the monitoring configuration that are not used here",
            metadata: ["file": "\(input.configuration.file)", "sections": "\(unused.joined(separator: ", "))"])
    }

    private func exposeReloads() {
        options.metrics.collect(
            "prometheus_config_last_reload_successful", help: "Whether the last reload of the monitoring configuration was taken.",
            value: { [weak self] in self?.lastLoad.succeeded == false ? 0 : 1 })
        options.metrics.collect(
            "prometheus_config_last_reload_success_timestamp_seconds", help: "When the monitoring configuration in force was read.",
            value: { [weak self] in Double(self?.lastLoad.time ?? 0) / 1000 })
    }

    private static func now() -> Int64 { Clock.wall().unixNanoseconds / 1_000_000 }
}
