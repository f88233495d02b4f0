import StrictYAML
import Time

/// Reads the second document of a file of unit tests.
struct NotificationTestReader {
    /// Those of the first document.
    let unitTests: [RuleTest]

    func read(_ root: YAMLElement) -> NotificationTestFile? {
        root.mapping(as: "notification tests") { fields in
            var file = NotificationTestFile(position: fields.position)
            file.alertmanager = fields.string("alertmanager") ?? ""
            if file.alertmanager.isEmpty {
                fields.fail("alertmanager", "names the routing file that alerts are sent through; it is missing")
            }
            file.externalLabels = RuleTestFileReader.texts(fields, "external_labels")
            file.externalURL = fields.string("external_url") ?? ""
            while file.externalURL.hasSuffix("/") { file.externalURL.removeLast() }
            file.tests = fields.list("notification_tests") { $0.mapping(as: "notification test", test) } ?? []
            return file
        }
    }

    private func test(_ fields: YAMLMapping) -> NotificationTest {
        var test = NotificationTest(position: fields.position)
        test.name = fields.string("name") ?? ""
        test.unitTest = fields.string("test") ?? ""
        test.own = input(fields, test.unitTest)
        test.end = duration("until", fields) ?? 0
        if test.end <= 0 { fields.fail("until", "says how long the test goes on, such as 30m; it is missing") }
        test.events = (fields.list("events") { $0.mapping(as: "event", event) } ?? []).enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
        test.expected = fields.list("exp_notifications") { $0.mapping(as: "expected notification", notification) }
        if test.expected == nil, fields.isSet("exp_notifications") { test.expected = [] }
        test.allowsOthers = fields.bool("allow_others") ?? false
        test.unwanted = fields.list("exp_no_notifications") { $0.mapping(as: "unwanted notification", unwanted) } ?? []
        test.mutings = fields.list("exp_muted") { $0.mapping(as: "muted alert", muting) } ?? []
        if test.expected == nil, test.unwanted.isEmpty, test.mutings.isEmpty {
            fields.fail("expects nothing; give exp_notifications (the empty list for silence), exp_no_notifications or exp_muted")
        }
        return test
    }

    /// Input of the test's own; nil with that of a unit test.
    private func input(_ fields: YAMLMapping, _ name: String) -> RuleTest? {
        let series = RuleTestFileReader.inputSeries(fields)
        let interval = duration("interval", fields)
        let hasOwn = fields.isSet("input_series") || interval != nil
        guard name.isEmpty else {
            if hasOwn { fields.fail("test", "names the test whose input_series and interval are used; there must be no others beside it") }
            let known = unitTests.map(\.name).filter { !$0.isEmpty }
            switch known.count(where: { $0 == name }) {
            case 1: break
            case 0:
                let list = known.isEmpty ? "no test above has a name" : "there are \(known.joined(separator: ", "))"
                fields.fail("test", "no test above is called \"\(name)\"; \(list)")
            default: fields.fail("test", "several tests above are called \"\(name)\"; give them names of their own")
            }
            return nil
        }
        guard hasOwn else {
            fields.fail("has no input; name a test above with test, or give input_series")
            return nil
        }
        var own = RuleTest(position: fields.position)
        own.inputSeries = series
        own.interval = interval ?? 0
        return own
    }

    // MARK: Events

    private func event(_ fields: YAMLMapping) -> TestEvent? {
        let time = duration("at", fields)
        if time == nil { fields.fail("at", "says when it happens, such as 7m; it is missing") }
        var kinds: [TestEvent.Kind] = []
        if fields.bool("restart") == true { kinds.append(.restart(down: 0)) }
        if let down = duration("down", fields) { kinds.append(.restart(down: down)) }
        if let length = duration("sleep", fields) { kinds.append(.sleep(length)) }
        if let length = duration("no_rules", fields) { kinds.append(.pause(length)) }
        let silence = fields.mapping("silence", as: "silence") { fields -> TestEvent.Kind? in
            let matchers = fields.strings("matchers") ?? []
            guard !matchers.isEmpty, let length = duration("duration", fields) else {
                fields.fail("needs matchers and a duration")
                return nil
            }
            return .silence(matchers: matchers, duration: length)
        }
        if let silence { kinds.append(silence) }
        guard kinds.count == 1, let kind = kinds.first else {
            if !fields.isSet("silence") || kinds.count > 1 {
                fields.fail("is one of restart: true, down: 5m, sleep: 8h, no_rules: 1h, silence: {matchers, duration}")
            }
            return nil
        }
        return TestEvent(position: fields.position, time: time ?? 0, kind: kind)
    }

