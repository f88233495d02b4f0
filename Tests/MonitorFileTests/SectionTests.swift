import Labels
import MonitorFile
import Testing

@Suite("Parts of prometheus.yml")
struct SectionTests {
    private func job(_ fields: String) throws -> ScrapeConfiguration {
        try #require(try parsed("scrape_configs: [{job_name: j, \(fields)}]").scrapeConfigurations.first)
    }

    @Test(
        "external labels expand variables as Go's os.Expand does",
        arguments: [
            ("$HOST", "h1"), ("${HOST}x", "h1x"), ("$HOSTx", nil), ("a$", "a$"), ("$ a", "$ a"), ("$$HOST", "$HOST"), ("${}a", "a"),
            ("${a", "a"),
            ("x$1y", "xy"), ("", nil),
        ] as [(String, String?)])
    func variables(_ text: String, _ expected: String?) throws {
        #expect(try parsed("global: {external_labels: {l: '\(text)'}}").global.externalLabels["l"] == expected)
    }

    @Test("a variable that is not set is a warning")
    func unset() throws {
        #expect(
            try parsed("global: {external_labels: {l: $NO}}").warnings == [
                "/etc/p/prometheus.yml:1:31: external label l names the environment variable NO, which is not set"
            ])
    }

    @Test(
        "sizes have units of 1024",
        arguments: [
            ("0", 0), ("1B", 1), ("2KB", 2048), ("1KiB", 1024), ("1.5MB", 1_572_864), (".5KB", 512), ("1GB1MB", 1_074_790_400), ("-1MB", 0),
        ])
    func sizes(_ text: String, _ bytes: Int) throws { #expect(try job("body_size_limit: \(text)").bodySizeLimit == bytes) }

    @Test(
        "sizes without a unit or with an odd one are refused",
        arguments: ["100", "1k", "kB", "1kB", "1..5MB", "x", "99EB", "''", "1MB1KiB"])
    func badSizes(_ text: String) { #expect(problems("scrape_configs: [{job_name: j, body_size_limit: \(text)}]").count == 1) }

    @Test("keys without a value are zero or false, as Go reads them")
    func nulls() throws {
        let job = try job(
            "honor_timestamps: null, metrics_path: null, scrape_interval: null, sample_limit: ~, params: null, relabel_configs: null, static_configs: null"
        )
        #expect(!job.honorsTimestamps)
        #expect(job.metricsPath == "")
        #expect(job.interval == 60_000)
        #expect(job.sampleLimit == 0)
        #expect(job.discoveries == [])
    }

    @Test(
        "what Prometheus refuses is refused",
        arguments: [
            "global: {scrape_interval: 1}", "global: {external_labels: {'': a}}", "global: {external_labels: [a]}", "rule_files: x",
            "scrape_configs: [{job_name: j, scrape_timeout: 2m}]", "scrape_configs: [{job_name: j, scrape_protocols: [x]}]",
            "scrape_configs: [{job_name: j, scrape_protocols: []}]", "scrape_configs: [{job_name: j, sample_limit: -1}]",
            "scrape_configs: [{job_name: j, file_sd_configs: [{files: [a.txt]}]}]",
            "scrape_configs: [{job_name: j, file_sd_configs: [{}]}]",
            "scrape_configs: [{job_name: j, file_sd_configs: [{files: ['*/a.yml']}]}]",
            "scrape_configs: [{job_name: j, http_sd_configs: [{}]}]",
            "scrape_configs: [{job_name: j, http_sd_configs: [{url: 'ftp://x'}]}]",
            "scrape_configs: [{job_name: j, static_configs: [null]}]",
            "scrape_configs: [{job_name: j, basic_auth: {}, authorization: {}}]",
            "scrape_configs: [{job_name: j, relabel_configs: [null]}]",
            "alerting: {alertmanagers: [{api_version: v1}]}", "alerting: {alertmanagers: [null]}",
            "alerting: {alert_relabel_configs: [null]}",
            "alerting: {alertmanagers: [{static_configs: [{targets: ['http://x']}]}]}",
            "scrape_configs: [{job_name: j, dns_sd_configs: [{names: [a]}]}]", "alerting: {alertmanagers: [{api_version: ''}]}",
            "global: {query_log_file: []}", "a: 1", "global: {a: 1}", "[]", "x",
        ])
    func refused(_ text: String) { #expect(problems(text).count == 1, "\(problems(text))") }

    @Test("a way of finding targets that is not in this version may be there without anything")
    func emptyDiscoveries() throws { #expect(try job("dns_sd_configs: [], consul_sd_configs: null").discoveries == []) }

    @Test("what this program does not use is named once")
    func unused() throws {
        let text = """
            global: {query_log_file: q}
            remote_write: [{url: 'http://a'}, {url: 'http://b'}]
            remote_read: []
            scrape_configs: [{job_name: a, scrape_failure_log_file: f}, {job_name: b, scrape_failure_log_file: f}]
            """
        #expect(try parsed(text).unusedSections == ["global.query_log_file", "scrape_configs.scrape_failure_log_file", "remote_write"])
    }

    @Test("the shown text masks secrets and keeps names that only look like them")
    func masked() throws {
        let text = try parsed(
            """
            # password: comment
            global: {external_labels: {token: shown}}
            scrape_configs:
              - job_name: j
                basic_auth: {username: u, password: hidden1}
                proxy_url: http://u:hidden2@p
                http_headers: {X: {secrets: [hidden3], values: [shown2]}}
            remote_write: [{url: 'http://a:hidden4@b', authorization: {credentials: hidden5}}]
            """
        ).text
        #expect(!text.contains("hidden"))
        #expect(!text.contains("comment"))
        #expect(text.contains("token: shown"))
        #expect(text.contains("- shown2"))
        #expect(text.contains("password: <secret>"))
        #expect(try parsed(text).scrapeConfigurations.count == 1)
    }
}
