import AlertRouter
import ClientConfiguration
import Labels
import Time
import Transport

/// How records are printed.
enum OutputFormat: String, CaseIterable, Sendable {
    case simple, extended, json
}

/// One run of a client command: its global flags with their defaults filled in.
struct ClientSession: Sendable {
    let environment: ClientEnvironment
    let settings: ClientSettings
    let output: OutputFormat
    let dateLayout: String
    let matchers: MatcherArguments
    /// The server that flags or settings name; nil when none does.
    let configuredURL: String?
    /// The longest that a request may take.
    let timeout: TimeSpan
    private let httpConfigFile: String?
    private let verbose: Bool
    private let versionCheck: Bool

    var console: Console { environment.console }

    init(_ flags: GlobalFlags, in environment: ClientEnvironment) throws(ClientError) {
        self.environment = environment
        settings = try ClientSettings(environment)
        let format = flags.output ?? settings["output"] ?? OutputFormat.simple.rawValue
        guard let output = OutputFormat(rawValue: format) else {
            throw .failed("enum value must be one of \(OutputFormat.allCases.map(\.rawValue).joined(separator: ",")), got '\(format)'")
        }
        self.output = output
        dateLayout = flags.dateFormat ?? settings["date.format"] ?? "2006-01-02 15:04:05 MST"
        do throws(DurationError) {
            timeout = try GoDuration.parse(flags.timeout ?? settings["timeout"] ?? "30s")
        } catch {
            throw .failed("\(error)")
        }
        verbose = if let given = flags.verbose { given } else { try settings.bool("verbose") ?? false }
        versionCheck = if let given = flags.versionCheck { given } else { try settings.bool("version-check") ?? true }
        let features = flags.features.isEmpty ? settings["enable-feature"].map { [$0] } ?? [] : flags.features
        matchers = MatcherArguments(mode: try Self.matcherMode(features), warn: verbose ? environment.console : nil)
        configuredURL = (flags.alertmanagerURL ?? settings["alertmanager.url"]).flatMap { $0.isEmpty ? nil : $0 }
        httpConfigFile = (flags.httpConfigFile ?? settings["http.config.file"]).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func matcherMode(_ features: [String]) throws(ClientError) -> MatcherMode {
        let names = Set(features.flatMap { $0.split(separator: ",") })
        if let unknown = names.subtracting(["classic-mode", "utf8-strict-mode"]).sorted().first {
            throw .failed("unknown option '\(unknown)' for --enable-feature")
        }
        switch (names.contains("classic-mode"), names.contains("utf8-strict-mode")) {
        case (true, true): throw .failed("cannot use both classic-mode and utf8-strict-mode")
        case (true, false): return .classic
        case (false, true): return .utf8Strict
        case (false, false): return .fallback
        }
    }

    /// A time as the user wants it.
    func format(_ time: Timestamp) -> String { GoLayout.format(time, layout: dateLayout) }

    /// The server's API. Under our own name the server beside us is meant when none is named.
    func server(url given: String? = nil) async throws(ClientError) -> APIClient {
        guard let url = given ?? configuredURL ?? (environment.program == "amtool" ? nil : "http://localhost:9093") else {
            throw .failed("required flag --alertmanager.url not provided")
        }
        let client = try APIClient(
            url: url, options: try clientOptions(for: url), timeout: timeout, log: verbose ? console : nil, send: environment.send)
        // Another server of the query API need not be an Alertmanager.
        if versionCheck, given == nil { await warnOfOtherVersion(client) }
        return client
    }

    /// How the server at this URL is to be talked to: what `--http.config.file` says.
    func clientOptions(for url: String) throws(ClientError) -> HTTPClientOptions {
        guard let httpConfigFile else { return HTTPClientOptions() }
        guard !url.split(separator: "/", maxSplits: 3).dropFirst().prefix(1).contains(where: { $0.contains("@") }) else {
            throw .failed("basic authentication and http.config.file are mutually exclusive")
        }
        guard let contents = try environment.contents(httpConfigFile) else { throw .failed("path '\(httpConfigFile)' does not exist") }
        do throws(ConfigurationError) {
            return try HTTPConfiguration.parse(contents, file: httpConfigFile).clientOptions
        } catch {
            throw .failed("\(error)")
        }
    }

    /// Never fails: the command itself will tell what is wrong with the server.
    private func warnOfOtherVersion(_ client: APIClient) async {
        guard let status = try? await client.get("/status"), let theirs = status["versionInfo"]?["version"]?.stringValue else { return }
        let ours = ProductInfo.alertmanagerVersion
        func series(_ version: String) -> [Substring] { Array(version.split(separator: ".").prefix(2)) }
        guard !theirs.isEmpty, series(theirs) != series(ours) else { return }
        console.complain("Warning: \(environment.program) version (\(ours)) and alertmanager version (\(theirs)) are different.")
    }
}
