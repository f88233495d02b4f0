import JSON
import Labels

/// The body of POST `test-fire`: a JSON object, every member optional.
struct TestFireRequest {
    /// What the test alert is called when nothing at all is said about it.
    static let plainAlertname = "Demo"
    /// What it is called when it has labels, but no name.
    static let labelledAlertname = "FlatalertTest"
    static let defaultSummary = "hello from Flatalert"

    var labels = LabelSet()
    var annotations = LabelSet()
    /// How people are told that it is none.
    var mark = TestMark.test
    /// Labels and annotations come from the alerting rule of this name; those of the request go over them.
    var rule: String?
    /// Only this receiver, whatever the routes say.
    var receiver: String?
    /// Show the messages, send nothing.
    var isDryRun = false
    /// Tell the end as well.
    var sendsEnd = false

    init(_ body: [UInt8]) throws(OperatorError) {
        guard !JSONBody.isBlank(body) else {
            self.init(labels: [], annotations: [])
            return
        }
        do {
            let root = JSONElement(try JSONValue.parse(body))
            let known = ["labels", "annotations", "rule", "receiver", "dryRun", "end"]
            for (key, element) in try root.members() where !known.contains(key) {
                throw element.invalid("there is no such member; known: \(known.joined(separator: ", "))")
            }
            self.init(
                rule: try root.optionalMember("rule")?.string(), labels: try Self.pairs(root, "labels"),
                annotations: try Self.pairs(root, "annotations"))
            receiver = try root.optionalMember("receiver")?.string()
            isDryRun = try root.optionalMember("dryRun")?.bool() ?? false
            sendsEnd = try root.optionalMember("end")?.bool() ?? false
        } catch {
            throw OperatorError(
                status: 400, message: "the body is not what it should be: \(error)",
                advice: #"write it like {"labels":{"alertname":"Demo"},"receiver":"ops","dryRun":true}"#)
        }
    }

    /// Fills in what the rule gives.
    mutating func complete(with sample: RuleLink.Sample) {
        labels = LabelSet((sample.labels.pairs + labels.pairs).map { ($0.name, $0.value) })
        annotations = mark.annotations(
            LabelSet((sample.annotations.pairs + annotations.pairs).map { ($0.name, $0.value) }).pairs.map { ($0.name, $0.value) },
            defaultSummary: Self.defaultSummary)
    }

    /// The alert of a drill.
    init(drilling sample: RuleLink.Sample) {
        mark = .drill
        complete(with: sample)
    }

    private init(rule: String? = nil, labels: [(String, String)], annotations: [(String, String)]) {
        self.rule = rule
        guard rule == nil else {
            (self.labels, self.annotations) = (LabelSet(labels), LabelSet(annotations))
            return
        }
        var labels = LabelSet(labels)
        if labels.removingEmptyValues()["alertname"] == nil {
            let name = labels.isEmpty ? Self.plainAlertname : Self.labelledAlertname
            labels = LabelSet(labels.pairs.map { ($0.name, $0.value) } + [("alertname", name)])
        }
        self.labels = labels
        self.annotations = mark.annotations(annotations, defaultSummary: Self.defaultSummary)
    }

    private static func pairs(_ root: JSONElement, _ name: String) throws(JSONDecodingError) -> [(String, String)] {
        guard let element = try root.optionalMember(name) else { return [] }
        return try element.members().map { member throws(JSONDecodingError) in (member.key, try member.element.string()) }
    }
}
