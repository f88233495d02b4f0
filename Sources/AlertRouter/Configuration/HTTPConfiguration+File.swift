public import ClientConfiguration
import StrictYAML

extension HTTPConfiguration {
    /// Reads and checks a file that holds nothing but an `http_config` block.
    ///
    /// - Throws: why it cannot be read, or everything that is wrong with it, each with its place.
    public static func load(file: String) throws(ConfigurationError) -> HTTPConfiguration {
        switch FileReader.contents(of: file) {
        case .success(let bytes): return try parse(bytes, file: file)
        case .failure(let fault):
            throw ConfigurationError(
                file: file, issues: [ConfigurationIssue(position: nil, message: "cannot read the file: \(fault.message)")])
        }
    }

    /// Checks a file that holds nothing but an `http_config` block, as the client commands take it.
    ///
    /// Relative paths in it are joined to the file's directory.
    ///
    /// - Throws: everything that is wrong with it, each with its place.
    public static func parse(_ bytes: [UInt8], file: String) throws(ConfigurationError) -> HTTPConfiguration {
        let decoder = YAMLDecoder(file: file)
        let root: YAMLNode?
        do throws(YAMLError) {
            root = try YAMLDocument.parse(bytes, file: file)
        } catch {
            throw ConfigurationError(file: file, issues: error.issues.map(ConfigurationIssue.init))
        }
        let directory = FilePath.directory(of: file)
        let reader = HTTPConfigurationReader(decoder: decoder) { FilePath.joined($0, to: directory) }
        let configuration = decoder.element(root)?.mapping(as: "http_config", reader.read)
        guard decoder.issues.isEmpty else {
            throw ConfigurationError(file: file, issues: decoder.issues.map(ConfigurationIssue.init))
        }
        return configuration ?? HTTPConfiguration()
    }
}
