import Labels
import MonitorFile
import Testing

@testable import Scraping

@Suite struct TargetBuilderTests {
    /// The targets of a job's fixed groups.
    private func build(_ job: String, name: String = "node") throws -> BuiltTargets {
        let lines = job.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(separator: "\n")
        let text = "scrape_configs:\n  - job_name: \(name)\n\(lines)\n"
        let configuration = try MonitorConfiguration.parse(Array(text.utf8), file: "prometheus.yml").scrapeConfigurations[0]
        var groups: [TargetGroup] = []
        for case .fixed(let fixed) in configuration.discoveries { groups += fixed }
        return TargetBuilder(configuration).build(groups)
    }

    private func relabeled(_ rules: String, targets: String = "web1:9100") throws -> BuiltTargets {
        try build("static_configs: [{targets: ['\(targets)'], labels: {zone: east}}]\nrelabel_configs:\n\(rules)")
    }

    @Test("a plain target has its job, its address as instance, and the defaults' URL and times")
    func plain() throws {
        let built = try build("static_configs: [{targets: ['web1:9100'], labels: {zone: east}}]")
        let target = try #require(built.active.first)
        #expect(built.active.count == 1)
        #expect(target.labels == LabelSet(["job": "node", "instance": "web1:9100", "zone": "east"]))
        #expect(target.url == "http://web1:9100/metrics")
        #expect(target.interval == 60_000)
        #expect(target.timeout == 10_000)
        #expect(
            target.discoveredLabels
                == LabelSet([
                    "__address__": "web1:9100", "__metrics_path__": "/metrics", "__scheme__": "http", "__scrape_interval__": "1m",
                    "__scrape_timeout__": "10s", "job": "node", "zone": "east",
                ]))
        #expect(built.droppedCount == 0)
        #expect(built.problems.isEmpty)
        #expect(built.limitError == nil)
    }

    @Test("no port is added to an address")
    func noPort() throws {
        #expect(try build("static_configs: [{targets: [web1]}]").active.map(\.url) == ["http://web1/metrics"])
    }

    @Test("a group's own job and instance labels win over the defaults")
    func ownLabels() throws {
        let built = try build("static_configs: [{targets: ['web1:9100'], labels: {job: other, instance: web1}}]")
        #expect(built.active.map(\.labels) == [LabelSet(["job": "other", "instance": "web1"])])
    }

    @Test("an empty label counts as absent: the default takes its place")
    func emptyLabels() throws {
        let built = try build("static_configs: [{targets: ['web1:9100'], labels: {job: '', zone: '', __metrics_path__: ''}}]")
        #expect(built.active.map(\.labels) == [LabelSet(["job": "node", "instance": "web1:9100"])])
        #expect(built.active.map(\.url) == ["http://web1:9100/metrics"])
    }

    @Test("a target's label wins over its group's, the group's where the target's is empty")
    func targetBeforeGroup() {
        let group = TargetGroup(
            targets: [LabelSet(["__address__": "a:1", "zone": "west"]), LabelSet(["__address__": "b:1", "zone": ""])],
            labels: LabelSet(["zone": "east"]), source: "test")
        let built = TargetBuilder(ScrapeConfiguration(jobName: "node")).build([group])
        #expect(built.active.map { $0.labels["zone"] } == ["west", "east"])
    }

    @Test("labels set how a target is scraped, and relabelling may change each of them")
    func internalLabels() throws {
        let built = try relabeled(
            """
            - {target_label: __scheme__, replacement: https}
            - {target_label: __metrics_path__, replacement: /probe}
            - {target_label: __scrape_interval__, replacement: 30s}
            - {target_label: __scrape_timeout__, replacement: 1s500ms}
            - {target_label: __param_module, replacement: icmp}
            - {source_labels: [__address__], target_label: __param_target}
            - {target_label: __address__, replacement: 'prober:9115'}
            """)
        let target = try #require(built.active.first)
        #expect(target.url == "https://prober:9115/probe?module=icmp&target=web1%3A9100")
        #expect(target.interval == 30_000)
        #expect(target.timeout == 1_500)
        #expect(target.labels == LabelSet(["job": "node", "instance": "prober:9115", "zone": "east"]))
        #expect(target.discoveredLabels["__address__"] == "web1:9100")
    }

    @Test("labels that begin with two underscores are kept from series; __meta_ is there for relabelling")
    func metaLabels() {
        let group = TargetGroup(
            targets: [LabelSet(["__address__": "a:1"])], labels: LabelSet(["__meta_filepath": "/t.yml", "__tmp": "x", "_one": "y"]),
            source: "test")
        let built = TargetBuilder(ScrapeConfiguration(jobName: "node")).build([group])
        #expect(built.active.map(\.labels) == [LabelSet(["_one": "y", "instance": "a:1", "job": "node"])])
        #expect(built.active.map { $0.discoveredLabels["__meta_filepath"] } == ["/t.yml"])
    }

    @Test("the first value of a parameter comes from its label, the others stay, all sorted and escaped")
    func parameters() throws {
        let built = try build(
            """
            params: {module: [http, tcp], 'match[]': ['{job="a b"}', up], z: ['ü&=+']}
            static_configs: [{targets: ['web1:9100'], labels: {__param_module: icmp, __param_new: x}}]
            """)
        #expect(
            built.active.map(\.url) == [
                "http://web1:9100/metrics?match%5B%5D=%7Bjob%3D%22a+b%22%7D&match%5B%5D=up&module=icmp&module=tcp&new=x"
                    + "&z=%C3%BC%26%3D%2B"
            ])
        #expect(built.active.map { $0.discoveredLabels["__param_z"] } == ["ü&=+"])
    }

    @Test(
        "paths and hosts are escaped as Go escapes them",
        arguments: [
            ("http", "h:1", "/a b?c#d", "http://h:1/a%20b%3Fc%23d"), ("http", "h:1", "metrics", "http://h:1/metrics"),
            ("http", "h:1", "/é%20$&+,/:;=@~!'()*", "http://h:1/%C3%A9%2520$&+,/:;=@~%21%27%28%29%2A"),
            ("http", "h:1", "", "http://h:1"),
            ("https", "[::1]:9100", "/metrics", "https://[::1]:9100/metrics"),
            ("http", "a b", "/", "http://a%20b/"), ("", "h", "/", "//h/"),
        ])
    func escaping(scheme: String, address: String, path: String, expected: String) {
        #expect(TargetURL(scheme: scheme, address: address, path: path, parameters: []).text == expected)
    }

    @Test("dropped targets are counted, and as many as keep_dropped_targets says are shown")
    func dropped() throws {
        let targets = (0..<5).map { "'h\($0):1'" }.joined(separator: ", ")
        let rules = "relabel_configs: [{source_labels: [__address__], regex: 'h[1-4]:1', action: drop}]"
        let all = try build("static_configs: [{targets: [\(targets)]}]\n\(rules)")
        #expect(all.active.map { $0.labels["instance"] } == ["h0:1"])
        #expect(all.droppedCount == 4)
        #expect(all.dropped.map { $0["__address__"] } == ["h1:1", "h2:1", "h3:1", "h4:1"])
        let some = try build("keep_dropped_targets: 2\nstatic_configs: [{targets: [\(targets)]}]\n\(rules)")
        #expect(some.droppedCount == 4)
        #expect(some.dropped.map { $0["__address__"] } == ["h1:1", "h2:1"])
    }

    @Test("a target that relabelling leaves without address is dropped without a word")
    func noAddress() throws {
        let built = try relabeled("- {target_label: __address__, replacement: ''}")
        #expect(built.active.isEmpty)
        #expect(built.droppedCount == 1)
        #expect(built.problems.isEmpty)
    }

    @Test(
        "a target that cannot be scraped is told with what to change, and the others go on",
        arguments: [
            ("__address__", "web1:9100/metrics", "is not a valid hostname"),
            ("__scrape_interval__", "5x", "error parsing scrape interval: unknown unit \"x\" in duration \"5x\""),
            ("__scrape_interval__", "0", "scrape interval cannot be 0"), ("__scrape_timeout__", "0s", "scrape timeout cannot be 0"),
            ("__scrape_timeout__", "", "error parsing scrape timeout: empty duration string"),
            ("__scrape_timeout__", "2m", "scrape timeout cannot be greater than scrape interval (\"2m\" > \"1m\")"),
        ])
    func problems(label: String, value: String, message: String) throws {
        let built = try build(
            """
            static_configs: [{targets: ['good:1', 'bad:1', 'fine:1']}]
            relabel_configs: [{source_labels: [__address__], regex: 'bad:1', target_label: \(label), replacement: '\(value)'}]
            """)
        #expect(built.active.map { $0.labels["instance"] } == ["good:1", "fine:1"])
        #expect(built.problems.count == 1)
        #expect(built.problems.first?.index == 1)
        #expect("\(built.problems.first.map { "\($0)" } ?? "")".contains("job \"node\": target 1 of "))
        #expect(built.problems.first?.message.contains(message) == true, "\(built.problems)")
        #expect(built.droppedCount == 0)
    }

    @Test("targets with equal labels and URL are scraped once, those that differ in either each")
    func duplicates() throws {
        let built = try build(
            """
            static_configs:
              - {targets: ['a:1', 'a:1']}
              - {targets: ['a:1'], labels: {__tmp: x}}
              - {targets: ['a:1'], labels: {zone: east}}
              - {targets: ['b:1'], labels: {instance: 'a:1'}}
            """)
        #expect(built.active.map(\.url) == ["http://a:1/metrics", "http://a:1/metrics", "http://b:1/metrics"])
        #expect(built.active.map { $0.labels["zone"] } == [nil, "east", nil])
    }

    @Test("more targets than target_limit fail all of them, counted after duplicates and drops")
    func limit() throws {
        let fine = try build("target_limit: 2\nstatic_configs: [{targets: ['a:1', 'a:1', 'b:1']}]")
        #expect(fine.limitError == nil)
        let over = try build("target_limit: 2\nstatic_configs: [{targets: ['a:1', 'b:1', 'c:1']}]")
        #expect(over.active.count == 3)
        #expect(over.limitError == "target_limit exceeded (number of targets: 3, limit: 2)")
    }

    @Test("a target's hash follows its labels and URL alone, and is the same in every process")
    func hash() throws {
        let labels = LabelSet(["job": "node", "instance": "a:1"])
        func target(_ url: String, interval: Int64 = 1000, discovered: LabelSet = LabelSet()) -> Target {
            Target(labels: labels, discoveredLabels: discovered, url: url, interval: interval, timeout: 500)
        }
        #expect(target("http://a:1/").hash == target("http://a:1/", interval: 2000, discovered: labels).hash)
        #expect(target("http://a:1/").identity == target("http://a:1/", interval: 2000).identity)
        #expect(target("http://a:1/").hash != target("http://a:1/x").hash)
        #expect(target("http://a:1/").hash == 3_025_351_053_543_764_172)
    }

    @Test("one job's targets do not depend on the order in which labels were given")
    func order() throws {
        let first = try build("static_configs: [{targets: ['a:1'], labels: {x: '1', y: '2'}}]")
        let second = try build("static_configs: [{targets: ['a:1'], labels: {y: '2', x: '1'}}]")
        #expect(first.active == second.active)
    }
}
