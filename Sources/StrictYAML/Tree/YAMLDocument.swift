/// The one document of a YAML file.
public enum YAMLDocument {
    /// The bounds that keep a small hostile file from costing much.
    public struct Limits: Hashable, Sendable {
        /// How deep lists and mappings may nest.
        public var depth: Int
        /// How many values the document may have after aliases and merge keys are replaced.
        public var nodes: Int

        /// Bounds; the defaults are far above any real configuration.
        public init(depth: Int = 100, nodes: Int = 1_000_000) {
            self.depth = depth
            self.nodes = nodes
        }
    }

    /// Which of two values a key gets that is written in a mapping and also merged into it.
    public enum Merging: Hashable, Sendable {
        /// The later in the file, as in Go's yaml.v2.
        case inPlace
        /// The written one, wherever it stands, as in Go's yaml.v3, which reads rule files.
        case writtenFirst
    }

    /// Parses a file. Nil if it holds nothing but comments. A second document, unless empty, duplicate keys, keys that are not scalars, aliases of
    /// unknown anchors, invalid UTF-8 and control characters are errors with their place.
    ///
    /// Merge keys work as in Go's yaml.v2 unless told otherwise: in place, so that of two sources of a key the later one in the file wins, and of a
    /// list of merged mappings the first. Tags that it does not know make a scalar a string and change nothing for lists and mappings.
    ///
    /// - Parameter skipping: Takes the place of what follows the first document, which is then not looked at; without it, that is an error.
    public static func parse(
        _ text: [UInt8], file: String, limits: Limits = Limits(), merging: Merging = .inPlace,
        skipping: ((YAMLPosition) -> Void)? = nil
    ) throws(YAMLError) -> YAMLNode? {
        let outcome: Result<YAMLNode?, YAMLError> = text.withUnsafeBufferPointer { buffer in
            var builder = TreeBuilder(events: EventSource(buffer), limits: limits, merging: merging)
            do throws(TreeBuilder.Stopped) {
                let root = try builder.document(skipping: skipping)
                return builder.issues.isEmpty ? .success(root) : .failure(YAMLError(file: file, issues: builder.issues))
            } catch {
                return .failure(YAMLError(file: file, issues: builder.issues + [error.issue]))
            }
        }
        return try outcome.get()
    }

    /// Parses a text.
    public static func parse(_ text: String, file: String, limits: Limits = Limits()) throws(YAMLError) -> YAMLNode? {
        try parse(Array(text.utf8), file: file, limits: limits)
    }
}
