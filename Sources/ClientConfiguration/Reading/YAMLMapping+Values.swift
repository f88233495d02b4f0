public import StrictYAML
public import Time
public import Transport

/// The kinds of values that configuration files are made of.
extension YAMLMapping {
    /// A duration such as `1h30m`.
    public func duration(_ key: String) -> TimeSpan? {
        self[key]?.parsed { text throws(DurationError) in try PrometheusDuration.parse(text) }
    }

    /// A boolean with a default. A key without a value says false, as in Go.
    public func bool(_ key: String, default standard: Bool) -> Bool {
        guard let element = self[key] else { return standard }
        return element.node.scalar?.value == .null ? false : element.bool() ?? standard
    }

    /// A duration in Go's form, such as `1m30s` or `500ms`.
    public func goDuration(_ key: String) -> TimeSpan? {
        self[key]?.parsed { text throws(DurationError) in try GoDuration.parse(text) }
    }

    /// A URL of http or https with a host.
    public func webURL(_ key: String) -> String? {
        self[key]?.parsed { text throws(WebURL.Fault) in try WebURL.web(text).text }
    }

    /// A text or the file that holds it instead: at most one of them. The empty text is as good as none.
    ///
    /// - Parameters:
    ///   - block: The mapping's name, for the complaint.
    ///   - path: Resolves the file's path.
    ///   - text: Reads the text, if it is more than a string.
    public func source(
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
    /// Notes a key that the original knows and this version does not, if it is used.
    public func refuse(_ key: String) {
        guard let pair = node.mapping?.first(where: { $0.key.scalar?.text == key }) else { return }
        guard !pair.value.isNull, pair.value.sequence?.isEmpty != true else { return }
        decoder.report("\(key): not in this version", at: pair.key.position)
    }

    /// A URL that is a secret. What a masked configuration shows for one is taken as well (reference 1.1).
    public func secretURL() -> String? {
        parsed { text throws(WebURL.Fault) in
            text == TextSource.mask ? text : try WebURL.web(text, mask: TextSource.mask).text
        }
    }

    /// Free keys with their values, sorted by key.
    public func sortedEntries() -> [(key: String, keyPosition: YAMLPosition, value: YAMLElement)] {
        (entries() ?? []).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}

extension TextSource {
    /// How a secret shows in configurations, logs and answers.
    public static let mask = "<secret>"
}
