import AlertRouter
import CPlatform
import Glibc
import Logging

/// What every server of this program does when its process begins.
enum ServerProcess {
    /// Prepares the process before its first thread starts, and takes its signals over.
    static func prepare() -> ProcessSignals {
        signal(SIGPIPE, SIG_IGN)
        cplatform_steady_heap()
        OpenFileLimit.raise()
        return ProcessSignals()
    }

    /// The log that the flags ask for, or lines for the person at this screen.
    ///
    /// - Parameter keepsEarlyWarnings: Whether this person gets to see warnings from before the welcome.
    static func logger(
        _ level: LogLevelArgument, _ format: LogFormatArgument, screen: TerminalLog.Screen?, keepsEarlyWarnings: Bool = true
    ) -> Logger {
        let writer = LogWriter(format: format == .json ? .json : .logfmt)
        let level: Logger.Level =
            switch level {
            case .debug: .debug
            case .info: .info
            case .warn: .warning
            case .error: .error
            }
        if let screen {
            return Logger(label: "flatalert") { _ in
                var lines = TerminalLog(screen, level: level)
                lines.keepsEarlyWarnings = keepsEarlyWarnings
                return lines
            }
        }
        return Logger(label: "flatalert") { _ in LogWriterHandler(writer: writer, level: level) }
    }
}

/// Why the program cannot start: one line that says what to do.
struct StartError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
