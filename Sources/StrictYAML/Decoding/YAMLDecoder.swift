/// Collects what is wrong while a tree is decoded, so that a reader of the messages can mend everything at once.
///
/// ```swift
/// let decoder = YAMLDecoder(file: "alertmanager.yml")
/// let root = decoder.element(try YAMLDocument.parse(bytes, file: "alertmanager.yml"))
/// let route = root?.mapping(as: "route") { route in
///     Route(receiver: route.string("receiver") ?? "", groupBy: route.strings("group_by") ?? [])
/// }
/// try decoder.finish()
/// ```
/// Reading never throws: what does not fit is reported and read as nil, like an absent key, so that the defaults that follow do no harm.
public final class YAMLDecoder {
    /// The file's name, for the messages.
    public let file: String
    /// Whether keys that nobody asks for are passed over in silence.
    public let ignoresUnknownKeys: Bool
    /// What is wrong so far.
    public private(set) var issues: [YAMLIssue] = []

    /// A decoder for a file.
    public init(file: String, ignoresUnknownKeys: Bool = false) {
        self.file = file
        self.ignoresUnknownKeys = ignoresUnknownKeys
    }

    /// The root of a tree, ready for decoding; nil if the file was empty.
    public func element(_ root: YAMLNode?) -> YAMLElement? {
        root.map { YAMLElement(node: $0, path: "", decoder: self) }
    }

    /// Notes something that is wrong.
    public func report(_ message: String, at position: YAMLPosition, path: String = "") {
        issues.append(YAMLIssue(position: position, path: path, message: message))
    }

    /// Throws what was reported, if anything was.
    public func finish() throws(YAMLError) {
        if !issues.isEmpty { throw YAMLError(file: file, issues: issues) }
    }
}
