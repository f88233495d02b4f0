import AlertRouter
import Labels
import PromQLTesting
import Rules
import Time

/// One test of notifications on its way: rules on their ticks, the router behind them, and what happens to both, on virtual time.
///
/// Of what falls on one instant, events come first, then the rules' pass, then what is due in the router.
struct NotificationTestRun {
    private let test: NotificationTest
    private let interval: Int64
    private var rules: RuleWorld
    private var router: AlertWorld
    /// Nanoseconds from the start.
    private var time: Int64 = 0
    /// The next tick of the rules, milliseconds from the start.
    private var nextPass: Int64 = 0
    private var failures: [String] = []
    /// Whether something failed that makes going on pointless.
    private var isBroken = false

    /// Runs a test. Everything that keeps it from being run is a failure.
    static func run(
        _ test: NotificationTest, in document: NotificationTestFile, file: RuleTestFile, path: String,
        rules: Result<[RuleGroupDefinition], RuleFileError>, _ options: RuleTestOptions
    ) -> RuleTestReport.Case {
        var result = RuleTestReport.Case(name: test.name)
        let configuration: AlertmanagerConfiguration
        let groups: [RuleGroupDefinition]
        let series: [SeriesNotation]
        guard let input = test.own ?? file.tests.first(where: { $0.name == test.unitTest }) else { return result }
        do {
            groups = try rules.get()
            series = try input.inputSeries.notations
            configuration = try AlertmanagerConfiguration.load(
                file: RuleFiles.joined(document.alertmanager, to: RuleTestFileRun.directory(of: path)))
        } catch let error as RuleFileError {
            result.failures = error.problems
            return result
        } catch let error as ConfigurationError {
            result.failures = error.lines
            return result
        } catch {
            result.failures = ["\(error)"]
            return result
        }
        var run = NotificationTestRun(test, input, document, file, configuration, groups, series, options)
        run.run()
        result.messages = run.router.sent.map { sent in
            RuleTestReport.Message(
                time: sent.time, receiver: sent.receiver, kind: sent.kind, index: sent.index, firing: sent.firing, resolved: sent.resolved,
                content: sent.message)
        }
        result.failures = run.failures.map { test.name.isEmpty ? $0 : "    name: \(test.name),\n\($0)" }
        return result
    }

    private init(
        _ test: NotificationTest, _ input: RuleTest, _ document: NotificationTestFile, _ file: RuleTestFile,
        _ configuration: AlertmanagerConfiguration, _ groups: [RuleGroupDefinition], _ series: [SeriesNotation], _ options: RuleTestOptions
    ) {
        self.test = test
        // One that is longer than any test must not overflow.
        interval = min(file.evaluationInterval, 20 * 365 * 86_400_000)
        let externalLabels = LabelSet(
            (document.externalLabels.isEmpty ? input.externalLabels : document.externalLabels).map { ($0.name, $0.value) })
        var settings = RuleSettings()
        settings.evaluationInterval = interval
        settings.externalURL = document.externalURL.isEmpty ? input.externalURL : document.externalURL
        settings.externalLabels = externalLabels
        settings.parserOptions = options.parser
        settings.recordedWindows = RefillWindow.recorded(by: groups)
        // As in unit tests, all groups are evaluated on the ticks of the file.
        let groups = groups.map { group in
            var group = group
            group.interval = nil
            return group
        }
        rules = RuleWorld(
            groups: groups, series: series, step: input.interval > 0 ? input.interval : interval, start: input.start, settings: settings)
        router = AlertWorld(configuration, externalURL: settings.externalURL, externalLabels: externalLabels, start: input.start)
    }

    // MARK: Time

    private mutating func run() {
        var events = test.events[...]
        var questions = test.mutings.map { ($0.time ?? test.end, $0) }.sorted { $0.0 < $1.0 }[...]
        let end = test.end * 1_000_000
        while true {
            let moments = [
                events.first.map { $0.time * 1_000_000 }, nextPass * 1_000_000, router.nextWake, questions.first.map { $0.0 * 1_000_000 },
            ]
            let next = max(time, moments.compactMap { $0 }.min() ?? end)
            guard next <= end, !isBroken else { break }
            time = next
            if let event = events.first, event.time * 1_000_000 <= time {
                events.removeFirst()
                happen(event)
            } else if nextPass * 1_000_000 <= time {
                pass()
            } else if let wake = router.nextWake, wake <= time {
                router.advance(to: time)
            } else if let (_, question) = questions.popFirst() {
                answer(question)
            }
        }
        if !isBroken { compare() }
    }

