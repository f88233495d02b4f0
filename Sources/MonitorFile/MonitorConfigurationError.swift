public import StrictYAML

/// Everything that is wrong with `prometheus.yml`, the files of `scrape_config_files`, or a list of targets.
public struct MonitorConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The file as it was named.
        public let file: String
        /// Line and column; nil when the file as a whole is meant.
        public let position: YAMLPosition?
        /// What was found and what was expected. Never holds a secret.
        public let message: String

        /// A problem.
        public init(file: String, position: YAMLPosition? = nil, message: String) {
            self.file = file
            self.position = position
            self.message = message
        }

        /// `FILE:LINE:COLUMN: message`, or `FILE: message`.
        public var description: String { position.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)" }
    }

    /// At least one; each file's in the order of the file.
    public let problems: [Problem]

    /// An error of these problems.
    public init(problems: [Problem]) { self.problems = problems }

    init(_ error: YAMLError) { problems = error.issues.map { Problem(file: error.file, position: $0.position, message: $0.message) } }

    /// One line each, for people to read.
    public var lines: [String] { problems.map(\.description) }

    /// Everything in one line, for a log line or an HTTP answer.
    public var description: String { lines.joined(separator: "; ") }
}
