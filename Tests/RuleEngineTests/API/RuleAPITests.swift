import Labels
import PromQL
import SampleStore
import Testing
import WebServer

@testable import RuleEngine
@testable import Rules

private func rule(_ kind: RuleDefinition.Kind, _ name: String, _ query: String, labels: [String: String] = [:]) throws -> RuleDefinition {
    var rule = RuleDefinition(kind: kind, name: name, query: try RuleQuery(query))
    rule.labels = labels.sorted { $0.key < $1.key }.map { TemplatedText(name: $0.key, template: $0.value) }
    return rule
}

private func snapshot(_ file: String, _ name: String, interval: Int64 = 15_000, _ rules: [RuleStatus]) -> RuleGroupSnapshot {
    var definition = RuleGroupDefinition(file: file, name: name)
    definition.rules = rules.map(\.definition)
    return RuleGroupSnapshot(definition: definition, interval: interval, source: "local", rules: rules)
}

/// A group that was evaluated, with alerts of all states, and two that were not.
private func groups() throws -> [RuleGroupSnapshot] {
    var down = try rule(.alerting, "Down", "up  ==0", labels: ["severity": "page", "team": "{{ $labels.job }}"])
    down.holdDuration = 90_000
    down.keepFiringFor = 500
    down.annotations = [TemplatedText(name: "summary", template: "{{ $value | humanize }} <b>")]
    var status = RuleStatus(down)
    status.health = .err
    status.lastError = "it \"broke\""
    status.lastEvaluation = 1_767_225_600_125
    status.duration = 1_234_500
    var firing = ActiveAlert(
        labels: LabelSet(["alertname": "Down", "job": "b"]), annotations: LabelSet(["summary": ""]), state: .firing, value: 15,
        activeAt: 1_767_225_600_000)
    firing.keepFiringSince = 1_767_225_660_001
    let pending = ActiveAlert(
        labels: LabelSet(["alertname": "Down", "job": "a"]), annotations: LabelSet(), state: .pending, value: .infinity,
        activeAt: 1_767_225_615_250)
    let over = ActiveAlert(
        labels: LabelSet(["alertname": "Down", "job": "c"]), annotations: LabelSet(), state: .inactive, value: 1, activeAt: 0)
    status.held = AlertTable([firing, over, pending])
    var ratio = RuleStatus(try rule(.recording, "job:up:avg", "avg by(job)(up)", labels: ["severity": "none"]))
    ratio.health = .ok
    ratio.lastEvaluation = 1_767_225_600_000
    ratio.duration = 2_000_000_000
    var group = snapshot("b.yml", "g", [status, ratio])
    group.definition.limit = 7
    group.lastEvaluation = 1_767_225_600_125
    group.duration = 250_000
    return [
        group, snapshot("b.yml", "a", interval: 1_500, [RuleStatus(try rule(.alerting, "New", "vector(1)", labels: ["severity": "page"]))]),
        snapshot("a.yml", "z", [RuleStatus(try rule(.recording, "x:y", "x"))]),
    ]
}

private func get(_ path: String, _ query: String = "", groups: @escaping @Sendable () -> [RuleGroupSnapshot]) async throws -> (Int, String)
{
    var options = QueryAPI.Options()
    options.rules = groups
    let api = QueryAPI(store: SampleStore(), options: options)
    let response = try #require(await api.respond(to: WebRequest(method: "GET", path: "/api/v1/\(path)", query: query)))
    guard case .bytes(let bytes) = response.body else { return (response.status, "a stream") }
    return (response.status, String(decoding: bytes, as: UTF8.self))
}

private let xy =
    #"{"name":"z","file":"a.yml","rules":[{"name":"x:y","query":"x","labels":{},"health":"unknown","evaluationTime":0,"lastEvaluation":"0001-01-01T00:00:00Z","type":"recording"}],"interval":15,"limit":0,"evaluationTime":0,"lastEvaluation":"0001-01-01T00:00:00Z"}"#
