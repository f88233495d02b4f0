import ClientConfiguration
import Labels
import StrictYAML

/// What readers of several files note besides what is wrong.
final class MonitorNotes {
    private(set) var warnings: [String] = []
    private(set) var unusedSections: [String] = []

    func warn(_ file: String, _ position: YAMLPosition, _ message: String) { warnings.append("\(file):\(position): \(message)") }

    /// Names a section once.
    func unused(_ section: String) { if !unusedSections.contains(section) { unusedSections.append(section) } }
}

/// Turns the tree of one file into typed parts. What is wrong goes to the decoder, and reading goes on, so that everything is told at once.
final class MonitorReader {
    let decoder: YAMLDecoder
    let notes: MonitorNotes
    /// What jobs inherit from `global`.
    var defaults: ScrapeDefaults
    /// The jobs so far, of all files.
    var jobNames: Set<String>
    private let directory: String

    init(decoder: YAMLDecoder, notes: MonitorNotes, defaults: ScrapeDefaults = ScrapeDefaults(), jobNames: Set<String> = []) {
        self.decoder = decoder
        self.notes = notes
        self.defaults = defaults
        self.jobNames = jobNames
        directory = FilePath.directory(of: decoder.file)
    }

    /// What is wrong so far, in the order of the file.
    var problems: [MonitorConfigurationError.Problem] {
        guard !decoder.issues.isEmpty else { return [] }
        return MonitorConfigurationError(YAMLError(file: decoder.file, issues: decoder.issues)).problems
    }

    func warn(_ position: YAMLPosition, _ message: String) { notes.warn(decoder.file, position, message) }

    func joined(_ path: String) -> String { FilePath.joined(path, to: directory) }

    /// The whole file (reference 5.6).
    ///
    /// - Returns: The files of `scrape_config_files`.
    func read(_ root: YAMLElement?, into configuration: inout MonitorConfiguration, environment: @escaping (String) -> String?) -> [String]
    {
        let files = root?.mapping(as: "config") { fields in
            defaults = fields.mapping("global", as: "global_config") { self.global($0, environment: environment) } ?? defaults
            configuration.global = defaults.settings
            configuration.ruleFiles = patterns(fields["rule_files"], of: "rule").map(joined)
            configuration.scrapeConfigurations = scrapeConfigurations(fields)
            configuration.alerting = fields.mapping("alerting", as: "alerting_config", alerting) ?? configuration.alerting
            for section in ["remote_write", "remote_read", "storage", "tracing", "otlp", "runtime"] {
                if let element = fields[section], isUsed(element) { notes.unused(section) }
            }
            return scrapeFiles(fields["scrape_config_files"])
        }
        return files ?? []
    }

    /// Whether a value says anything.
    func isUsed(_ element: YAMLElement) -> Bool {
        !element.isNull && element.node.sequence?.isEmpty != true && element.node.mapping?.isEmpty != true
    }

    /// Paths whose last element alone may hold a `*`.
    private func patterns(_ list: YAMLElement?, of kind: String) -> [String] {
        list?.list { element in
            guard let pattern = element.isNull ? "" : element.string() else { return nil }
            if let star = pattern.firstIndex(of: "*"), pattern[star...].contains("/") {
                element.fail("invalid \(kind) file path \(GoQuote.quote(pattern)): * may stand in the last element only")
            } else if !FileGlob.isWellFormed(pattern) {
                element.fail("invalid \(kind) file path \(GoQuote.quote(pattern)): syntax error in pattern")
            } else {
                return pattern
            }
            return nil
        } ?? []
    }

    private func scrapeFiles(_ list: YAMLElement?) -> [String] {
        var files: [String] = []
        for pattern in patterns(list, of: "scrape config").map(joined) {
            let found = FileGlob.files(matching: pattern)
            if found.isEmpty, let list { warn(list.node.position, "no scrape config file matches \(GoQuote.quote(pattern))") }
            files += found.filter { !files.contains($0) }
        }
        return files
    }
}
