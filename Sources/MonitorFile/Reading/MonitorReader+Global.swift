import ClientConfiguration
import Labels
import StrictYAML

/// What `global` says of jobs.
struct ScrapeDefaults {
    var settings = GlobalSettings()
    /// A job that sets nothing itself.
    var job = ScrapeConfiguration(jobName: "")
}

extension MonitorReader {
    /// `global` (reference 0, 5.6).
    func global(_ fields: YAMLMapping, environment: (String) -> String?) -> ScrapeDefaults {
        var defaults = ScrapeDefaults()
        names(fields, into: &defaults.job)
        defaults.settings.scrapeInterval = fields.milliseconds("scrape_interval", default: defaults.settings.scrapeInterval)
        let timeout = fields.milliseconds("scrape_timeout") ?? 0
        if timeout > defaults.settings.scrapeInterval {
            fields.fail("scrape_timeout", "global scrape timeout greater than scrape interval")
        }
        defaults.settings.scrapeTimeout = timeout > 0 ? timeout : min(defaults.settings.scrapeTimeout, defaults.settings.scrapeInterval)
        defaults.settings.evaluationInterval = fields.milliseconds("evaluation_interval", default: defaults.settings.evaluationInterval)
        defaults.settings.ruleQueryOffset = fields.milliseconds("rule_query_offset") ?? 0
        defaults.settings.externalLabels = externalLabels(
            fields["external_labels"], legacyNames: defaults.job.legacyNames, environment: environment)
        defaults.job.interval = defaults.settings.scrapeInterval
        defaults.job.timeout = defaults.settings.scrapeTimeout
        limits(fields, into: &defaults.job)
        defaults.job.extraScrapeMetrics = fields.bool("extra_scrape_metrics") ?? false
        if let protocols = protocols(fields["scrape_protocols"]) { defaults.job.protocols = protocols }
        for key in ["query_log_file", "scrape_failure_log_file"] where !fields.text(key).isEmpty { notes.unused("global.\(key)") }
        if let element = fields["runtime"], isUsed(element) { notes.unused("global.runtime") }
        ignoreHistograms(fields)
        return defaults
    }

    /// How names are checked, and how targets are told to escape them.
    func names(_ fields: YAMLMapping, into job: inout ScrapeConfiguration) {
        switch fields.text("metric_name_validation_scheme") {
        case "": break
        case "utf8": job.legacyNames = false
        case "legacy": job.legacyNames = true
        case let other: fields.fail("metric_name_validation_scheme", "expected utf8 or legacy, found \(GoQuote.quote(other))")
        }
        let escaping = fields.text("metric_name_escaping_scheme")
        switch escaping {
        case "": if job.legacyNames { job.nameEscaping = "underscores" }
        case "allow-utf-8", "underscores", "dots", "values":
            job.nameEscaping = escaping
            if escaping == "allow-utf-8", job.legacyNames {
                fields.fail("metric_name_escaping_scheme", "allow-utf-8 does not go together with metric_name_validation_scheme legacy")
            }
        default:
            fields.fail(
                "metric_name_escaping_scheme", "expected allow-utf-8, underscores, dots or values, found \(GoQuote.quote(escaping))")
        }
    }

    /// Limits that a job has of its own where they are not 0.
    func limits(_ fields: YAMLMapping, into job: inout ScrapeConfiguration) {
        func set(_ path: WritableKeyPath<ScrapeConfiguration, Int>, _ value: Int) { if value != 0 { job[keyPath: path] = value } }
        set(\.bodySizeLimit, fields.bytes("body_size_limit"))
        set(\.sampleLimit, fields.count("sample_limit"))
        set(\.targetLimit, fields.count("target_limit"))
        set(\.labelLimit, fields.count("label_limit"))
        set(\.labelNameLengthLimit, fields.count("label_name_length_limit"))
        set(\.labelValueLengthLimit, fields.count("label_value_length_limit"))
        set(\.keptDroppedTargets, fields.count("keep_dropped_targets"))
    }

    /// `scrape_protocols`; nil if they are absent.
    func protocols(_ element: YAMLElement?) -> [ScrapeProtocol]? {
        guard let element, !element.isNull else { return nil }
        var found: [ScrapeProtocol] = []
        for item in element.elements() ?? [] {
            guard let name = item.isNull ? "" : item.string() else { continue }
            guard let known = ScrapeProtocol(rawValue: name) else {
                item.fail("unknown scrape protocol \(GoQuote.quote(name)), known: \(Self.knownProtocols)")
                continue
            }
            if found.contains(known) { item.fail("scrape protocol \(name) is there twice") }
            found.append(known)
        }
        if element.node.sequence?.isEmpty == true { element.fail("scrape_protocols must not be empty") }
        return found
    }

    static var knownProtocols: String { ScrapeProtocol.allCases.map(\.rawValue).joined(separator: ", ") }

    /// What only native histograms need, which this program has not.
    func ignoreHistograms(_ fields: YAMLMapping) {
        for key in [
            "scrape_native_histograms", "scrape_classic_histograms", "always_scrape_classic_histograms",
            "convert_classic_histograms_to_nhcb",
        ] { _ = fields.bool(key) }
        _ = fields.count("native_histogram_bucket_limit")
        _ = fields.double("native_histogram_min_bucket_factor")
    }

    private func externalLabels(_ element: YAMLElement?, legacyNames: Bool, environment: (String) -> String?) -> LabelSet {
        var labels: [(String, String)] = []
        for (name, position, value) in element?.entries() ?? [] {
            guard let text = value.isNull ? "" : value.string() else { continue }
            guard isValidLabelName(name, mode: legacyNames ? .classic : .utf8) else {
                decoder.report("\(GoQuote.quote(name)) is not a valid label name", at: position)
                continue
            }
            let expanded = VariableExpansion.expand(text) { variable in
                let found = environment(variable) ?? ""
                if found.isEmpty {
                    warn(value.node.position, "external label \(name) names the environment variable \(variable), which is not set")
                }
                return found
            }
            if !expanded.isEmpty { labels.append((name, expanded)) }
        }
        return LabelSet(labels)
    }
}
