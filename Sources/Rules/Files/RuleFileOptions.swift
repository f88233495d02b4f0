public import PromQL

/// How rule files are read.
public struct RuleFileOptions: Sendable, Hashable {
    /// Whether keys that no rule file has are passed over.
    public var ignoresUnknownFields: Bool
    /// Whether names of metrics, labels and annotations are held to the old alphabet, `[a-zA-Z_:][a-zA-Z0-9_:]*`, instead of to UTF-8.
    public var legacyNames: Bool
    /// Which parts of PromQL beyond the stable ones expressions may use.
    public var parser: ParserOptions

    /// Prometheus's defaults.
    public init(ignoresUnknownFields: Bool = false, legacyNames: Bool = false, parser: ParserOptions = ParserOptions()) {
        self.ignoresUnknownFields = ignoresUnknownFields
        self.legacyNames = legacyNames
        self.parser = parser
    }
}
