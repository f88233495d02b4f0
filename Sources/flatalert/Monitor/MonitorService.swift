import AlertRouter
import ClientConfiguration
import Exposition
import Labels
import Logging
import NIOConcurrencyHelpers
import PromQL
import RuleEngine
import Rules
import Scraping
import Time
import Transport

/// Scraping and rules of `serve`, connected to its router.
final class MonitorService: Sendable {
    let monitor: Monitor
    private let sources: QuerySources
    private let remotes: [RemoteSource]
    private let transport: Transport?
    /// What targets and sources see. Alertmanagers, too: to them we are one who sends.
    private static let userAgent = "Flatalert/\(ProductInfo.version)"

    /// Reads the configuration that the flags name. Throws `StartError` with everything that is wrong with it.
    init(
        _ source: Configuration, flags: MonitorFlags, features: Set<Feature>, samples: SampleService, router: Router, externalURL: String,
        listenAddress: String, storagePath: String, log: Logger
    ) throws(StartError) {
        let parser = SampleFlags.parserOptions(features)
        let transport = flags.sources.isEmpty ? nil : Transport(name: "query", userAgent: Self.userAgent)
        self.transport = transport
        remotes = try transport.map { transport throws(StartError) in try Self.remotes(flags, transport, log) } ?? []
        sources = QuerySources(local: samples.source, remotes: remotes, defaultName: flags.defaultSource)
        var options = Monitor.Options(load: { try source.load(RuleFileOptions(parser: parser)) })
        options.settings.resendDelay = flags.resendDelay.milliseconds
        options.settings.outageTolerance = flags.outageTolerance.milliseconds
        options.settings.gracePeriod = flags.gracePeriod.milliseconds
        options.settings.externalURL = externalURL
        options.settings.parserOptions = parser
        options.storagePath = storagePath
        options.tellsAlertmanagers = flags.recipients != .router
        options.userAgent = Self.userAgent
        options.outside = Self.outside(externalURL, listenAddress)
        options.metrics = router.registry
        RemoteSource.register(remotes, in: router.registry)
        do {
            monitor = try Monitor(
                options: options, store: samples.store, sources: sources,
                sinks: flags.recipients == .alertmanagers ? [] : [RouterSink(router: router)], log: log)
        } catch {
            throw StartError("\(error)")
        }
        router.reloadTogether { [monitor] in await monitor.reload() }
        router.ruleLink.connect(sampler: { [monitor, sources] rule, labels in
            await Self.sample(of: rule, with: labels, monitor, sources)
        })
        router.ruleLink.connect(explainer: { [monitor, sources] in
            RuleAccounts(
                RuleExplainer(manager: monitor.manager, scraper: monitor.scraper, dispatcher: monitor.dispatcher, sources: sources))
        })
    }

    func start() throws(StartError) {
        do { try monitor.start() } catch { throw StartError("\(error)") }
    }

    func stop() async {
        for remote in remotes { remote.close() }
        await monitor.stop()
        transport?.shutdown()
    }

    /// The machine's name outside is that of the external URL, and where that leads is this instance.
    private static func outside(_ externalURL: String, _ listenAddress: String) -> OutsideAddress {
        guard let separator = externalURL.firstRange(of: "://") else { return .machine }
        let authority = externalURL[separator.upperBound...].prefix { $0 != "/" }
        return OutsideAddress(
            scheme: String(externalURL[..<separator.lowerBound]), authority: String(authority),
            ownPort: listenAddress.split(separator: ":").last.flatMap { Int($0) })
    }

    private static func remotes(_ flags: MonitorFlags, _ transport: Transport, _ log: Logger) throws(StartError) -> [RemoteSource] {
        var remotes: [RemoteSource] = []
        for (name, url) in flags.sourceURLs {
            var options = RemoteSource.Options()
            do {
                if let file = flags.clientFile(of: name) { options.client = try HTTPConfiguration.load(file: file) }
                remotes.append(try RemoteSource(name: name, url: url, options: options, transport: transport, log: log))
            } catch {
                throw StartError("--rules.source \(name): \(error)")
            }
        }
        return remotes
    }

    // MARK: Samples of rules

    private static func sample(
        of name: String, with labels: LabelSet, _ monitor: Monitor, _ sources: QuerySources
    ) async -> Result<RuleLink.Sample, RuleLink.Refusal> {
        let groups = monitor.manager.groups()
        let found = groups.lazy.flatMap { group in group.definition.rules.map { (group: group, rule: $0) } }
            .first { $0.rule.kind == .alerting && $0.rule.name == name }
        guard let (group, rule) = found, let source = sources.source(named: group.source) else {
            let names = Set(groups.flatMap(\.definition.rules).filter { $0.kind == .alerting }.map(\.name)).sorted()
            return .failure(
                RuleLink.Refusal(
                    message: "there is no alerting rule \(GoQuote.quote(name))",
                    advice: names.isEmpty ? "no rule file of the configuration has any" : "one of \(names.joined(separator: ", "))"))
        }
        let settings = monitor.settings
        let external = settings.externalLabels
        // Sources block: a thread of its own, so that nothing else waits.
        let sample = await Blocking.run {
            RuleSample(rule, with: labels, at: Clock.wall().unixNanoseconds / 1_000_000, source: source, settings: settings)
        }
        let all = LabelSet((external.pairs + sample.labels.pairs).map { ($0.name, $0.value) })
        return .success(RuleLink.Sample(labels: all, annotations: sample.annotations))
    }

    /// Where the configuration comes from.
    enum Configuration: Sendable {
        case file(String)
        case builtIn(BuiltInMonitoring)

        func load(_ options: RuleFileOptions) throws -> MonitorInput {
            switch self {
            case .file(let path): try MonitorInput.load(file: path, options: options)
            case .builtIn(let machine): try machine.load()
            }
        }
    }
}

/// Hands alerts of rules to the router in this process.
struct RouterSink: AlertSink {
    let router: Router

    func send(_ alerts: [RuleAlert]) async {
        router.receiveOwn(
            alerts.map { alert in
                OwnAlert(
                    labels: alert.labels, annotations: alert.annotations, generatorURL: alert.generatorURL,
                    startsAt: Self.time(alert.startsAt), endsAt: Self.time(alert.endsAt))
            })
    }

    private static func time(_ milliseconds: Int64) -> Timestamp {
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return Timestamp(seconds: rest < 0 ? seconds - 1 : seconds, nanoseconds: Int32(rest < 0 ? rest + 1000 : rest) * 1_000_000)
    }
}