    // MARK: Expectations

    private func notification(_ fields: YAMLMapping) -> ExpectedNotification {
        var expected = ExpectedNotification(position: fields.position)
        expected.times = times(fields)
        expected.receiver = fields.string("receiver")
        expected.integration = fields.string("integration")
        if fields.isSet("group_labels") { expected.groupLabels = RuleTestFileReader.texts(fields, "group_labels") }
        expected.groupKey = fields.string("group_key")
        expected.firing = fields["firing"].flatMap(alerts)
        expected.resolved = fields["resolved"].flatMap(alerts)
        for field in ExpectedNotification.Field.allCases {
            expected.texts += (fields[field.rawValue].flatMap(oneOrMore) ?? []).map { (field, $0) }
        }
        expected.lacking = fields["lacks"].flatMap(oneOrMore) ?? []
        return expected
    }

    /// `at: 7m`, or `within: [7m, 8m]`.
    private func times(_ fields: YAMLMapping) -> ClosedRange<Int64>? {
        let moment = duration("at", fields)
        let span = fields.list("within") { element in
            element.parsed { (text) throws(DurationError) in try PrometheusDuration.parse(text).nanoseconds / 1_000_000 }
        }
        if let moment {
            if span != nil { fields.fail("within", "and at exclude each other") }
            return moment...moment
        }
        guard let span else { return nil }
        guard span.count == 2, span[0] <= span[1] else {
            fields.fail("within", "is a list of two times, the earlier first, such as [7m, 8m]")
            return nil
        }
        return span[0]...span[1]
    }

    private func alerts(_ element: YAMLElement) -> [[NamedText]]? {
        element.list { element in element.stringMap()?.map { NamedText(name: $0.key, value: $0.value) }.sorted() }
    }

    private func oneOrMore(_ element: YAMLElement) -> [String]? {
        element.node.sequence == nil ? element.string().map { [$0] } : element.strings()
    }

    private func unwanted(_ fields: YAMLMapping) -> UnwantedNotification {
        UnwantedNotification(
            position: fields.position, labels: labels(fields), receiver: fields.string("receiver"),
            integration: fields.string("integration"))
    }

    private func muting(_ fields: YAMLMapping) -> ExpectedMuting {
        let cause = fields.oneOf("by", ExpectedMuting.Cause.self)
        if cause == nil, !fields.isSet("by") {
            fields.fail("by", "says what mutes it: inhibited, silenced, time_interval or nobody; it is missing")
        }
        let labels = labels(fields)
        if labels.isEmpty { fields.fail("alertname", "or labels say which alert is meant; both are missing") }
        return ExpectedMuting(
            position: fields.position, labels: labels, cause: cause ?? .inhibited, source: RuleTestFileReader.texts(fields, "source"),
            time: duration("at", fields))
    }

    /// `labels`, with `alertname` as a short way to say the most usual one.
    private func labels(_ fields: YAMLMapping) -> [NamedText] {
        let name = fields.string("alertname").map { [NamedText(name: "alertname", value: $0)] } ?? []
        return (name + RuleTestFileReader.texts(fields, "labels")).sorted()
    }

    private func duration(_ key: String, _ fields: YAMLMapping) -> Int64? {
        guard let span = RuleTestFileReader.duration(key, fields) else { return nil }
        guard span <= Self.longest else {
            fields.fail(key, "is at most ten years")
            return nil
        }
        return span
    }

    private static let longest: Int64 = 10 * 365 * 86_400_000
}
