import Logging
import NIOConcurrencyHelpers
import Time

/// A log for the person at the terminal of a first run: the time of day and the message. Until the welcome is said only warnings are kept, to
/// be shown behind it.
struct TerminalLog: LogHandler {
    /// What all handlers of one log share.
    final class Screen: Sendable {
        private struct State {
            var isOpen = false
            var waiting: [String] = []
        }

        private let console: Console
        private let state = NIOLockedValueBox(State())

        init(_ console: Console) { self.console = console }

        /// Says the welcome, then what had to wait for it.
        func open(with welcome: String) {
            state.withLockedValue { state in
                state.isOpen = true
                console.write(.output, welcome)
                for line in state.waiting { console.print(line) }
                state.waiting = []
            }
        }

        func show(_ line: String, isUrgent: Bool) {
            state.withLockedValue { state in
                if state.isOpen { console.print(line) } else if isUrgent { state.waiting.append(line) }
            }
        }
    }

    let screen: Screen
    /// Whether warnings before the welcome are shown behind it; not where the welcome says the same itself.
    var keepsEarlyWarnings = true
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let zone = Zone.local

    init(_ screen: Screen, level: Logger.Level) {
        self.screen = screen
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let pairs = metadata.merging(event.metadata ?? [:]) { $1 }
        var line = GoLayout.format(Clock.wall(), in: zone, layout: "15:04:05")
        if event.level >= .warning { line += event.level == .warning ? " WARN" : " ERROR" }
        line += " \(event.message)"
        for (key, value) in pairs.sorted(by: { $0.key < $1.key }) { line += "  \(key)=\(value)" }
        // One event is one line, whatever a sender put into it.
        let shown = line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        screen.show(String(shown), isUrgent: keepsEarlyWarnings && event.level >= .warning)
    }
}
