import Labels
import PromQL
import PromQLTesting
import Rules
import Time

/// One test of promtool's format on its way (Prometheus reference 7.3).
struct RuleTestRun {
    private let test: RuleTest
    private let file: RuleTestFile
    private let options: RuleTestOptions
    private var world: RuleWorld
    private var failures: [String] = []

    init(
        _ test: RuleTest, file: RuleTestFile, groups: [RuleGroupDefinition], series: [SeriesNotation], options: RuleTestOptions
    ) {
        self.test = test
        self.file = file
        self.options = options
        var settings = RuleSettings()
        settings.evaluationInterval = file.evaluationInterval
        settings.externalURL = test.externalURL
        settings.externalLabels = LabelSet(test.externalLabels.map { ($0.name, $0.value) })
        settings.answersURLFunctions = false
        settings.parserOptions = options.parser
        world = RuleWorld(groups: groups, series: series, step: test.interval, start: test.start, settings: settings)
    }

    /// What fails, in promtool's words.
    mutating func run() -> [String] {
        if let nameless = test.alertTests.first(where: \.alertname.isEmpty) {
            let place = test.name.isEmpty ? "" : " (in TestGroup \(test.name))"
            let time = PrometheusDuration.format(.milliseconds(nameless.time))
            return ["an item under alert_rule_test misses required attribute alertname at eval_time \(time)\(place)"]
        }
        var time = test.start
        let end = test.start + test.lastTime
        while time <= end {
            world.load(through: time)
            let pass = world.evaluate(at: time)
            failures += pass.errors
            if !pass.errors.isEmpty { return failures }
            // Each question is answered by the last pass that is not later.
            let span = (time - test.start)..<(time - test.start + file.evaluationInterval)
            let due = test.alertTests.enumerated().filter { span.contains($0.element.time) }
            for question in due.sorted(by: { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }) { check(question.element) }
            time += file.evaluationInterval
        }
        for question in test.expressionTests { check(question) }
        return failures
    }

    // MARK: Alerts

    private mutating func check(_ question: AlertTest) {
        let found = world.firing(question.alertname)
        let expected = question.expected.sorted()
        guard found != expected else { return }
        let name = test.name.isEmpty ? "" : "    name: \(test.name),\n"
        let indent = String(repeating: " ", count: 12)
        let time = PrometheusDuration.format(.milliseconds(question.time))
        let head = "\(name)    alertname: \(question.alertname), time: \(time), \n"
        guard !options.showsDifference else {
            failures.append("\(head)        diff:\n\(ShownAlert.difference(expected: expected, found: found, indent: indent))")
            return
        }
        failures.append(
            "\(head)        exp:\(ShownAlert.text(expected, indent: indent)), \n        got:\(ShownAlert.text(found, indent: indent))")
    }

    // MARK: Expressions

    private mutating func check(_ question: ExpressionTest) {
        let time = PrometheusDuration.format(.milliseconds(question.time))
        let head = "    expr: \(GoQuote.quote(question.expression)), time: \(time),"
        do {
            let found = try answer(to: question)
            let expected = try question.expected.map { try ShownSample($0) }.sorted()
            guard !ShownSample.areEqual(expected, found, isFuzzy: file.isFuzzy) else { return }
            failures.append("\(head)\n        exp: \(ShownSample.text(expected))\n        got: \(ShownSample.text(found))")
        } catch {
            failures.append("\(head) err: \(error)")
        }
    }

    private func answer(to question: ExpressionTest) throws -> [ShownSample] {
        let query = try RuleQuery(question.expression, options: options.parser)
        switch try world.source.instant(query, at: test.start + question.time).value {
        case .scalar(_, let value): return [ShownSample(labels: [], value: value)]
        case .vector(let elements): return elements.map { ShownSample(labels: $0.labels.namedTexts, value: $0.value) }.sorted()
        case .string, .matrix: throw QuerySourceError("rule result is not a vector or scalar")
        }
    }

    // MARK: Looking inside

    /// All samples, for those who wonder.
    var dump: String {
        let end = PrometheusDuration.format(.milliseconds(test.lastTime))
        var text = "DEBUG: Dump of all data (input_series and rules) at \(end):\n"
        for (labels, samples) in world.storage.contents {
            text += "\(NamedText.list(labels.namedTexts))\n"
            for (time, value) in zip(samples.times, samples.values) {
                let shown = value.isStaleMarker ? "stale" : GoFloat.text(value, "g")
                text += "  \(shown) @ \(PrometheusDuration.format(.milliseconds(time - test.start)))\n"
            }
        }
        return text
    }
}
