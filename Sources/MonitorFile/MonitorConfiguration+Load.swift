import ClientConfiguration
import Glibc
import StrictYAML

extension MonitorConfiguration {
    /// Reads a `prometheus.yml` and the files of its `scrape_config_files`.
    ///
    /// - Parameters:
    ///   - path: The file. Its directory is what relative paths in it are joined to.
    ///   - environment: The value of a variable that `external_labels` name.
    /// - Throws: Everything that is wrong, each with its place.
    public static func load(file path: String, environment: (String) -> String? = Self.environment) throws(MonitorConfigurationError)
        -> MonitorConfiguration
    {
        switch FileReader.contents(of: path) {
        case .success(let bytes): return try parse(bytes, file: path, environment: environment)
        case .failure(let fault):
            throw MonitorConfigurationError(problems: [.init(file: path, message: "cannot be read: \(fault.message)")])
        }
    }

    /// Reads the text of a `prometheus.yml`, and the files of its `scrape_config_files`.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - file: What to call it in complaints; its directory is what relative paths are joined to.
    ///   - environment: The value of a variable that `external_labels` name.
    /// - Throws: Everything that is wrong, each with its place.
    public static func parse(_ bytes: [UInt8], file: String, environment: (String) -> String? = Self.environment)
        throws(MonitorConfigurationError) -> MonitorConfiguration
    {
        let decoder = YAMLDecoder(file: file)
        let root: YAMLNode?
        var rest: YAMLPosition?
        do throws(YAMLError) {
            root = try YAMLDocument.parse(bytes, file: file) { rest = $0 }
        } catch {
            throw MonitorConfigurationError(error)
        }
        let notes = MonitorNotes()
        if let rest { notes.warn(file, rest, "a second document begins here; only the first is read") }
        var configuration = MonitorConfiguration(file: file, text: MaskedText.of(root))
        let reader = MonitorReader(decoder: decoder, notes: notes)
        let files = withoutActuallyEscaping(environment) { reader.read(decoder.element(root), into: &configuration, environment: $0) }

        var problems = reader.problems
        var names = reader.jobNames
        for path in files {
            do throws(MonitorConfigurationError) {
                configuration.scrapeConfigurations += try scrapeConfigurations(
                    inFile: path, defaults: reader.defaults, names: &names, notes: notes)
            } catch { problems += error.problems }
        }
        guard problems.isEmpty else { throw MonitorConfigurationError(problems: problems) }
        configuration.unusedSections = notes.unusedSections
        configuration.warnings = notes.warnings
        return configuration
    }

    /// The process's environment.
    public static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// The jobs of one of `scrape_config_files`, whose own paths are joined to its own directory.
    private static func scrapeConfigurations(inFile path: String, defaults: ScrapeDefaults, names: inout Set<String>, notes: MonitorNotes)
        throws(MonitorConfigurationError) -> [ScrapeConfiguration]
    {
        let decoder = YAMLDecoder(file: path)
        let root: YAMLNode?
        switch FileReader.contents(of: path) {
        case .failure(let fault):
            throw MonitorConfigurationError(problems: [.init(file: path, message: "cannot be read: \(fault.message)")])
        case .success(let bytes):
            do throws(YAMLError) {
                root = try YAMLDocument.parse(bytes, file: path) {
                    notes.warn(path, $0, "a second document begins here; only the first is read")
                }
            } catch { throw MonitorConfigurationError(error) }
        }
        let reader = MonitorReader(decoder: decoder, notes: notes, defaults: defaults, jobNames: names)
        let jobs = decoder.element(root)?.mapping(as: "scrape_configs_file") { reader.scrapeConfigurations($0) }
        names = reader.jobNames
        guard reader.problems.isEmpty else { throw MonitorConfigurationError(problems: reader.problems) }
        return jobs ?? []
    }
}