private let new =
    #"{"name":"a","file":"b.yml","rules":[{"state":"unknown","name":"New","query":"vector(1)","duration":0,"keepFiringFor":0,"labels":{"severity":"page"},"annotations":{},"alerts":[],"health":"unknown","evaluationTime":0,"lastEvaluation":"0001-01-01T00:00:00Z","type":"alerting"}],"interval":1.5,"limit":0,"evaluationTime":0,"lastEvaluation":"0001-01-01T00:00:00Z"}"#
private let alertObjects =
    #"{"labels":{"alertname":"Down","job":"a"},"annotations":{},"state":"pending","activeAt":"2026-01-01T00:00:15.25Z","value":"+Inf"},{"labels":{"alertname":"Down","job":"b"},"annotations":{"summary":""},"state":"firing","activeAt":"2026-01-01T00:00:00Z","keepFiringSince":"2026-01-01T00:01:00.001Z","value":"1.5e+01"}"#
private func downRule(alerts: String) -> String {
    #"{"state":"firing","name":"Down","query":"up == 0","duration":90,"keepFiringFor":0.5,"labels":{"severity":"page","team":"{{ $labels.job }}"},"annotations":{"summary":"{{ $value | humanize }} \u003cb\u003e"},"alerts":["#
        + alerts
        + #"],"health":"err","lastError":"it \"broke\"","evaluationTime":0.0012345,"lastEvaluation":"2026-01-01T00:00:00.125Z","type":"alerting"}"#
}
private let ratioRule =
    #"{"name":"job:up:avg","query":"avg by (job) (up)","labels":{"severity":"none"},"health":"ok","evaluationTime":2,"lastEvaluation":"2026-01-01T00:00:00Z","type":"recording"}"#
private func group(_ rules: String...) -> String {
    #"{"name":"g","file":"b.yml","rules":["# + rules.joined(separator: ",")
        + #"],"interval":15,"limit":7,"evaluationTime":0.00025,"lastEvaluation":"2026-01-01T00:00:00.125Z"}"#
}
private func answer(_ groups: String..., next: String = "") -> String {
    #"{"status":"success","data":{"groups":["# + groups.joined(separator: ",") + "]\(next)}}"
}

@Suite("the API's rules and alerts") struct RuleAPITests {
    @Test("all groups come by file and name, with their rules and active alerts, byte for byte")
    func rules() async throws {
        let all = try groups()
        let (status, body) = try await get("rules") { all }
        #expect(status == 200)
        #expect(body == answer(xy, new, group(downRule(alerts: alertObjects), ratioRule)))
    }

    @Test("alerts are those of all rules; inactive ones never appear")
    func alerts() async throws {
        let all = try groups()
        #expect(try await get("alerts", groups: { all }).1 == #"{"status":"success","data":{"alerts":["# + alertObjects + "]}}")
    }

    @Test("without rules there are empty lists, never null")
    func none() async throws {
        #expect(try await get("rules", groups: { [] }).1 == answer())
        #expect(try await get("alerts", groups: { [] }).1 == #"{"status":"success","data":{"alerts":[]}}"#)
    }

    @Test(
        "parameters choose rules; groups without any are left out",
        arguments: [
            ("type=alert", answer(new, group(downRule(alerts: alertObjects)))), ("type=RECORD", answer(xy, group(ratioRule))),
            ("rule_name[]=x:y&rule_name%5B%5D=job:up:avg", answer(xy, group(ratioRule))), ("rule_name[]=nobody", answer()),
            ("rule_group[]=a&rule_group[]=z", answer(xy, new)), ("file[]=a.yml", answer(xy)),
            ("file[]=b.yml&rule_group[]=g&type=record", answer(group(ratioRule))),
            ("exclude_alerts=true&rule_name[]=Down", answer(group(downRule(alerts: "")))),
            ("exclude_alerts=0&rule_name[]=Down", answer(group(downRule(alerts: alertObjects)))),
            ("match[]=%7Bseverity%3D%22page%22%7D", answer(new, group(downRule(alerts: alertObjects)))),
            (
                "match[]=%7Bteam%3D~%22.*labels.*%22%7D&match[]=%7Bseverity%3D%22none%22%7D",
                answer(group(downRule(alerts: alertObjects), ratioRule))
            ),
        ])
    func selection(query: String, expected: String) async throws {
        let all = try groups()
        #expect(try await get("rules", query, groups: { all }).1 == expected)
    }

