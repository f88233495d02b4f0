import Labels
import PromQL
import PromQLTesting
import Rules
import Testing

/// The cases of the alert generator compliance suite (reference 8.2): samples every 15 s, passes every 30 s.
@Suite("The compliance suite's cases")
struct ComplianceTests {
    private static let metric = "alert_generator_test_suite"

    /// A series whose value changes at the given samples.
    private func load(_ labels: String, _ changes: [(at: Int, value: Int)], through last: Int, into bench: inout Bench) throws {
        var values: [String] = []
        for (change, next) in zip(changes, changes.dropFirst().map(\.at) + [last + 1]) {
            values += Array(repeating: String(change.value), count: next - change.at)
        }
        try bench.load("\(Self.metric){\(labels)} \(values.joined(separator: " "))", step: seconds(15))
    }

    private func sample(_ index: Int64) -> Int64 { seconds(15 * index) }

    @Test("PendingAndFiringAndResolved: value changes, resends, end, and a second life")
    func pendingAndFiringAndResolved() throws {
        let rule = try RuleDefinition.alert(
            "SimpleAlert", #"\#(Self.metric){alertname="SimpleAlert"} > 10"#, for: minutes(6),
            labels: [("foo", "bar"), ("rulegroup", "G")], annotations: [("description", "SimpleAlert is firing with {{$value}} {{.Value}}")]
        )
        var bench = Bench([rule], interval: seconds(30))
        let changes = [(0, 3), (1, 5), (4, 9), (8, 11), (21, 15), (53, 19), (69, 9), (89, 15), (134, 8)]
        try load(#"alertname="SimpleAlert""#, changes.map { (at: $0.0, value: $0.1) }, through: 210, into: &bench)
        var states: [ActiveAlert.State] = []
        var texts: [String] = []
        for pass in 0...Int64(105) {
            try bench.pass(at: seconds(30 * pass))
            if states.last != bench.state { states.append(bench.state) }
            let text = bench.alerts.first?.annotations["description"] ?? ""
            if texts.last != text { texts.append(text) }
            switch pass {
            case 4...15, 45...56: #expect(bench.state == .pending, "pass \(pass)")
            case 16...34, 57...66: #expect(bench.state == .firing, "pass \(pass)")
            default: #expect(bench.state == .inactive, "pass \(pass)")
            }
        }
        #expect(states == [.inactive, .pending, .firing, .inactive, .pending, .firing, .inactive])
        #expect(Array(texts.dropFirst().prefix(3)) == ["11 11", "15 15", "19 19"].map { "SimpleAlert is firing with \($0)" })
        let firing = bench.sent.filter { !$0.alert.isResolved }
        let resolved = bench.sent.filter(\.alert.isResolved)
        #expect(Set(firing.map(\.alert.startsAt)) == [sample(32), sample(114)])
        #expect(zip(firing, firing.dropFirst()).allSatisfy { $1.at - $0.at == seconds(90) || $1.alert.startsAt != $0.alert.startsAt })
        #expect(firing.allSatisfy { $0.alert.endsAt == $0.at + minutes(4) })
        #expect(Set(resolved.map(\.alert.endsAt)) == [sample(70), sample(134)])
        // Between its second beginning and its second end nothing is said of the first end.
        #expect(!resolved.contains { $0.at >= sample(90) && $0.at < sample(134) })
        let lastEnd = try #require(resolved.last)
        #expect(lastEnd.at > sample(134) + minutes(13) && lastEnd.at <= sample(134) + minutes(15))
        #expect(bench.sent.allSatisfy { $0.alert.labels["foo"] == "bar" })
    }

    @Test("PendingAndResolved_AlwaysInactive: nothing is ever sent")
    func pendingAndResolvedAlwaysInactive() throws {
        var bench = Bench(
            [
                try .alert("PendingAlert", "\(Self.metric) > 10", for: minutes(3)),
                try .alert("InactiveAlert", "\(Self.metric) > 99", for: minutes(3)),
            ], interval: seconds(30))
        try load(#"alertname="PendingAlert""#, [(0, 3), (8, 11), (19, 9)], through: 60, into: &bench)
        for pass in 0...Int64(30) {
            try bench.pass(at: seconds(30 * pass))
            #expect(bench.state == ((4...9).contains(pass) ? .pending : .inactive), "pass \(pass)")
            #expect(bench.group.rules[1].alerts.isEmpty)
        }
        #expect(bench.sent.isEmpty)
    }

    @Test("ZeroFor_SmallFor: fires at once, fires after one pass, and the templates")
    func zeroForSmallFor() throws {
        let description = #"""
            {{ humanize 1048576.0 }} {{ humanize1024 1048576.0 }} {{ humanizeDuration 135.3563 }} {{ humanizePercentage 0.959 }} \#
            {{ humanizeTimestamp 1643114203.0 }}
            """#
        let summary = #"""
            {{ title "this part" }} {{ toUpper "is testing" }} {{ toLower "THE STRINGS" }}. {{ stripPort "[::1]:9090" }} \#
            {{ stripPort "127.0.0.1:9090" }}. {{ parseDuration "2h10m15s" }}. \#
            {{ if match "[a-z]+" "abc" }}{{ reReplaceAll "some" "replaced" "some text" }}{{ end }}. {{ if match "[0-9]+" "abc" }}no{{ end }}.
            """#
        let query = #"""
            {{ define "args" }}Args are: {{ .arg0 }} {{ .arg1 }} {{ .arg2 }}.{{ end }}{{ template "args" (args "foo" "bar" 99) }} \#
            {{ with query "alert_generator_test_suite{for='template'}" | sortByLabel "id" }}first_id:{{ . | first | label "id" }},\#
            {{ range . }}{{ label "id" . }}:{{ value . }},{{ end }}{{ end }}
            """#
        var bench = Bench(
            [
                try .alert(
                    "ZeroFor", #"\#(Self.metric){alertname="ZeroFor"} > 10"#, annotations: [("description", description), ("q", query)]),
                try .alert(
                    "SmallFor", #"\#(Self.metric){alertname="ZeroFor"} > 13"#, for: seconds(15),
                    annotations: [("summary", summary)]),
            ], interval: seconds(30))
        try load(#"alertname="ZeroFor""#, [(0, 3), (8, 15), (21, 9), (93, 11), (106, 9)], through: 180, into: &bench)
        for id in 1...3 {
            try load(#"for="template", id="10\#(id)", __value__="val\#(id)""#, [(0, id), (29, id * 2)], through: 180, into: &bench)
        }
        for pass in 0...Int64(85) {
            try bench.pass(at: seconds(30 * pass))
            let states = bench.group.rules.map(\.state)
            switch pass {
            case 4: #expect(states == [.firing, .pending])
            case 5...10: #expect(states == [.firing, .firing])
            case 47...52: #expect(states == [.firing, .inactive], "pass \(pass)")
            default: #expect(states == [.inactive, .inactive], "pass \(pass)")
            }
            if pass == 4 {
                #expect(bench.alerts.first?.annotations["description"] == "1.049M 1Mi 2m 15s 95.9% 2022-01-25 12:36:43 +0000 UTC")
                #expect(bench.alerts.first?.annotations["q"] == "Args are: foo bar 99. first_id:101,101:1,102:2,103:3,")
                #expect(
                    bench.group.rules[1].alerts.first?.annotations["summary"]
                        == "This Part IS TESTING the strings. ::1 127.0.0.1. 7815. replaced text. .")
            }
            if pass == 47 {
                #expect(bench.alerts.first?.annotations["q"] == "Args are: foo bar 99. first_id:101,101:2,102:4,103:6,")
            }
        }
        let ends = bench.sent.filter { $0.alert.isResolved && $0.alert.labels["alertname"] == "SmallFor" }
        #expect(Set(ends.map(\.alert.endsAt)) == [sample(22)])
        #expect((ends.last?.at ?? 0) <= sample(22) + minutes(15))
    }

    @Test("NewAlerts_OrderCheck: the second rule sees what the first told in the same pass")
    func newAlertsOrderCheck() throws {
        let first = #"ALERTS{alertname="Rule1",alertstate="firing",variant="one"}"#
        let second = #"ALERTS{alertname="Rule1",alertstate="firing",variant="two"}"#
        var bench = Bench(
            [
                try .alert("Rule1", #"\#(Self.metric){alertname="Rule1"} > 10"#, for: minutes(3), labels: [("foo", "bar")]),
                try .alert(
                    "Rule2", "\(first) + ignoring(variant) \(second) == 2", labels: [("foo", "baz")],
                    annotations: [("description", "{{$labels.alertname}} {{.Labels.foo}}")]),
            ], interval: seconds(30))
        try load(#"alertname="Rule1", variant="one""#, [(0, 3), (8, 11), (73, 9)], through: 100, into: &bench)
        try load(#"alertname="Rule1", variant="two""#, [(0, 3), (32, 11), (65, 9)], through: 100, into: &bench)
        for pass in 0...Int64(45) {
            try bench.pass(at: seconds(30 * pass))
            let isFiring = (22...32).contains(pass)
            #expect(bench.group.rules[1].state == (isFiring ? .firing : .inactive), "pass \(pass)")
            if pass == 4 { #expect(bench.alerts.map(\.state) == [.pending]) }
            if pass == 10 { #expect(bench.alerts.map(\.state) == [.firing]) }
            if pass == 16 { #expect(bench.alerts.map(\.state) == [.firing, .pending]) }
            if pass == 22 {
                let alert = try #require(bench.group.rules[1].alerts.first)
                #expect(alert.labels == ["alertname": "Rule2", "alertstate": "firing", "foo": "baz"])
                #expect(alert.annotations["description"] == "Rule1 bar")
                #expect(try bench.ask(#"ALERTS{alertname="Rule2"}"#, at: seconds(30 * pass)).count == 1)
            }
        }
    }
}
