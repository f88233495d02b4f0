import ClientConfiguration
import Labels
import MonitorFile
import Testing
import Transport

@Suite("prometheus.yml") struct MonitorConfigurationTests {
    @Test("an empty file is valid and has Prometheus's defaults") func empty() throws {
        for text in ["", "# nothing\n", "global:\n", "global: {}\nscrape_configs: []\n", "~"] {
            let configuration = try parsed(text)
            #expect(configuration.global == GlobalSettings())
            #expect(configuration.scrapeConfigurations == [])
            #expect(configuration.unusedSections == [])
            #expect(configuration.warnings == [])
        }
    }

    @Test("the common file is read whole") func common() throws {
        let configuration = try parsed(
            """
            global:
              scrape_interval: 15s
              evaluation_interval: 30s
              rule_query_offset: 5s
              sample_limit: 100
              body_size_limit: 10MB
              external_labels: {host: "${HOST}", price: $$5}
            rule_files: [rules/*.yml, /r.yml]
            alerting:
              alert_relabel_configs: [{action: labeldrop, regex: replica}]
              alertmanagers:
                - path_prefix: /am/
                  timeout: 5s
                  static_configs: [{targets: ['localhost:9093']}]
            scrape_configs:
              - job_name: node
                static_configs:
                  - targets: [a:9100, b:9100]
                    labels: {tier: x}
                  - targets: [c:9100]
                file_sd_configs: [{files: [sd/*.json]}]
                http_sd_configs: [{url: 'http://sd/x', refresh_interval: 30s}]
              - job_name: slow
                scrape_interval: 5s
                sample_limit: 7
                scheme: https
                metrics_path: /m
                params: {b: [x, y], a: [z]}
                honor_labels: true
                honor_timestamps: false
                authorization: {credentials_file: token}
                relabel_configs: [{source_labels: [__address__], target_label: host}]
            remote_write: [{url: 'http://x'}]
            storage: {tsdb: {out_of_order_time_window: 5m}}
            """)
        #expect(configuration.global.scrapeInterval == 15_000)
        #expect(configuration.global.scrapeTimeout == 10_000)
        #expect(configuration.global.evaluationInterval == 30_000)
        #expect(configuration.global.ruleQueryOffset == 5_000)
        #expect(configuration.global.externalLabels == ["host": "h1", "price": "$5"])
        #expect(configuration.ruleFiles == ["/etc/p/rules/*.yml", "/r.yml"])
        #expect(configuration.unusedSections == ["remote_write", "storage"])

        let entry = try #require(configuration.alerting.alertmanagers.first)
        #expect(entry.pathPrefix == "/am")
        #expect(entry.timeout == 5_000)
        #expect(entry.scheme == "http")
        #expect(entry.discoveries == [.fixed([TargetGroup(targets: [["__address__": "localhost:9093"]], source: "0")])])
        #expect(configuration.alerting.relabeling.apply(["a": "b", "replica": "1"]) == ["a": "b"])

        let node = configuration.scrapeConfigurations[0]
        var http = HTTPDiscovery(url: "http://sd/x")
        http.refreshInterval = 30_000
        #expect(node.interval == 15_000)
        #expect(node.timeout == 10_000)
        #expect(node.sampleLimit == 100)
        #expect(node.bodySizeLimit == 10 << 20)
        #expect(node.metricsPath == "/metrics")
        #expect(node.honorsTimestamps)
        #expect(
            node.discoveries == [
                .fixed([
                    TargetGroup(targets: [["__address__": "a:9100"], ["__address__": "b:9100"]], labels: ["tier": "x"], source: "0"),
                    TargetGroup(targets: [["__address__": "c:9100"]], source: "1"),
                ]), .files(FileDiscovery(files: ["/etc/p/sd/*.json"])), .http(http),
            ])

        let slow = configuration.scrapeConfigurations[1]
        #expect(slow.interval == 5_000)
        #expect(slow.timeout == 5_000)
        #expect(slow.sampleLimit == 7)
        #expect(slow.scheme == "https")
        #expect(slow.metricsPath == "/m")
        #expect(slow.parameters == [.init(name: "a", values: ["z"]), .init(name: "b", values: ["x", "y"])])
        #expect(slow.honorsLabels)
        #expect(!slow.honorsTimestamps)
        #expect(slow.client.options.authorization == Authorization(credentials: .file("/etc/p/token")))
        #expect(slow.relabeling.apply(["__address__": "a:1"]) == ["__address__": "a:1", "host": "a:1"])
    }

    @Test("everything that is wrong is told at once, in the order of the file") func all() {
        #expect(
            problems(
                """
                global: {scrape_interval: 5s, scrape_timeout: 6s, odd: 1}
                rule_files: ["a*/b.yml"]
                scrape_configs:
                  - job_name: ""
                  - job_name: j
                    static_configs: [{targets: ["http://x"]}]
                  - job_name: j
                    kubernetes_sd_configs: [{role: node}]
                  -
                rule_file: x
                """) == [
                    "1:47: global scrape timeout greater than scrape interval", "1:51: field odd not found in type global_config",
                    #"2:14: invalid rule file path "a*/b.yml": * may stand in the last element only"#, "4:15: job_name is empty",
                    #"6:33: "http://x" is not a valid hostname"#, #"7:15: found multiple scrape configs with job name "j""#,
                    "8:28: kubernetes_sd_configs: not in this version; targets come from static_configs, file_sd_configs and http_sd_configs",
                    "9:4: empty or null scrape config section", "10:1: field rule_file not found in type config; did you mean rule_files?",
                ])
    }
}
