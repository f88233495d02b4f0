/// A place in a YAML file: line and column in characters, both from 1.
public struct YAMLPosition: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// The column in characters, from 1.
    public let column: Int

    /// A place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// `LINE:COLUMN`.
    public var description: String { "\(line):\(column)" }

    /// Whether a place comes before another in the file.
    public static func < (left: YAMLPosition, right: YAMLPosition) -> Bool { (left.line, left.column) < (right.line, right.column) }
}

/// One thing that is wrong in a YAML file.
public struct YAMLIssue: Hashable, Sendable {
    /// Where.
    public let position: YAMLPosition
    /// The keys and indices that lead there, `route.routes[0].receiver`; empty at the top and for syntax.
    public let path: String
    /// What was found and what was expected.
    public let message: String

    /// An issue at a place.
    public init(position: YAMLPosition, path: String = "", message: String) {
        self.position = position
        self.path = path
        self.message = message
    }
}

/// Everything that is wrong in a YAML file.
public struct YAMLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name, for people.
    public let file: String
    /// The issues, in the order of the file. Never empty.
    public let issues: [YAMLIssue]

    /// The issues of a file, which are put into the order of the file.
    public init(file: String, issues: [YAMLIssue]) {
        self.file = file
        self.issues = issues.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }.map(\.element)
    }

    /// A line for each issue: `FILE:LINE:COLUMN: path: message`.
    public var description: String {
        issues.map { issue in
            let path = issue.path.isEmpty ? "" : issue.path + ": "
            return "\(file):\(issue.position): \(path)\(issue.message)"
        }.joined(separator: "\n")
    }
}
