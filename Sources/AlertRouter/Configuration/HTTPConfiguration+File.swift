public import ClientConfiguration
import StrictYAML

extension HTTPConfiguration {
    /// Checks a file that holds nothing but an `http_config` block, as the client commands take it.
    ///
    /// Relative paths in it are joined to the file's directory.
    ///
    /// - Throws: everything that is wrong with it, each with its place.
    public static func parse(_ bytes: [UInt8], file: String) throws(ConfigurationError) -> HTTPConfiguration {
        let decoder = YAMLDecoder(file: file)
        let directory = file.lastIndex(of: "/").map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
        let reader = ConfigurationReader(mode: .fallback, baseDirectory: directory, decoder: decoder)
        let root: YAMLNode?
        do throws(YAMLError) {
            root = try YAMLDocument.parse(bytes, file: file)
        } catch {
            throw ConfigurationError(file: file, issues: error.issues.map(ConfigurationIssue.init))
        }
        guard let root else { return HTTPConfiguration() }
        // The reader looks for the block under its key, so it gets one.
        let key = YAMLNode(kind: .scalar(YAMLScalar(text: "http_config")), position: root.position)
        let parent = YAMLNode(kind: .mapping([YAMLNode.Pair(key: key, value: root)]), position: root.position)
        let configuration = decoder.element(parent)?.mapping(as: "http_config") { reader.httpConfiguration(in: $0) }
        guard decoder.issues.isEmpty else {
            throw ConfigurationError(file: file, issues: decoder.issues.map(ConfigurationIssue.init))
        }
        return configuration ?? HTTPConfiguration()
    }
}
