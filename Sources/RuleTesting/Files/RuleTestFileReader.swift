import Labels
import Rules
import StrictYAML
import Time

/// Reads files of unit tests. Unknown keys are errors unless told otherwise; type names in messages are promtool's.
struct RuleTestFileReader {
    private let decoder: YAMLDecoder

    /// Reads a file.
    ///
    /// - Throws: Everything that is wrong with it, each with its place.
    static func read(_ bytes: [UInt8], file: String, ignoresUnknownFields: Bool) throws(YAMLError) -> RuleTestFile {
        let decoder = YAMLDecoder(file: file, ignoresUnknownKeys: ignoresUnknownFields)
        var rest: YAMLPosition?
        let root = try YAMLDocument.parse(bytes, file: file) { rest = $0 }
        let reader = RuleTestFileReader(decoder: decoder)
        var result = decoder.element(root)?.mapping(as: "main.unitTestFile", reader.file) ?? RuleTestFile()
        if let rest {
            switch try SecondDocument(bytes, file: file, from: rest) {
            case .foreign(let position):
                result.warnings.append("\(file): \(position): the second document has no notification_tests and is not read")
            case .notifications(let node):
                result.notifications = decoder.element(node).flatMap { NotificationTestReader(unitTests: result.tests).read($0) }
            }
        }
        try decoder.finish()
        return result
    }

    private func file(_ fields: YAMLMapping) -> RuleTestFile {
        var file = RuleTestFile()
        file.ruleFiles = fields.strings("rule_files") ?? []
        let interval = Self.duration("evaluation_interval", fields) ?? 0
        if interval > 0 { file.evaluationInterval = interval }
        file.groupOrder = fields.strings("group_eval_order") ?? []
        file.isFuzzy = fields.bool("fuzzy_compare") ?? false
        file.tests = fields.list("tests") { $0.mapping(as: "main.testGroup") { test($0, interval: file.evaluationInterval) } } ?? []
        return file
    }

    private func test(_ fields: YAMLMapping, interval: Int64) -> RuleTest {
        var test = RuleTest(position: fields.position)
        test.name = fields.string("name") ?? ""
        test.interval = Self.duration("interval", fields) ?? 0
        if test.interval == 0 { test.interval = interval }
        test.inputSeries = Self.inputSeries(fields)
        test.alertTests = fields.list("alert_rule_test") { $0.mapping(as: "main.alertTestCase", alertTest) } ?? []
        test.expressionTests = fields.list("promql_expr_test") { $0.mapping(as: "main.promqlTestCase", expressionTest) } ?? []
        test.externalLabels = Self.texts(fields, "external_labels")
        test.externalURL = fields.string("external_url") ?? ""
        test.start = fields["start_timestamp"].flatMap(start) ?? 0
        return test
    }

    /// Unix seconds, or RFC 3339. Two centuries around 1970 leave nanoseconds room in 64 bits.
    private func start(_ element: YAMLElement) -> Int64? {
        guard let text = element.string() else { return nil }
        guard let seconds = Double(text) ?? RFC3339.parse(text)?.unixSeconds else {
            element.fail("expected Unix seconds or a time such as 2026-11-22T12:00:00Z, found \(element.node.phrase)")
            return nil
        }
        guard seconds.magnitude <= 7e9 else {
            element.fail("expected a time from 1750 to 2190, found \(element.node.phrase)")
            return nil
        }
        return Int64((seconds * 1000).rounded())
    }

    private func alertTest(_ fields: YAMLMapping) -> AlertTest {
        var test = AlertTest()
        test.time = Self.duration("eval_time", fields) ?? 0
        test.alertname = fields.string("alertname") ?? ""
        let alerts = fields.list("exp_alerts") { element in
            element.mapping(as: "main.alert") { fields in
                ShownAlert(labels: Self.texts(fields, "exp_labels"), annotations: Self.texts(fields, "exp_annotations"))
            }
        }
        test.expected = (alerts ?? []).map { $0.named(test.alertname) }
        return test
    }

    private func expressionTest(_ fields: YAMLMapping) -> ExpressionTest {
        var test = ExpressionTest()
        test.expression = fields.string("expr") ?? ""
        test.time = Self.duration("eval_time", fields) ?? 0
        let samples = fields.list("exp_samples") { element in
            element.mapping(as: "main.sample") { fields in
                var sample = ExpectedSample()
                sample.labels = fields.string("labels") ?? ""
                sample.value = fields.double("value") ?? 0
                sample.isHistogram = fields.string("histogram")?.isEmpty == false
                return sample
            }
        }
        test.expected = samples ?? []
        return test
    }

    // MARK: What both documents have

    static func inputSeries(_ fields: YAMLMapping) -> [InputSeries] {
        fields.list("input_series") { element in
            element.mapping(as: "main.series") { fields in
                InputSeries(position: fields.position, series: fields.string("series") ?? "", values: fields.string("values") ?? "")
            }
        } ?? []
    }

    /// Milliseconds.
    static func duration(_ key: String, _ fields: YAMLMapping) -> Int64? {
        fields.parsed(key) { (text) throws(DurationError) in try PrometheusDuration.parse(text).nanoseconds / 1_000_000 }
    }

    static func texts(_ fields: YAMLMapping, _ key: String) -> [NamedText] {
        (fields.stringMap(key) ?? []).map { NamedText(name: $0.key, value: $0.value) }.sorted { $0 < $1 }
    }
}
