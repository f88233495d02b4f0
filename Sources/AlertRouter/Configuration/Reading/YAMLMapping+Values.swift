import StrictYAML
import Time
import Transport

/// The kinds of values that `alertmanager.yml` is made of (reference 1.1).
extension YAMLMapping {
    /// A duration such as `1h30m`.
    func duration(_ key: String) -> TimeSpan? {
        self[key]?.parsed { text throws(DurationError) in try PrometheusDuration.parse(text) }
    }

    /// A boolean with a default. A key without a value says false, as in Go.
    func bool(_ key: String, default standard: Bool) -> Bool {
        guard let element = self[key] else { return standard }
        return element.node.scalar?.value == .null ? false : element.bool() ?? standard
    }

    /// A duration in Go's form, such as `1m30s` or `500ms`.
    func goDuration(_ key: String) -> TimeSpan? {
        self[key]?.parsed { text throws(DurationError) in try GoDuration.parse(text) }
    }

    /// A URL of http or https with a host.
    func webURL(_ key: String) -> String? {
        self[key]?.parsed { text throws(WebURL.Fault) in try WebURL.web(text).text }
    }

    /// A text or the file that holds it instead: at most one of them. The empty text is as good as none.
    ///
    /// - Parameters:
    ///   - block: The mapping's name, for the complaint.
    ///   - path: Resolves the file's path.
    ///   - text: Reads the text, if it is more than a string.
    func source(
        _ key: String, file: String, in block: String = "", path: (String) -> String = { $0 },
        text: (YAMLElement) -> String? = { $0.string() }
    ) -> TextSource? {
        let inline = self[key].flatMap(text).flatMap { $0.isEmpty ? nil : $0 }
        let filePath = string(file).flatMap { $0.isEmpty ? nil : $0 }
        if inline != nil, filePath != nil {
            fail(file, "at most one of \(block.isEmpty ? key : "\(block) \(key)") & \(file) must be configured")
        }
        return inline.map { .inline($0) } ?? filePath.map { .file(path($0)) }
    }
}

extension YAMLElement {
    /// A URL that is a secret. What a masked configuration shows for one is taken as well (reference 1.1).
    func secretURL() -> String? {
        parsed { text throws(WebURL.Fault) in text == TextSource.mask ? text : try WebURL.web(text, mask: TextSource.mask).text }
    }

    /// Free keys with their values, sorted by key.
    func sortedEntries() -> [(key: String, keyPosition: YAMLPosition, value: YAMLElement)] {
        (entries() ?? []).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}

extension TextSource {
    /// How a secret shows in configurations, logs and answers.
    static let mask = "<secret>"
}