    /// Of `b.yml;a` and `b.yml;g`, by sha256sum.
    private static let tokenOfA = "6bd2f985bb063cfd2d82f6f1a37a7d6bbcb5fd2c7873c9c3987ab51e13773e55"
    private static let tokenOfG = "e10e513166aca2cfc9a838e4a86942a98521e07fe0d0b685fe2c93ed5c4fd9f1"

    @Test("groups come in pages; the token names the first group of the next")
    func pages() async throws {
        let all = try groups()
        let first = try await get("rules", "group_limit=1", groups: { all }).1
        #expect(first == answer(xy, next: ",\"groupNextToken\":\"\(Self.tokenOfA)\""))
        let second = try await get("rules", "group_limit=1&group_next_token=\(Self.tokenOfA)", groups: { all }).1
        #expect(second == answer(new, next: ",\"groupNextToken\":\"\(Self.tokenOfG)\""))
        let rest = try await get("rules", "group_limit=5&group_next_token=\(Self.tokenOfA)", groups: { all }).1
        #expect(rest == answer(new, group(downRule(alerts: alertObjects), ratioRule)))
        // Groups that the selection leaves empty fill no page.
        let alerting = try await get("rules", "group_limit=1&type=alert", groups: { all }).1
        #expect(alerting == answer(new, next: ",\"groupNextToken\":\"\(Self.tokenOfG)\""))
        #expect(try await get("rules", "group_limit=3", groups: { all }).1.contains("groupNextToken") == false)
    }

    @Test(
        "what cannot be asked is refused",
        arguments: [
            ("type=x", #"invalid parameter \"type\": not supported value \"x\""#),
            (
                "exclude_alerts=maybe",
                #"invalid parameter \"exclude_alerts\": error converting exclude_alerts: strconv.ParseBool: parsing \"maybe\": invalid syntax"#
            ),
            ("group_limit=0", #"invalid parameter \"group_limit\": group_limit need to be greater than 0"#),
            (
                "group_limit=x",
                #"invalid parameter \"group_limit\": group_limit need to be a valid number: strconv.ParseInt: parsing \"x\": invalid syntax"#
            ),
            (
                "group_next_token=00",
                #"invalid parameter \"group_next_token\": group_limit needs to be present in order to paginate over the groups"#
            ),
            (
                "group_limit=1&group_next_token=00",
                #"invalid parameter \"group_next_token\": invalid group_next_token '00'. were rule groups changed?"#
            ),
            ("match[]=%7B", #"1:2: parse error: "#), ("match[]=%7Ba%3D~%22.*%22%7D", "match[] must contain at least one non-empty matcher"),
        ])
    func refusals(query: String, message: String) async throws {
        let all = try groups()
        let (status, body) = try await get("rules", query) { all }
        #expect(status == 400)
        #expect(body.hasPrefix(#"{"status":"error","errorType":"bad_data","error":""# + message))
    }

    @Test("alerts that an earlier process left show the rule's state before its first pass")
    func restored() async throws {
        var status = RuleStatus(try rule(.alerting, "Down", "up"))
        status.held = AlertTable([
            ActiveAlert(labels: LabelSet(["alertname": "Down"]), annotations: LabelSet(), state: .pending, value: 1, activeAt: 0)
        ])
        let group = snapshot("f", "g", [status])
        #expect(try await get("rules", groups: { [group] }).1.contains(#""state":"pending","name":"Down""#))
    }
}
