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

    init(mode: MatcherMode, baseDirectory: String?, decoder: YAMLDecoder) {
        self.mode = mode
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

    /// This version has no template engine: a text that would need one is an error rather than sent as it stands.
    ///
    /// - Returns: whether the text is plain.
    @discardableResult
    func refuseTemplate(_ text: String, at position: YAMLPosition, what: String) -> Bool {
        guard text.contains("{{") else { return true }
        decoder.report("template in \(what): not in this version, which takes plain text only", at: position)
        return false
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
