import GoTemplate
import Labels
import StrictYAML

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

    /// Records a key that Alertmanager has and this version does not, if it is used.
    func refuse(_ key: String, in node: YAMLNode) {
        guard let pair = node.mapping?.first(where: { $0.key.scalar?.text == key }) else { return }
        guard !pair.value.isNull, pair.value.sequence?.isEmpty != true else { return }
        decoder.report("\(key): not in this version", at: pair.key.position)
    }

    // MARK: - Paths

    /// A path joined to the configuration's directory, if it is relative (reference 1.1).
    func joined(_ path: String) -> String {
        guard let baseDirectory, !path.isEmpty, !path.hasPrefix("/") else { return path }
        return Self.cleaned("\(baseDirectory)/\(path)")
    }

    /// Removes `.`, `..` and doubled slashes without looking at the disk.
    static func cleaned(_ path: String) -> String {
        let isAbsolute = path.hasPrefix("/")
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !isAbsolute {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        return isAbsolute ? "/\(joined)" : joined.isEmpty ? "." : joined
    }
}
