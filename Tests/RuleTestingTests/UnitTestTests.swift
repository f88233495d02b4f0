import RuleTesting
import Testing

@Suite("Unit tests of rules")
struct UnitTestTests {
    private let series = "  input_series: [{series: 'up{job=\"a\"}', values: '1 0x9'}]\n"

    @Test("alerts and expressions that are as expected succeed")
    func success() throws {
        let report = try outcome(
            """
            tests:
            - interval: 1m
            \(series)  alert_rule_test:
              - {eval_time: 1m, alertname: Down}
              - {eval_time: 2m, alertname: Down, exp_alerts: [{exp_labels: {severity: page, job: a}, exp_annotations: {summary: a down}}]}
              promql_expr_test:
              - {expr: up, eval_time: 2m, exp_samples: [{labels: 'up{job="a"}', value: 0}]}
            """)
        #expect(report.output.hasSuffix("test.yml\n  SUCCESS\n\n") && report.errors.isEmpty && !report.hasFailures)
    }

    @Test("an alert that is not as expected is shown beside what came")
    func alertFailure() throws {
        let report = try outcome(
            """
            tests:
            - name: one
              interval: 1m
            \(series)  alert_rule_test:
              - {eval_time: 2m, alertname: Down, exp_alerts: [{exp_labels: {job: b}}]}
            """)
        #expect(
            report.errors == """
                  FAILED:
                    name: one,
                    alertname: Down, time: 2m,\u{20}
                        exp:[
                            0:
                              Labels:{alertname="Down", job="b"}
                              Annotations:{}
                            ],\u{20}
                        got:[
                            0:
                              Labels:{alertname="Down", job="a", severity="page"}
                              Annotations:{summary="a down"}
                            ]

                """)
        #expect(report.hasFailures)
    }

    @Test("a difference can be asked for instead of two lists")
    func difference() throws {
        var options = RuleTestOptions()
        options.showsDifference = true
        let tests = """
            tests:
            - interval: 1m
            \(series)  alert_rule_test:
              - {eval_time: 2m, alertname: Down, exp_alerts: [{exp_labels: {job: b}}]}
            """
        let report = try outcome(tests, options)
        #expect(report.errors.contains(#"            - Labels:{alertname="Down", job="b"}"#))
        #expect(report.errors.contains(#"            + Labels:{alertname="Down", job="a", severity="page"}"#))
    }

    @Test("floats next to each other are equal only where fuzzy_compare says so", arguments: [true, false])
    func fuzzy(isFuzzy: Bool) throws {
        let report = try outcome(
            """
            fuzzy_compare: \(isFuzzy)
            tests:
            - promql_expr_test:
              - {expr: 'vector(0.1 + 0.2)', exp_samples: [{labels: '{}', value: 0.3}]}
            """)
        #expect(report.hasFailures == !isFuzzy)
    }

    @Test("a test can begin at a time of its own", arguments: ["1000", "'1970-01-01T00:16:40Z'"])
    func start(text: String) throws {
        let report = try outcome(
            """
            tests:
            - start_timestamp: \(text)
              promql_expr_test:
              - {expr: time(), eval_time: 1m, exp_samples: [{labels: '{}', value: 1060}]}
            """)
        #expect(report.errors == "")
    }

    @Test("a beginning that is no time, or too far away, is refused", arguments: ["soon", "1e18", "'9999-01-01T00:00:00Z'"])
    func badStart(text: String) throws {
        let report = try outcome("tests: [{start_timestamp: \(text)}]\n")
        #expect(report.errors.contains("test.yml:2:27: tests[0].start_timestamp: expected "))
    }

    @Test("only tests whose name matches are run, and JUnit's report counts them")
    func names() throws {
        var options = RuleTestOptions()
        options.names = ["^b", "c$"]
        let tests = """
            tests:
            - {name: abc, promql_expr_test: [{expr: '1', exp_samples: []}]}
            - {name: bad <1>, promql_expr_test: [{expr: '1', exp_samples: []}]}
            - {name: other, promql_expr_test: [{expr: '1', exp_samples: []}]}
            """
        let report = try outcome(tests, options)
        #expect(report.suites.first?.cases.map(\.name) == ["abc", "bad <1>"])
        #expect(report.junit.contains(#"tests="2" failures="2" errors="0">"#))
        #expect(report.junit.contains(#"<testcase name="bad &lt;1&gt;">"#))
        #expect(report.junit.contains("<failure>    expr: &#34;1&#34;, time: 0s,&#xA;        exp: nil"))
    }

    @Test("the samples that a test saw can be dumped, those of rules among them")
    func dump() throws {
        var options = RuleTestOptions()
        options.isDebugging = true
        let report = try outcome(
            "tests:\n- name: x\n  interval: 1m\n\(series)  alert_rule_test: [{eval_time: 1m, alertname: Down}]\n", options)
        #expect(report.output.contains("DEBUG: Starting test x\n"))
        #expect(report.output.contains("{__name__=\"up\", job=\"a\"}\n  1 @ 0s\n  0 @ 1m\n"))
        #expect(report.output.contains("{__name__=\"ALERTS\", alertname=\"Down\", alertstate=\"pending\""))
    }

    @Test("what is wrong in the file is told with its place")
    func places() throws {
        let directory = try Directory(["t.yml": "tests:\n- {interval: soon, alert_rule_test: [{alert: x}]}\n"])
        let errors = directory.run("t.yml").errors
        #expect(errors.contains("t.yml:2:14: tests[0].interval: not a valid duration string: \"soon\""))
        #expect(errors.contains("t.yml:2:39: tests[0].alert_rule_test[0]: field alert not found in type main.alertTestCase"))
    }

    @Test("a series that cannot be read, or has native histograms, fails its test")
    func badSeries() throws {
        for (values, reason) in [("1 2 x", "expected a value"), ("{{count:1}}", "native histograms are not supported")] {
            let report = try outcome("tests:\n- input_series: [{series: a, values: '\(values)'}]\n")
            #expect(report.errors.contains("3:18: series \"a\": ") && report.errors.contains(reason))
        }
    }

    @Test("groups are evaluated in the order that is asked for")
    func order() throws {
        let rules = """
            groups:
            - {name: reader, rules: [{record: read, expr: written}]}
            - {name: writer, rules: [{record: written, expr: vector(1)}]}
            """
        for (order, samples) in [("[writer, reader]", "[{labels: read, value: 1}]"), ("[reader, writer]", "[]")] {
            let tests = "group_eval_order: \(order)\ntests: [{promql_expr_test: [{expr: read, exp_samples: \(samples)}]}]\n"
            #expect(try outcome(tests, rules: rules).errors == "")
        }
    }

    @Test("a second document that is somebody else's is a warning")
    func foreignDocument() throws {
        let report = try outcome("tests: []\n---\nx: [\n")
        #expect(!report.hasFailures)
        #expect(report.errors.contains("test.yml: 3:1: the second document has no notification_tests and is not read"))
    }
}
