/// The groups of one rule file.
public struct RuleFile: Sendable {
    /// As it was named.
    public var path: String
    /// In the order of the file.
    public var groups: [RuleGroupDefinition]
    /// What is odd but no error: a second YAML document, for one.
    public var warnings: [String] = []

    /// A file with these groups.
    public init(path: String, groups: [RuleGroupDefinition]) {
        self.path = path
        self.groups = groups
    }
}

/// Everything that is wrong with a rule file, in promtool's form (reference 1.2).
public struct RuleFileError: Error, Sendable, CustomStringConvertible {
    /// One line each: `<file>: <line>:<col>: group "<g>", rule <n>, "<name>": <message>`.
    public var problems: [String]

    /// An error of these lines.
    public init(problems: [String]) { self.problems = problems }

    /// All lines.
    public var description: String { problems.joined(separator: "\n") }
}
