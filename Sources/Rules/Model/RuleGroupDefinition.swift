public import PromQL

/// One group of a rule file, checked (reference 1.1). Milliseconds.
public struct RuleGroupDefinition: Sendable, Hashable {
    /// The path of its file, as the configuration's pattern found it.
    public var file: String
    /// Unique within the file.
    public var name: String
    /// nil where the global interval holds.
    public var interval: Int64?
    /// nil where the global offset holds.
    public var queryOffset: Int64?
    /// The most series or alerts that one rule may give; 0 is unlimited.
    public var limit = 0
    /// `query_source`, ours: the name of the source that is asked; nil is the default one. Prometheus knows no such key.
    public var source: String?
    /// In the order of the file; labels of the group are merged into each rule's.
    public var rules: [RuleDefinition] = []

    /// A group without rules.
    public init(file: String, name: String) {
        self.file = file
        self.name = name
    }
}

/// A recording or an alerting rule. Milliseconds.
public struct RuleDefinition: Sendable, Hashable {
    /// What becomes of the result.
    public enum Kind: Sendable, Hashable {
        /// A series of this name.
        case recording
        /// Alerts of this name.
        case alerting
    }

    /// What becomes of the result.
    public var kind: Kind
    /// `record` or `alert`.
    public var name: String
    /// What is evaluated.
    public var query: RuleQuery
    /// `for`
    public var holdDuration: Int64 = 0
    /// `keep_firing_for`
    public var keepFiringFor: Int64 = 0
    /// The group's labels and the rule's, the rule's win; sorted by name. Raw templates.
    public var labels: [TemplatedText] = []
    /// Sorted by name. Raw templates.
    public var annotations: [TemplatedText] = []
    /// 1-based, where the rule begins.
    public var line = 0

    /// A rule without labels.
    public init(kind: Kind, name: String, query: RuleQuery) {
        self.kind = kind
        self.name = name
        self.query = query
    }
}

/// The name of a label or annotation, and its template.
public struct TemplatedText: Sendable, Hashable {
    /// The label's name.
    public var name: String
    /// The template as written.
    public var template: String

    /// A name and a template.
    public init(name: String, template: String) {
        self.name = name
        self.template = template
    }
}

/// An expression in both forms. Equal when their canonical texts are.
public struct RuleQuery: Sendable, Hashable {
    /// Parsed.
    public let expression: Expression
    /// As the file has it.
    public let source: String
    /// The canonical text (reference 3.12): what is shown and what a remote source is asked.
    public let text: String

    /// Parses a text.
    public init(_ source: String, options: ParserOptions = ParserOptions()) throws(PromQLSyntaxError) {
        expression = try Expression.parse(source, options: options)
        self.source = source
        text = expression.description
    }

    /// Queries are equal when their canonical texts are.
    public static func == (left: RuleQuery, right: RuleQuery) -> Bool { left.text == right.text }

    /// Equal queries hash alike.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
