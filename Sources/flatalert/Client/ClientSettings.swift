import StrictYAML

/// Defaults for flags that were not given: `FLATALERT_…` variables, then amtool's configuration files (reference 12.1).
struct ClientSettings: Sendable {
    private var values: [String: String] = [:]

    /// Reads the environment and the files that exist. Of two files the first that has a key wins.
    init(_ environment: ClientEnvironment) throws(ClientError) {
        for path in Self.files(home: environment.variable("HOME")).reversed() {
            guard let contents = try environment.contents(path) else { continue }
            for (key, value) in try Self.parse(contents, file: path) { values[key] = value }
        }
        // The variables win over every file.
        for flag in Self.flags {
            if let value = environment.variable(Self.variable(flag)), !value.isEmpty { values[flag] = value }
        }
    }

    /// The value of a flag, by its long name.
    subscript(_ flag: String) -> String? { values[flag] }

    /// The value of a switch.
    func bool(_ flag: String) throws(ClientError) -> Bool? {
        guard let text = values[flag] else { return nil }
        switch text.lowercased() {
        case "true", "t", "1", "yes", "on": return true
        case "false", "f", "0", "no", "off": return false
        default: throw .failed("\(flag) is configured as \"\(text)\"; it must be true or false")
        }
    }

    /// The flags that make sense for a whole session, and so have a variable.
    static let flags = [
        "alertmanager.url", "output", "timeout", "date.format", "http.config.file", "version-check", "enable-feature", "verbose", "author",
        "require-comment",
    ]

    /// The variable of a flag.
    static func variable(_ flag: String) -> String {
        "FLATALERT_" + flag.uppercased().replacing(".", with: "_").replacing("-", with: "_")
    }

    /// The first wins. Debian's amtool keeps its files in the last two places.
    static func files(home: String?) -> [String] {
        let own = home.map { ["\($0)/.config/amtool/config.yml"] } ?? []
        let debian = home.map { ["\($0)/.config/prometheus/amtool.yml"] } ?? []
        return own + ["/etc/amtool/config.yml"] + debian + ["/etc/prometheus/amtool.yml"]
    }

    private static func parse(_ contents: [UInt8], file: String) throws(ClientError) -> [(String, String)] {
        do throws(YAMLError) {
            let decoder = YAMLDecoder(file: file)
            let root = decoder.element(try YAMLDocument.parse(contents, file: file))
            let entries = root?.isNull == false ? root?.stringMap() : []
            try decoder.finish()
            // The old spelling of one key.
            return (entries ?? []).map { ($0.key == "comment_required" ? "require-comment" : $0.key, $0.value) }
        } catch {
            throw .failed("\(error)")
        }
    }
}
