import AlertCore
import Labels
import Time

/// A test: the way of an alert through the real routes, templates and integrations, past mutes, groups and the notification log.
struct TestFire: Sendable {
    let request: TestFireRequest
    /// What would become of the alert if it were real.
    let explanation: Explanation
    let core: CoreConfiguration
    let configuration: AlertmanagerConfiguration
    let attempts: TestAttempts

    /// One route that the test takes, with what came of it.
    struct PathReport: Sendable {
        /// The route's key; empty where the request named the receiver and no route leads there.
        var route: String
        var receiver: String
        var mutedBy: [String]
        var results: [TestResult]
    }

    /// What a real alert would be muted by now, in words.
    var mutes: [String] {
        explanation.silences.map { "silenced by \($0.id) (\($0.createdBy): \($0.comment))" }
            + explanation.inhibitions.map { inhibition in
                "inhibited by \(inhibition.source["alertname"] ?? "\(inhibition.source)") (inhibit_rules[\(inhibition.rule)])"
            }
            + paths.filter { !$0.mutedBy.isEmpty }.map { path in
                "\(path.isOutsideActiveInterval ? "outside of the active" : "muted by the") time interval "
                    + "\(path.mutedBy.joined(separator: ", ")) on \(route(of: path)?.key ?? "{}")"
            }
    }

    /// The names of the receivers that are sent something.
    var receivers: Set<String> {
        Set(paths.map { configuration.receivers[$0.receiver] }.filter { !$0.integrations.isEmpty }.map(\.name))
    }

    /// Sends, or shows, all messages, each path's integrations at the same time.
    func run() async -> [PathReport] {
        let now = Clock.wall()
        let jobs = paths.enumerated().flatMap { index, path in
            configuration.receivers[path.receiver].integrations.indices.map { (path: index, integration: $0) }
        }
        var reports = paths.map { path in
            PathReport(
                route: isNamed(path) ? "" : route(of: path)?.key ?? "{}", receiver: configuration.receivers[path.receiver].name,
                mutedBy: path.mutedBy, results: [])
        }
        let results = await withTaskGroup(of: (Int, [TestResult]).self) { group in
            for (number, job) in jobs.enumerated() {
                group.addTask { (number, await tell(paths[job.path], job.integration, number: number, at: now)) }
            }
            return await group.reduce(into: [Int: [TestResult]]()) { $0[$1.0] = $1.1 }
        }
        for (number, job) in jobs.enumerated() { reports[job.path].results += results[number] ?? [] }
        return reports
    }

    // MARK: Where it goes

    /// The paths of the routing tree, or the way to the receiver that the request names.
    private var paths: [Explanation.Path] {
        guard let name = request.receiver, let receiver = core.receivers.firstIndex(where: { $0.name == name }) else {
            return explanation.paths
        }
        let routed = explanation.paths.filter { $0.receiver == receiver }
        if let first = routed.first { return [first] }
        return explanation.paths.prefix(1).map { path in
            var path = path
            (path.receiver, path.mutedBy) = (receiver, [])
            return path
        }
    }

    /// Whether the path is there only because the request names its receiver.
    private func isNamed(_ path: Explanation.Path) -> Bool {
        request.receiver != nil && !explanation.paths.contains { $0.receiver == path.receiver }
    }

    private func route(of path: Explanation.Path) -> Route? { path.routes.last.map { core.routes[$0] } }

    // MARK: What is told

    private func tell(_ path: Explanation.Path, _ index: Int, number: Int, at now: Timestamp) async -> [TestResult] {
        guard let integration = configuration.integration(receiver: path.receiver, at: index) else { return [] }
        let beginning = await tell(.firing, path, index, integration, number: number, startedAt: now, receiverData: [:])
        guard request.sendsEnd else { return [beginning.result] }
        var end = TestResult(integration: integration.label, place: beginning.result.place, news: .end, state: .skipped)
        if !integration.sendResolved {
            end.error = "send_resolved is off: ends are not told here"
        } else if beginning.result.state == .failed {
            end.error = "the beginning did not arrive"
        } else {
            end =
                await tell(.end, path, index, integration, number: number, startedAt: now, receiverData: beginning.receiverData).result
        }
        return [beginning.result, end]
    }

    private func tell(
        _ news: TestResult.News, _ path: Explanation.Path, _ index: Int, _ integration: IntegrationConfiguration, number: Int,
        startedAt: Timestamp, receiverData: [String: ReceiverValue]
    ) async -> TestAttempts.Outcome {
        let delivery = delivery(news, path, index, integration, number: number, startedAt: startedAt, receiverData: receiverData)
        let message = attempts.notifier.message(of: delivery, with: configuration)
        let marked = request.mark.marked(integration, for: message)
        var channel: String?
        if case .slack(let slack) = integration { channel = try? message.text(slack.channel) }
        var result = TestResult(
            integration: integration.label, place: integration.place(channel: channel), news: news,
            state: request.isDryRun ? .shown : .failed)
        guard request.isDryRun else { return await attempts.send(message, to: marked, result) }
        switch attempts.notifier.preview(message, to: marked) {
        case .success(let content): result.content = content
        case .failure(let fault): (result.state, result.error) = (.failed, fault.message)
        }
        return TestAttempts.Outcome(result: result)
    }

    private func delivery(
        _ news: TestResult.News, _ path: Explanation.Path, _ index: Int, _ integration: IntegrationConfiguration, number: Int,
        startedAt: Timestamp, receiverData: [String: ReceiverValue]
    ) -> Delivery {
        let now = Clock.wall()
        let alert = NotifiedAlert(
            body: AlertBody(labels: request.labels, annotations: request.annotations), startsAt: startedAt,
            endsAt: news == .end ? now : .goZero, endReason: news == .end ? .resolved : nil)
        return Delivery(
            // An id of no delivery of the machine: nothing is reported under it.
            id: DeliveryID(number: .max - UInt64(number)), epoch: 0,
            key: LogKey(
                groupKey: path.groupKey, receiver: configuration.receivers[path.receiver].name, kind: integration.kind,
                index: integration.index),
            receiver: path.receiver, integration: index, attempt: 1, groupLabels: path.groupLabels,
            routeLabels: route(of: path)?.labels ?? [], alerts: [alert], reason: news == .end ? .allAlertsResolved : .firstNotification,
            flushTime: now, deadline: Clock.monotonic() + TestAttempts.limit.nanoseconds, receiverData: receiverData,
            // A test is not repeated; this is when a real one would be. It inhibits nothing.
            repeatsAt: news == .end ? nil : route(of: path)?.repeats(after: now))
    }
}
