import AlertCore
import AlertRouter
import Labels
import Testing
import Time

@Suite("Routes are compiled with what they inherit")
struct RoutingConfigurationTests {
    private func core(_ yaml: String, mode: MatcherMode = .fallback) throws -> CoreConfiguration {
        try AlertmanagerConfiguration.parse(yaml, file: "f", mode: mode).core()
    }

    private func routes(_ route: String) throws -> [Route] {
        try core("receivers: [{name: a}, {name: b}]\ntime_intervals: [{name: x}, {name: y}]\nroute:\n\(route)").routes
    }

    @Test("a root without anything but a receiver has Alertmanager's defaults")
    func defaults() throws {
        let root = try #require(try routes("  receiver: a").first)
        #expect(root.receiver == 0)
        #expect(root.groupBy == .labels([]))
        #expect(root.groupWait == .seconds(30))
        #expect(root.groupInterval == .minutes(5))
        #expect(root.repeatInterval == .hours(4))
        #expect(root.continues == false)
        #expect(root.key == "{}")
    }

    @Test("nodes come in preorder and children are named by index")
    func preorder() throws {
        let routes = try routes(
            """
              receiver: a
              routes:
              - matchers: [n=1]
                routes:
                - matchers: [n=2]
                - matchers: [n=3]
              - matchers: [n=4]
            """)
        #expect(routes.map(\.key) == ["{}", #"{}/{n="1"}"#, #"{}/{n="1"}/{n="2"}"#, #"{}/{n="1"}/{n="3"}"#, #"{}/{n="4"}"#])
        #expect(routes.map(\.children) == [[1, 4], [2, 3], [], [], []])
    }

    @Test("children inherit receiver, grouping and timing, and nothing else")
    func inheritance() throws {
        let routes = try routes(
            """
              receiver: a
              group_by: [x, c]
              group_wait: 0
              group_interval: 1m
              repeat_interval: 1h
              routes:
              - receiver: b
                matchers: [n=1]
                continue: true
                group_wait: 1s
                mute_time_intervals: [x, y]
                active_time_intervals: [y]
                routes:
                - matchers: [n=2]
                  repeat_interval: 2h
            """)
        let (child, grandchild) = (routes[1], routes[2])
        #expect(child.receiver == 1)
        #expect(child.continues)
        #expect(child.muteTimeIntervals == ["x", "y"])
        #expect(child.activeTimeIntervals == ["y"])
        #expect(grandchild.receiver == 1)
        #expect(grandchild.groupBy == .labels(["c", "x"]))
        #expect(grandchild.groupWait == .seconds(1))
        #expect(grandchild.groupInterval == .minutes(1))
        #expect(grandchild.repeatInterval == .hours(2))
        #expect(routes[0].groupWait == .zero)
        #expect(!grandchild.continues)
        #expect(grandchild.muteTimeIntervals.isEmpty)
        #expect(grandchild.activeTimeIntervals.isEmpty)
    }

    @Test("an explicit empty group_by undoes the parent's, an absent one keeps it")
    func emptyGroupBy() throws {
        let routes = try routes(
            """
              receiver: a
              group_by: ['...']
              routes:
              - {matchers: [n=1]}
              - {matchers: [n=2], group_by: []}
              - {matchers: [n=3], group_by: [b]}
              - {matchers: [n=4], group_by: null}
            """)
        #expect(routes.map(\.groupBy) == [.all, .all, .labels([]), .labels(["b"]), .all])
    }

    @Test("route labels are merged from the parents, the child's value wins, sorted by name")
    func labels() throws {
        let routes = try routes(
            """
              receiver: a
              labels: {team: core, area: net}
              routes:
              - labels: {team: edge, zone: 1}
            """)
        #expect(routes[1].labels.map { "\($0.name)=\($0.template)" } == ["area=net", "team=edge", "zone=1"])
    }

    @Test("all three forms of matchers are ANDed and sorted by name, value and operator")
    func matchers() throws {
        let routes = try routes(
            """
              receiver: a
              routes:
              - matchers: ['foo=~"b.*", a!="1"', 'a="1"']
                match: {zone: x, a: 2}
                match_re: {service: "a|b"}
            """)
        #expect(routes[1].key == #"{}/{a="1",a!="1",a="2",foo=~"b.*",service=~"^(?:a|b)$",zone="x"}"#)
        #expect(routes[1].matchers.matches(LabelSet([("a", "2")])) == false)
    }

    @Test("match_re is wrapped in the group key, matchers are not, and both match alike")
    func wrapping() throws {
        let routes = try routes(
            """
              receiver: a
              routes:
              - match_re: {service: "foo1|foo2|baz"}
                routes:
                - match: {severity: critical}
              - matchers: ['service=~"foo1|foo2|baz"']
            """)
        #expect(routes[2].key == #"{}/{service=~"^(?:foo1|foo2|baz)$"}/{severity="critical"}"#)
        #expect(routes[3].key == #"{}/{service=~"foo1|foo2|baz"}"#)
        for (service, expected) in [("foo1", true), ("xfoo1", false), ("baz", true), ("bazx", false)] {
            let labels = LabelSet([("service", service)])
            #expect(routes[1].matchers.matches(labels) == expected)
            #expect(routes[3].matchers.matches(labels) == expected)
        }
    }

