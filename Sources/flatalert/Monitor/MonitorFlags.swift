import ArgumentParser
import Time

/// The flags of scraping and rules. Those that Prometheus has are spelled as Prometheus spells them.
struct MonitorFlags: ParsableArguments {
    @Option(
        name: .customLong("monitor.config"),
        help: ArgumentHelp(
            "Prometheus configuration file whose targets are scraped and whose rules are evaluated; built-in watches this machine, none nothing. The default is built-in without --config.file, else none.",
            valueName: "file|built-in|none"),
        completion: .file())
    var configuration: String?

    @Option(
        name: .customLong("rules.source"), parsing: .singleValue,
        help: ArgumentHelp(
            "A Prometheus-compatible query API that groups may evaluate their rules over (query_source: NAME); repeatable.",
            valueName: "name=url"))
    var sources: [String] = []

    @Option(
        name: .customLong("rules.source.http-config"), parsing: .singleValue,
        help: ArgumentHelp(
            "File with the HTTP client's settings for a source: authentication, TLS, proxy; repeatable.", valueName: "name=file"),
        completion: .file())
    var sourceClients: [String] = []

    @Option(name: .customLong("rules.default-source"), help: "The source of groups that name none; local is this instance's own samples.")
    var defaultSource = "local"

    @Option(
        name: .customLong("rules.alert.send-to"),
        help: "Who is told of rules' alerts: router, this instance; alertmanagers, those of the file's alerting section; both.")
    var recipients = AlertRecipients.router

    @Option(name: .customLong("rules.alert.resend-delay"), help: "Minimum time between two messages about the same alert.")
    var resendDelay = PrometheusDurationArgument(.minutes(1))

    @Option(
        name: .customLong("rules.alert.for-outage-tolerance"),
        help:
            "The longest outage after which the time of pending alerts is restored from their samples, and the longest wait for samples to refill."
    )
    var outageTolerance = PrometheusDurationArgument(.hours(1))

    @Option(
        name: .customLong("rules.alert.for-grace-period"),
        help: "Minimum time between a restoration from samples and firing, for rules with a for of at least as long.")
    var gracePeriod = PrometheusDurationArgument(.minutes(10))

    func validate() throws {
        for text in sources + sourceClients where !text.contains("=") || text.hasPrefix("=") || text.hasSuffix("=") {
            throw ValidationError("--rules.source and --rules.source.http-config take NAME=VALUE, found \"\(text)\"")
        }
        let names = sources.map(Self.name)
        if let repeated = Dictionary(grouping: names, by: { $0 }).first(where: { $0.value.count > 1 })?.key {
            throw ValidationError("--rules.source: \"\(repeated)\" is there twice")
        }
        if names.contains("local") { throw ValidationError("--rules.source: the name local is that of this instance's own samples") }
        for name in sourceClients.map(Self.name) + [defaultSource] where name != "local" && !names.contains(name) {
            throw ValidationError(
                "there is no --rules.source of the name \"\(name)\"; known: \((["local"] + names).joined(separator: ", "))")
        }
    }

    /// The URLs by name.
    var sourceURLs: [(name: String, url: String)] { sources.map { (Self.name($0), Self.value($0)) } }

    /// The file of a source's client settings.
    func clientFile(of name: String) -> String? { sourceClients.first { Self.name($0) == name }.map(Self.value) }

    private static func name(_ text: String) -> String { String(text.prefix { $0 != "=" }) }

    private static func value(_ text: String) -> String { String(text.drop { $0 != "=" }.dropFirst()) }
}

/// Who is told of rules' alerts.
enum AlertRecipients: String, ExpressibleByArgument, CaseIterable {
    case router, alertmanagers, both
}
