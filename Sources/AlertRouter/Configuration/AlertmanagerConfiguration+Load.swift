import AlertCore
import ClientConfiguration
import Glibc
public import Labels
import StrictYAML

extension AlertmanagerConfiguration {
    /// Reads a configuration file.
    ///
    /// - Parameters:
    ///   - path: The file. Its directory is what some relative paths in it are joined to.
    ///   - mode: How matchers and label names are parsed.
    /// - Throws: Everything that is wrong with the file, each with its place.
    public static func load(file path: String, mode: MatcherMode = .fallback) throws(ConfigurationError) -> AlertmanagerConfiguration {
        let bytes: [UInt8]
        switch FileReader.contents(of: path) {
        case .success(let contents): bytes = contents
        case .failure(let fault):
            throw ConfigurationError(file: path, issues: [ConfigurationIssue(position: nil, message: "cannot be read: \(fault.message)")])
        }
        return try parse(bytes, file: path, baseDirectory: FilePath.directory(of: path), mode: mode)
    }

    /// Checks a configuration's text.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - file: What to call it in complaints.
    ///   - baseDirectory: What some relative paths are joined to; nil leaves them as they are.
    ///   - mode: How matchers and label names are parsed.
    ///   - checksTemplates: Whether template files are read and templated texts are tried. Without, nothing can be sent with it: for those who
    ///     look at a configuration whose files are elsewhere.
    /// - Throws: Everything that is wrong with it, each with its place.
    public static func parse(
        _ bytes: [UInt8], file: String, baseDirectory: String? = nil, mode: MatcherMode = .fallback, checksTemplates: Bool = true
    ) throws(ConfigurationError) -> AlertmanagerConfiguration {
        let decoder = YAMLDecoder(file: file)
        let root: YAMLNode?
        var rest: YAMLPosition?
        do throws(YAMLError) {
            root = try YAMLDocument.parse(bytes, file: file) { rest = $0 }
        } catch {
            throw ConfigurationError(file: file, issues: error.issues.map(ConfigurationIssue.init))
        }
        let reader = ConfigurationReader(
            mode: mode, baseDirectory: baseDirectory, readsTemplateFiles: checksTemplates, decoder: decoder)
        let parts = reader.parts(decoder.element(root))
        if let rest { reader.warn(rest, "a second document begins here; only the first is read") }
        let templates =
            checksTemplates && !reader.lacksTemplateFiles
            ? CheckedTemplates(files: parts?.templateFiles ?? [], texts: reader.templatedTexts) : CheckedTemplates()
        let issues = decoder.issues.map(ConfigurationIssue.init) + templates.issues
        guard let parts, let route = parts.route, issues.isEmpty else { throw ConfigurationError(file: file, issues: issues) }
        return AlertmanagerConfiguration(
            file: file, originalText: String(decoding: bytes, as: UTF8.self), hash: hash(of: bytes), global: parts.global, route: route,
            receivers: parts.receivers, inhibitRules: parts.inhibitRules, templates: parts.templates, templateFiles: parts.templateFiles,
            timeIntervals: parts.timeIntervals, muteTimeIntervals: parts.muteTimeIntervals, templatedTexts: reader.templatedTexts,
            messageTemplates: templates.templates, warnings: reader.warnings + templates.warnings)
    }

    /// Checks a configuration's text.
    public static func parse(
        _ text: String, file: String, baseDirectory: String? = nil, mode: MatcherMode = .fallback, checksTemplates: Bool = true
    ) throws(ConfigurationError) -> AlertmanagerConfiguration {
        try parse(Array(text.utf8), file: file, baseDirectory: baseDirectory, mode: mode, checksTemplates: checksTemplates)
    }

    private static func hash(of bytes: [UInt8]) -> UInt64 {
        MD5Digest.of(bytes).prefix(6).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension ConfigurationIssue {
    init(_ issue: YAMLIssue) { self.init(position: issue.position, message: issue.message) }
}
