public import JSON
public import Time

/// Go's `time.Duration`.
public struct GoDurationValue: TemplateObject, Hashable {
    /// The length.
    public let span: TimeSpan

    /// A length of time.
    public init(_ span: TimeSpan) { self.span = span }

    public var goType: String { "time.Duration" }
    public var kind: TemplateKind { .basic }
    public var basic: TemplateValue? { .int(span.nanoseconds) }
    public var text: String? { GoDuration.format(span) }
    public func writeJSON(into writer: inout JSONWriter) { writer.integer(span.nanoseconds) }
}
