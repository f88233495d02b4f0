/// Bounds that keep a template from hanging or filling the program.
public struct TemplateLimits: Sendable, Hashable {
    /// Nodes visited and values looked at.
    public var steps: Int
    /// Template calls inside of each other.
    public var depth: Int
    /// Bytes of the output, and of the strings that one function call may take or give.
    public var outputBytes: Int

    /// Bounds.
    public init(steps: Int = 50_000_000, depth: Int = 100, outputBytes: Int = 16 << 20) {
        self.steps = steps
        self.depth = depth
        self.outputBytes = outputBytes
    }

    /// Far beyond what any message needs.
    public static let standard = TemplateLimits()
}

/// How a template's output is made safe for its place.
public enum TemplateEscaping: Sendable, Hashable {
    /// Values are printed as they are.
    case none
    /// Values are escaped for the HTML context they are printed in.
    case html
}
