public import StrictYAML

/// Something in a configuration that cannot stand: where, and what is wrong with it.
public struct ConfigurationIssue: Sendable, Hashable, CustomStringConvertible {
    /// Line and column, 1-based; nil when the complaint is about the file as a whole.
    public let position: YAMLPosition?
    /// What was found and what was expected. Never holds a secret.
    public let message: String
    /// Whether it is about a file of `templates`, whose place is then in the message.
    public let isInTemplateFile: Bool

    /// An issue.
    public init(position: YAMLPosition?, message: String, isInTemplateFile: Bool = false) {
        self.position = position
        self.message = message
        self.isInTemplateFile = isInTemplateFile
    }

    /// `LINE:COLUMN: message`, or the message alone.
    public var description: String {
        guard let position else { return message }
        return "\(position.line):\(position.column): \(message)"
    }
}

/// Why a configuration was not taken: everything that is wrong with it, in file order.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file as it was named.
    public let file: String
    /// At least one.
    public let issues: [ConfigurationIssue]

    /// An error. Issues are put in file order, each once; what concerns the whole file comes first.
    public init(file: String, issues: [ConfigurationIssue]) {
        self.file = file
        var known: Set<ConfigurationIssue> = []
        let start = YAMLPosition(line: 0, column: 0)
        self.issues = issues.filter { known.insert($0).inserted }.enumerated()
            .sorted { ($0.element.position ?? start, $0.offset) < ($1.element.position ?? start, $1.offset) }
            .map(\.element)
    }

    /// One `FILE:LINE:COLUMN: message` an issue, for people to read.
    public var lines: [String] {
        issues.map { issue in issue.position == nil ? "\(file): \(issue)" : "\(file):\(issue)" }
    }

    /// Everything in one line, for a log line or an HTTP answer.
    public var description: String { lines.joined(separator: "; ") }
}

/// Something in a configuration that works but probably not as meant.
public struct ConfigurationWarning: Sendable, Hashable, CustomStringConvertible {
    /// Where, if it has a place.
    public let position: YAMLPosition?
    /// What.
    public let message: String
    /// More about it, as keys and values of a log line.
    public let attributes: [Attribute]

    /// A key and a value of a log line.
    public struct Attribute: Sendable, Hashable {
        /// The key.
        public let key: String
        /// The value.
        public let value: String
    }

    /// A warning.
    public init(position: YAMLPosition?, message: String, attributes: KeyValuePairs<String, String> = [:]) {
        self.position = position
        self.message = message
        self.attributes = attributes.map { Attribute(key: $0.key, value: $0.value) }
    }

    /// `LINE:COLUMN: message key=value …`.
    public var description: String {
        let text = ConfigurationIssue(position: position, message: message).description
        return attributes.reduce(text) { "\($0) \($1.key)=\($1.value)" }
    }
}
