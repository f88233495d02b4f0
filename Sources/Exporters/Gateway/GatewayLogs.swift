import Exposition
import Logging
import RE2
import Time

/// The Gateway's logs: what counts them, and what receives them.
struct GatewayLogs {
    /// In the order in which they are to be stopped: what receives lines before what counts them.
    let collectors: [any MetricCollector]

    init(
        _ options: GatewayOptions, names: UpstreamNames, configuration: ConfigurationCollector, registry: MetricRegistry, log: Logger
    ) throws(GatewayOptionsError) {
        let tail = TailOptions(startsAtEnd: !options.fromBeginning)
        let store = options.stateDirectory.given.map(PositionStore.init(directory:))
        let zone = try Self.zone(options.errorLogTimeZone)
        let excluded = try Self.patterns(options.latencyExclusions)
        let access = LogCounter(
            log: "access", path: options.accessLog.given, totals: AccessLogTotals(options: AccessLogOptions(latencyExclusions: excluded)),
            options: tail, store: store, log: log)
        let error = LogCounter(
            log: "error", path: options.errorLog.given, totals: ErrorLogTotals(names: names, zone: zone), options: tail, store: store,
            log: log)
        let requests = LogCounter(
            log: "registry", path: options.registryLog.given, totals: RegistryLogTotals(), options: tail, store: store, log: log)
        let syslog = try SyslogCollector(listen: options.syslogListen.given, registry: registry) { message in
            switch message.log {
            case .access: access.receive(message.line)
            case .error: error.receive(message.line)
            }
        }
        LogFamilies.registerAccess([access], in: registry)
        LogFamilies.registerRegistry([requests], in: registry)
        let errors = ErrorLogCollector(error, configuration: configuration, registry: registry)
        // The families of a log that is switched off show zeros; it needs no thread and has no health.
        let receives = options.syslogListen.given != nil
        let logs: [(isOn: Bool, log: any FollowedLog, collector: any MetricCollector)] = [
            (access.path != nil || receives, access, access), (error.path != nil || receives, error, errors),
            (requests.path != nil, requests, requests),
        ]
        LogFamilies.registerLogs(logs.filter(\.isOn).map(\.log), in: registry)
        collectors = [syslog] + logs.filter(\.isOn).map(\.collector)
    }

    private static func zone(_ name: String) throws(GatewayOptionsError) -> Zone {
        if name.isEmpty || name.lowercased() == "local" { return .local }
        do throws(ZoneError) {
            return try Zone.named(name)
        } catch {
            throw .invalid(
                flag: "gateway.error-log.time-zone", value: name, advice: "\(error); give local, UTC or a name such as Asia/Tokyo")
        }
    }

    private static func patterns(_ texts: [String]) throws(GatewayOptionsError) -> [RE2Regex] {
        var patterns: [RE2Regex] = []
        for text in texts {
            do throws(RE2Error) {
                patterns.append(try RE2Regex(text))
            } catch {
                throw .invalid(flag: "gateway.latency-exclude", value: text, advice: "it is no regular expression of RE2: \(error)")
            }
        }
        return patterns
    }
}