    @Test("a node without matchers matches everything")
    func noMatchers() throws {
        let routes = try routes("  receiver: a\n  routes: [{receiver: b}, {match: {}, match_re: {}, matchers: ['', null]}]")
        #expect(routes.map(\.key) == ["{}", "{}/{}", "{}/{}"])
        #expect(routes[1].matchers.matches(LabelSet()))
    }

    @Test("UTF-8 names are taken in fallback and strict mode and refused in classic mode")
    func modes() throws {
        let yaml = """
            route:
              receiver: a
              group_by: ["grün"]
              routes: [{matchers: ['"my label"=x']}]
            receivers: [{name: a}]
            inhibit_rules: [{equal: ["größe"]}]
            """
        #expect(try core(yaml).routes[1].key == #"{}/{"my label"="x"}"#)
        #expect(try core(yaml, mode: .utf8Strict).routes[0].groupBy == .labels(["grün"]))
        let error = #expect(throws: ConfigurationError.self) { try core(yaml, mode: .classic) }
        #expect(
            error?.issues.map(\.description) == [
                #"3:14: invalid label name "grün" in group_by list"#, #"4:24: bad matcher format: "my label"=x"#,
                #"6:26: invalid label name "größe" in equal list"#,
            ])
    }

    @Test("matchers that only the classic grammar takes are errors in strict mode and warnings in fallback mode")
    func classicOnly() throws {
        let yaml = "route: {receiver: a, routes: [{matchers: ['foo=~\\d+']}]}\nreceivers: [{name: a}]\n"
        let configuration = try AlertmanagerConfiguration.parse(yaml, file: "f")
        #expect(configuration.core().routes[1].key == #"{}/{foo=~"\\d+"}"#)
        #expect(configuration.warnings.map(\.position) == [.init(line: 1, column: 43)])
        #expect(throws: ConfigurationError.self) { try AlertmanagerConfiguration.parse(yaml, file: "f", mode: .utf8Strict) }
        #expect(try AlertmanagerConfiguration.parse(yaml, file: "f", mode: .classic).warnings.isEmpty)
    }

    @Test("repeat intervals that cannot be kept are warned about, with what a child inherits")
    func repeatWarnings() throws {
        let yaml = """
            route:
              receiver: a
              repeat_interval: 6d
              routes:
              - {matchers: [n=1], repeat_interval: 1m}
              - {matchers: [n=2], repeat_interval: 5m}
            receivers: [{name: a}]
            """
        let configuration = try AlertmanagerConfiguration.parse(yaml, file: "f")
        #expect(configuration.warnings.isEmpty)
        let warnings = configuration.warnings(retention: .hours(120))
        #expect(warnings.map(\.position?.line) == [2, 5])
        #expect(warnings[0].message.hasPrefix("repeat_interval is greater than the data retention period."))
        #expect(warnings[0].attributes.map { "\($0.key)=\($0.value)" } == ["repeat_interval=6d", "retention=5d", "route={}"])
        #expect(warnings[1].message.hasPrefix("repeat_interval is less than group_interval."))
        #expect(
            warnings[1].attributes.map { "\($0.key)=\($0.value)" } == ["repeat_interval=1m", "group_interval=5m", #"route={}/{n="1"}"#])
        #expect(configuration.warnings(retention: .hours(144)).count == 1)
        #expect("\(warnings[0])".hasSuffix("more often than expected. repeat_interval=6d retention=5d route={}"))
        #expect("\(warnings[0])".hasPrefix("2:3: "))
    }

    @Test("inhibition rules hold both sides' matchers, sorted, and a null rule inhibits nothing by itself")
    func inhibition() throws {
        let yaml = """
            route: {receiver: a}
            receivers: [{name: a}]
            inhibit_rules:
            - name: down
              source_matchers: ['sev=critical', 'a=~"x|y"']
              source_match: {k: v}
              target_match_re: {k: "v.*"}
              target_matchers: [sev=warning]
              equal: [host, dc]
            -
            - {}
            """
        let rules = try core(yaml).inhibitRules
        #expect(rules.map(\.name) == ["down", "", ""])
        #expect("\(rules[0].source)" == #"{a=~"x|y",k="v",sev="critical"}"#)
        #expect("\(rules[0].target)" == #"{k=~"^(?:v.*)$",sev="warning"}"#)
        #expect(rules[0].equal == ["host", "dc"])
        #expect(rules[1].source.isEmpty && rules[1].target.isEmpty && rules[1].equal.isEmpty)
    }

    @Test("receivers keep their order and labels, and every webhook is an integration")
    func receivers() throws {
        let yaml = """
            global: {resolve_timeout: 1m30s}
            route: {receiver: b}
            receivers:
            - name: b
              labels: {team: "1", name: b}
              webhook_configs: [{url: "http://one"}, {url: "http://two", send_resolved: false}]
            - name: a
            """
        let core = try core(yaml)
        #expect(core.receivers.map(\.name) == ["b", "a"])
        #expect(core.receivers[0].labels == LabelSet([("name", "b"), ("team", "1")]))
        #expect(
            core.receivers[0].integrations == [
                Integration(kind: "webhook", index: 0, sendResolved: true), Integration(kind: "webhook", index: 1, sendResolved: false),
            ])
        #expect(core.receivers[1].labels["name"] == "a")
        #expect(core.resolveTimeout == .seconds(90))
    }
}