    private mutating func pass() {
        let now = rules.start + nextPass
        nextPass += interval
        rules.load(through: now)
        let pass = rules.evaluate(at: now)
        fail(pass.errors)
        for fault in router.receive(pass.alerts, at: time) { fail(["    time: \(shown(time)), err: \(fault)"]) }
    }

    private mutating func fail(_ errors: [String]) {
        failures += errors
        if !errors.isEmpty { isBroken = true }
    }

    private mutating func happen(_ event: TestEvent) {
        rules.load(through: rules.start + time / 1_000_000)
        switch event.kind {
        case .restart(let down):
            resume(after: down)
            rules.restart()
            router.restart(at: time)
        case .sleep(let length):
            resume(after: length)
            rules.sleep(for: length)
            router.sleep(for: length, until: time)
        case .pause(let length):
            // The next tick that is not within it.
            nextPass = max(nextPass, (time / 1_000_000 + length + interval - 1) / interval * interval)
        case .silence(let matchers, let duration):
            guard let fault = router.silence(matchers, for: duration, at: time) else { return }
            fail(["    \(event.position): silence: \(fault)"])
        }
    }

    /// Nobody scrapes for a time. The first thing after it is a scrape; the next pass is the first tick that comes.
    private mutating func resume(after length: Int64) {
        time += length * 1_000_000
        rules.scrape(at: rules.start + time / 1_000_000)
        let ticks = (time / 1_000_000 + interval - 1) / interval
        nextPass = max(nextPass, ticks * interval)
    }

    // MARK: Answers

    private mutating func answer(_ question: ExpectedMuting) {
        let alerts = router.firing(question.labels, at: time)
        let head =
            "    \(question.position): exp_muted \(NamedText.list(question.labels)), time: \(shown(time)), by: \(question.cause.rawValue)"
        guard !alerts.isEmpty else {
            failures.append("\(head)\n        got: no such alert fires")
            return
        }
        for alert in alerts {
            let isRight = question.cause == .nobody ? alert.causes.isEmpty : alert.causes.contains(question.cause)
            let hasSource = question.source.isEmpty || alert.source?.has(question.source) == true
            guard !isRight || !hasSource else { continue }
            let causes = alert.causes.isEmpty ? "nobody" : alert.causes.map(\.rawValue).joined(separator: ", ")
            let source = alert.source.map { " (by \(NamedText.list($0.namedTexts)))" } ?? ""
            failures.append("\(head)\n        got: \(NamedText.list(alert.labels.namedTexts)) muted by: \(causes)\(source)")
        }
    }

    private mutating func compare() {
        let sent = router.sent
        for unwanted in test.unwanted {
            for notification in sent where unwanted.matches(notification) {
                failures.append("    \(unwanted.position): exp_no_notifications\n        got: \(notification.summary)")
            }
        }
        guard let expected = test.expected else { return }
        let claims = Assignment.claims(expected.count, of: sent.count) { expected[$0].differences(from: sent[$1]).isEmpty }
        let claimed = Set(claims.compactMap { $0 })
        let others = sent.indices.filter { !claimed.contains($0) }
        for (notification, claim) in zip(expected, claims) where claim == nil {
            failures.append(missing(notification, among: others.map { sent[$0] }))
        }
        guard !test.allowsOthers else { return }
        for index in others { failures.append("    notification that is not expected\n        got: \(sent[index].summary)") }
    }

    private func missing(_ expected: ExpectedNotification, among others: [SentNotification]) -> String {
        let head = "    \(expected.position): notification\n        exp: \(expected.summary)"
        let compared = others.map { ($0, expected.differences(from: $0)) }
        // One to the wrong people is farther away than one at the wrong time.
        func distance(_ differences: [String]) -> Int {
            differences.reduce(0) { $0 + ($1.hasPrefix("receiver:") || $1.hasPrefix("integration:") ? 3 : 1) }
        }
        guard let (nearest, differences) = compared.min(by: { distance($0.1) < distance($1.1) }) else {
            return "\(head)\n        got: nothing"
        }
        return "\(head)\n        nearest: \(nearest.summary)\n" + differences.map { "            \($0)" }.joined(separator: "\n")
    }

    private func shown(_ time: Int64) -> String { PrometheusDuration.format(TimeSpan(nanoseconds: time)) }
}

extension UnwantedNotification {
    func matches(_ sent: SentNotification) -> Bool {
        if let receiver, receiver != sent.receiver { return false }
        if let integration, integration != sent.kind, integration != "\(sent.kind)[\(sent.index)]" { return false }
        return labels.isEmpty || (sent.firing + sent.resolved).contains { $0.has(labels) }
    }
}
