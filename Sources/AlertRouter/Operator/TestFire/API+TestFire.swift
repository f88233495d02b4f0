import AlertCore
import AlertStorage
import JSON
import Labels
import Time
import WebServer

extension API {
    /// POST `test-fire`: sends a test message the way that an alert with these labels would go, and says how it went with each integration.
    func postTestFire(_ request: WebRequest) async throws(OperatorError) -> WebResponse {
        let wanted = try await completed(TestFireRequest(request.body))
        let test = try access.testFire(wanted)
        // What is only shown reaches nobody.
        if !wanted.isDryRun { try count(test) }
        let reports = await test.run()
        if !wanted.isDryRun { access.history?.record(event(of: wanted, reports)) }
        return .json(json(of: test, reports))
    }

    /// The request with what the rule that it names gives.
    private func completed(_ wanted: TestFireRequest) async throws(OperatorError) -> TestFireRequest {
        guard let rule = wanted.rule else { return wanted }
        switch await access.ruleLink.sample(of: rule, with: wanted.labels) {
        case .failure(let refusal): throw OperatorError(status: 404, message: refusal.message, advice: refusal.advice)
        case .success(let sample):
            var wanted = wanted
            wanted.complete(with: sample)
            return wanted
        }
    }

    private func count(_ test: TestFire) throws(OperatorError) {
        guard let refusal = access.testFireLimit.take(test.receivers, at: Clock.monotonic()) else { return }
        let seconds = max(1, (refusal.wait.milliseconds + 999) / 1000)
        throw OperatorError(
            status: 429,
            message:
                "receiver \(GoQuote.quote(refusal.receiver)) was sent \(TestFireLimit.perMinute) tests within a minute; the next may go in \(seconds) s",
            advice: "wait, or look at the messages with --dry-run, which has no limit; real alerts are not held back")
    }

    private func event(of wanted: TestFireRequest, _ reports: [TestFire.PathReport]) -> HistoryEvent {
        let results = reports.flatMap(\.results)
        var event = HistoryEvent(.testFired, at: Clock.wall(), labels: wanted.labels)
        event.receiver = reports.count == 1 ? reports[0].receiver : ""
        event.text =
            results.isEmpty
            ? "nobody is told: \(reports.map(\.receiver).joined(separator: ", ")) without integration"
            : results.map { "\($0.integration) \($0.place) \($0.state.rawValue)" }.joined(separator: ", ")
        event.error = results.first { $0.state == .failed }?.error ?? ""
        event.attempts = results.reduce(0) { $0 + $1.attempts }
        event.alerts = 1
        event.milliseconds = results.map(\.milliseconds).max() ?? 0
        return event
    }

    private func json(of test: TestFire, _ reports: [TestFire.PathReport]) -> JSONWriter {
        var json = JSONWriter()
        json.beginObject()
        test.write(reports, into: &json)
        json.endObject()
        return json
    }
}

extension RouterAccess {
    /// The way of a test alert through the routes that are in force now.
    func testFire(_ wanted: TestFireRequest) throws(OperatorError) -> TestFire {
        let now = Clock.wall()
        let checked = Alert.normalize(
            labels: wanted.labels, annotations: wanted.annotations, generatorURL: "", startsAt: now, endsAt: now + .minutes(5), now: now,
            resolveTimeout: .minutes(5), mode: identity.matcherMode.labelNameMode)
        if case .failure(let fault) = checked {
            throw OperatorError(status: 400, message: "\(fault)", advice: "give labels as Prometheus would send them")
        }
        // One look: the explanation and the configuration belong together also during a reload.
        let (explanation, core, configuration) = read { machine, now in
            (
                machine.explanation(of: wanted.labels.removingEmptyValues(), at: now), machine.configuration,
                self.configuration(of: machine.epoch)
            )
        }
        guard let configuration else { throw OperatorError(status: 503, message: "there is no configuration", advice: "try again") }
        if let name = wanted.receiver, !configuration.receivers.contains(where: { $0.name == name }) {
            throw OperatorError(
                status: 404, message: "there is no receiver \(GoQuote.quote(name))",
                advice: "one of \(configuration.receivers.map(\.name).joined(separator: ", "))")
        }
        return TestFire(
            request: wanted, explanation: explanation, core: core, configuration: configuration,
            attempts: TestAttempts(notifier: testNotifier()))
    }
}

extension TestFire {
    /// The members of the answer that say what was sent, and what came of it.
    func write(_ reports: [PathReport], into json: inout JSONWriter) {
        let results = reports.flatMap(\.results)
        json.key("labels")
        json.labels(request.labels)
        json.key("annotations")
        json.labels(request.annotations)
        json.key("mutes")
        json.strings(mutes)
        json.key("paths")
        json.beginArray()
        for report in reports {
            json.beginObject()
            json.key("route")
            json.string(report.route)
            json.key("receiver")
            json.string(report.receiver)
            json.key("mutedBy")
            json.strings(report.mutedBy)
            json.key("integrations")
            json.beginArray()
            for result in report.results { result.write(into: &json) }
            json.endArray()
            json.endObject()
        }
        json.endArray()
        json.key("delivered")
        json.integer(Int64(results.count { $0.state == .sent }))
        json.key("attempted")
        json.integer(Int64(results.count { $0.state == .sent || $0.state == .failed }))
    }
}
