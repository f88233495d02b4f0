import ClientConfiguration
import GoTemplate
import Labels
import StrictYAML
import Transport

/// Turns the tree of a configuration file into typed parts. What is wrong goes to the decoder, and reading goes on, so that everything is told
/// at once.
final class ConfigurationReader {
    /// How matchers are parsed.
    let mode: MatcherMode
    /// The directory that some relative paths are joined to; nil leaves them alone.
    let baseDirectory: String?
    let decoder: YAMLDecoder
    private(set) var warnings: [ConfigurationWarning] = []
    /// Every text that is a template, in the order of reading. Texts without `{{` need nothing and are left out.
    private(set) var templatedTexts: [TemplateCheck.Text] = []
    /// The integration that is being read, for the texts in it.
    var integration: (kind: String, sendsResolved: Bool)?
    /// Whether the files of `templates` are looked for.
    let readsTemplateFiles: Bool
    /// Some of them cannot be read: what texts refer to may be there.
    var lacksTemplateFiles = false
    /// `smtp_smarthost` is there but could not be read: receivers don't complain that it is missing.
    var smarthostIsWrong = false

    init(mode: MatcherMode, baseDirectory: String?, readsTemplateFiles: Bool = true, decoder: YAMLDecoder) {
        self.mode = mode
        self.readsTemplateFiles = readsTemplateFiles
        self.baseDirectory = baseDirectory
        self.decoder = decoder
    }

    func warn(_ position: YAMLPosition?, _ message: String) {
        warnings.append(ConfigurationWarning(position: position, message: message))
    }

    /// Records the names that are no label names in the mode.
    func checkLabelName(_ name: String, at position: YAMLPosition, _ complaint: (String) -> String) {
        guard !isValidLabelName(name, mode: mode.labelNameMode) else { return }
        decoder.report(complaint(GoQuote.quote(name)), at: position)
    }

    /// Notes a text that is expanded for every notification.
    func keep(_ text: String, at position: YAMLPosition, _ escaping: TemplateEscaping = .none, what: String, isSecret: Bool = false) {
        guard text.contains("{{") else { return }
        templatedTexts.append(
            TemplateCheck.Text(
                position: position, text: text, escaping: escaping, what: integration.map { "\($0.kind) \(what)" } ?? what,
                isSecret: isSecret, isSentResolved: integration?.sendsResolved ?? true))
    }

    // MARK: - Paths and HTTP

    /// A path joined to the configuration's directory, if it is relative (reference 1.1).
    func joined(_ path: String) -> String { FilePath.joined(path, to: baseDirectory) }

    /// Reads `http_config` (reference 1.6); nil if it is absent.
    func httpConfiguration(in parent: YAMLMapping) -> HTTPConfiguration? {
        parent.mapping("http_config", as: "http_config", HTTPConfigurationReader(decoder: decoder, join: joined).read)
    }

    /// Reads `tls_config` of a mail server (reference 1.7), whose files are not joined; the defaults if it is absent.
    func mailTLS(_ element: YAMLElement?) -> TLSOptions { HTTPConfigurationReader(decoder: decoder).tls(element) }
}
