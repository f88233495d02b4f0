import ArgumentParser

/// The flags that every client command takes (reference 12.1).
struct GlobalFlags: ParsableArguments {
    /// What help and manual pages call them.
    static let title = "Flags of all commands"

    @Option(name: .customLong("alertmanager.url"), help: "The Alertmanager to talk to; user:password@ in it is basic authentication.")
    var alertmanagerURL: String?

    @Option(
        name: [.customShort("o", allowingJoined: true), .customLong("output")], help: "How to print: simple, extended or json.",
        completion: .list(OutputFormat.allCases.map(\.rawValue)))
    var output: String?

    @Flag(name: [.customShort("v"), .customLong("verbose")], inversion: .prefixedNo, help: "Say what is requested.")
    var verbose: Bool?

    @Option(help: "The longest that a request may take, such as 30s.")
    var timeout: String?

    @Option(name: .customLong("date.format"), help: "How to print times, as a Go layout.")
    var dateFormat: String?

    @Option(
        name: .customLong("http.config.file"), help: "A file with an http_config block: authentication, TLS, proxy.",
        completion: .file())
    var httpConfigFile: String?

    @Flag(name: .customLong("version-check"), inversion: .prefixedNo, help: "Warn when the server is of another version.")
    var versionCheck: Bool?

    @Option(
        name: .customLong("enable-feature"), help: "classic-mode or utf8-strict-mode: how matchers are read.",
        completion: .list(["classic-mode", "utf8-strict-mode"]))
    var features: [String] = []

    /// The long names of those that take a value, for finding the command among them.
    static let valueFlags: Set<String> = [
        "--alertmanager.url", "--output", "--timeout", "--date.format", "--http.config.file", "--enable-feature",
    ]
}
