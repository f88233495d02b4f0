import AlertRouter
import Glibc
import Time

/// What a first run says as soon as it serves: what is on, what is not, and what to try.
struct Welcome {
    /// The program as it was called.
    var command: String
    /// The address that it listens on.
    var address: String
    /// The path of all routes; `/` is none.
    var prefix: String
    var configuration: Router.ConfigurationSource
    /// The names of a configuration file's receivers.
    var receivers: [String]
    var storagePath: String
    /// Whether an outside watcher is called.
    var isWatched: Bool
    /// Nil where no rules are evaluated.
    var rules: RuleOverview?
    /// What is said of the exporters; empty where there is nothing to say.
    var exporters: [String] = []
    var now: Timestamp
    var zone = Zone.local
    var probes = MachineProbes.system

    /// Where people on this machine find it.
    var url: String { "http://\(Self.host(address)):\(Self.port(address))\(prefix == "/" ? "" : prefix)" }

    /// The lines, each with its end.
    var text: String {
        let room = MachineChecks.room(probes.site(storagePath))
        var rows = [
            ("clock", GoLayout.format(now, in: zone, layout: "2006-01-02 15:04 MST") + MachineChecks(probes: probes).clockStep),
            ("receivers", receiverLine),
        ]
        let details = Self.rows("rules", rules?.lines ?? []) + Self.rows("exporters", exporters)
        rows.insert(contentsOf: details, at: 1)
        var text = "Flatalert \(ProductInfo.version) on \(url)   config: \(configuration.name)   data: \(shownPath) (\(room))\n"
        for (topic, line) in rows { text += "  \(Self.padded(topic, to: 11))\(line)\n" }
        text +=
            isWatched
            ? "  watched by somebody outside this machine\n"
            : "  watched by nobody outside this machine yet: docs/operations.md#who-watches-the-watcher-heartbeat\n"
        text += "Try, in another terminal:\n"
        let width = (suggestions.map(\.command.count).max() ?? 0) + 4
        for suggestion in suggestions {
            text +=
                "  " + (suggestion.effect.isEmpty ? suggestion.command : Self.padded(suggestion.command, to: width) + suggestion.effect)
                + "\n"
        }
        if case .builtIn = configuration { text += "Your Slack in a minute:   \(command) init\n" }
        text += "Beside your Alertmanager: \(command) serve --config.file=YOURS --web.listen-address=:19093\n"
        return text
    }

    private static func rows(_ topic: String, _ lines: [String]) -> [(String, String)] {
        lines.enumerated().map { ($0 == 0 ? topic : "", $1) }
    }

    private var suggestions: [(command: String, effect: String)] {
        let server = url == "http://localhost:9093" ? "" : " --alertmanager.url=\(url)"
        let told = if case .builtIn = configuration { "a message appears below" } else { "a message to whom the routes say" }
        return [
            ("\(command) test-fire\(server)", told),
            ("\(command) alert add alertname=Demo\(server)", "an alert, told a second later"),
            ("\(command) silence add alertname=Demo -d 1h -c 'trying'\(server)", ""),
            ("\(command) explain alertname=Demo\(server)", "why it was told, and will not be again"),
        ]
    }

    private var receiverLine: String {
        guard case .builtIn(let inbox) = configuration else { return receivers.joined(separator: ", ") }
        return inbox == nil
            ? "none: the system chose the port, so the inbox has no address.  Slack, mail: not set up"
            : "inbox (built-in).  Slack, mail: not set up"
    }

    /// A path that cannot be taken for a word.
    private var shownPath: String {
        let path = storagePath.count > 1 && storagePath.hasSuffix("/") ? String(storagePath.dropLast()) : storagePath
        return path.hasPrefix("/") || path.hasPrefix(".") ? path : "./\(path)"
    }

    private static func host(_ address: String) -> String {
        let host = address.lastIndex(of: ":").map { String(address[..<$0]) } ?? ""
        return ["", "0.0.0.0", "[::]", "127.0.0.1"].contains(host) ? "localhost" : host
    }

    private static func port(_ address: String) -> String { address.split(separator: ":").last.map(String.init) ?? "9093" }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
