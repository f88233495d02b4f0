import ClientConfiguration
import Labels
import StrictYAML

extension MonitorReader {
    /// `scrape_configs`, of the main file or of another.
    func scrapeConfigurations(_ fields: YAMLMapping) -> [ScrapeConfiguration] {
        fields.list("scrape_configs") { element in
            if element.isNull { element.fail("empty or null scrape config section") }
            return element.mapping(as: "scrape_config", scrapeConfiguration)
        } ?? []
    }

    private func scrapeConfiguration(_ fields: YAMLMapping) -> ScrapeConfiguration {
        var job = defaults.job
        job.jobName = fields.requiredText("job_name", "job_name is empty")
        if !job.jobName.isEmpty, !jobNames.insert(job.jobName).inserted {
            fields.fail("job_name", "found multiple scrape configs with job name \(GoQuote.quote(job.jobName))")
        }
        timing(fields, into: &job)
        names(fields, into: &job)
        limits(fields, into: &job)
        job.metricsPath = fields.text("metrics_path", default: job.metricsPath)
        job.scheme = scheme(fields)
        job.parameters = (fields["params"]?.sortedEntries() ?? []).map { name, _, values in
            ScrapeConfiguration.Parameter(name: name, values: values.strings() ?? [])
        }
        job.honorsLabels = fields.bool("honor_labels") ?? false
        job.honorsTimestamps = fields.bool("honor_timestamps", default: true)
        job.tracksTimestampsStaleness = fields.bool("track_timestamps_staleness") ?? false
        job.compresses = fields.bool("enable_compression", default: true)
        job.extraScrapeMetrics = fields.bool("extra_scrape_metrics") ?? job.extraScrapeMetrics
        job.protocols = protocols(fields["scrape_protocols"]) ?? job.protocols
        job.fallbackProtocol = fallback(fields)
        ignoreHistograms(fields)
        if !fields.text("scrape_failure_log_file").isEmpty { notes.unused("scrape_configs.scrape_failure_log_file") }
        let relabeling = RelabelReader(decoder: decoder, legacyNames: job.legacyNames)
        job.relabeling = relabeling.read(fields["relabel_configs"], empty: "empty or null target relabeling rule in scrape config")
        job.metricRelabeling = relabeling.read(
            fields["metric_relabel_configs"], empty: "empty or null metric relabeling rule in scrape config")
        job.client = HTTPConfigurationReader(decoder: decoder, join: joined).read(fields)
        job.discoveries = discoveries(fields, legacyNames: job.legacyNames, checksAddresses: isEmpty(fields["relabel_configs"]))
        return job
    }

    private func timing(_ fields: YAMLMapping, into job: inout ScrapeConfiguration) {
        job.interval = fields.milliseconds("scrape_interval", default: job.interval)
        let timeout = fields.milliseconds("scrape_timeout") ?? 0
        if timeout > job.interval {
            fields.fail(
                "scrape_timeout",
                "scrape timeout greater than scrape interval for scrape config with job name \(GoQuote.quote(job.jobName))")
        }
        job.timeout = timeout > 0 ? timeout : min(job.timeout, job.interval)
    }

    private func fallback(_ fields: YAMLMapping) -> ScrapeProtocol? {
        let name = fields.text("fallback_scrape_protocol")
        let known = ScrapeProtocol(rawValue: name)
        if known == nil, !name.isEmpty {
            fields.fail("fallback_scrape_protocol", "unknown scrape protocol \(GoQuote.quote(name)), known: \(Self.knownProtocols)")
        }
        return known
    }

    /// `scheme`. Prometheus takes any and fails to scrape; a file that it loads is loaded here as well.
    func scheme(_ fields: YAMLMapping) -> String {
        let scheme = fields.text("scheme", default: "http")
        if scheme != "http", scheme != "https", let element = fields["scheme"], element.node.scalar != nil {
            warn(element.node.position, "scheme \(GoQuote.quote(scheme)) cannot be asked: write http or https")
        }
        return scheme
    }

    /// Whether a list has no elements, or is none.
    func isEmpty(_ element: YAMLElement?) -> Bool { element?.node.sequence?.isEmpty != false }
}
