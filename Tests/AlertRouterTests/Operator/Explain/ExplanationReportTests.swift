import AlertCore
import AlertStorage
import Labels
import Testing
import Time

@testable import AlertRouter

@Suite("An explanation in words")
struct ExplanationReportTests {
    private let now = ClockReading(wall: Timestamp(seconds: 1_000_000), monotonic: 1_000_000_000_000)
    private let labels = LabelSet([("alertname", "Down"), ("team", "Data Base"), ("severity", "page")])

    private func configuration() -> CoreConfiguration {
        func route(_ key: String, _ receiver: Int, _ matchers: Matcher...) -> Route {
            Route(matchers: Matchers(matchers), receiver: receiver, groupWait: .zero, key: key)
        }
        let page = Matcher(name: "severity", equals: "page")
        return CoreConfiguration(
            routes: [
                Route(groupWait: .zero, children: [1, 2, 3, 4]),
                route("{}/web", 1, Matcher(name: "team", equals: "web")),
                route("{}/db", 1, Matcher(name: "team", equals: "data-base")),
                route("{}/site", 1, page, Matcher(name: "site", equals: "tokyo")),
                route("{}/other", 1, Matcher(name: "site", equals: "osaka")),
            ],
            receivers: [
                Receiver(name: "all", integrations: [Integration(kind: "webhook"), Integration(kind: "slack")]), Receiver(name: "some"),
            ])
    }

    private func event(_ kind: HistoryEvent.Kind, _ secondsAgo: Int64, _ text: String = "") -> HistoryEvent {
        var event = HistoryEvent(kind, at: now.wall - .seconds(secondsAgo), labels: labels)
        event.text = text
        return event
    }

    private func report(
        fires: Bool = false, episodes: [HistoryEvent] = [], deliveries: [HistoryEvent] = [], dropped: HistoryEvent? = nil
    ) throws -> ExplanationReport {
        var machine = AlertMachine(configuration: configuration(), options: MachineOptions(), seed: 1, at: now)
        if fires {
            let alert = try Alert.normalize(
                labels: labels, annotations: LabelSet(), generatorURL: "", startsAt: nil, endsAt: now.wall + .hours(1), now: now.wall,
                resolveTimeout: .minutes(5), mode: .utf8
            ).get()
            var effects = Effects()
            _ = machine.receive([alert], at: now, into: &effects)
            for delivery in effects.deliveries { machine.deliveryEnded(delivery.id, outcome(of: delivery), at: now, into: &effects) }
        }
        let explanation = machine.explanation(of: labels, at: now)
        return ExplanationReport(
            explanation, configuration: machine.configuration, at: now, zone: .utc, episodes: episodes, deliveries: deliveries,
            dropped: dropped, senders: SendersReport(explanation, book: SenderBook(), at: now, zone: .utc))
    }

    private func outcome(of delivery: Delivery) -> DeliveryOutcome {
        delivery.key.kind == "webhook" ? .delivered(receiverData: nil) : .failed(.clientError, message: "status 400")
    }

    @Test("routes that miss by one matcher are named, the likeliest to have been meant first")
    func nearMisses() throws {
        let lines = try report().lines.filter { $0.topic == "route" }.map(\.text)
        #expect(
            lines.dropFirst() == [
                "not {}/db → some: team is \"Data Base\"", "not {}/site → some: it has no label site",
                "not {}/web → some: team is \"Data Base\"",
            ])
    }

    @Test("an alert that is not known never arrived, or was dropped, or is over and forgotten")
    func absence() throws {
        #expect(try report().headline.contains("NEVER ARRIVED"))
        #expect(
            try report(dropped: event(.alertDropped, 60)).headline.hasSuffix(
                "DROPPED, --alerts.per-alertname-limit let in no more alerts named Down, last at 13:45:40"))
        let expired = [event(.alertEnded, 40, "expired"), event(.alertFiring, 100)]
        #expect(try report(episodes: expired).headline.hasSuffix("OVER AND FORGOTTEN since 13:46:00: its sender fell silent"))
    }

    @Test("three firings within an hour are flapping, older ones are not")
    func flapping() throws {
        func headline(_ times: Int64...) throws -> String {
            try report(episodes: times.flatMap { [event(.alertEnded, $0, "resolved"), event(.alertFiring, $0 + 1)] }).headline
        }
        #expect(try headline(10, 20, 30).hasSuffix("; it flaps: fired 3 times since 13:46:09"))
        #expect(try !headline(10, 20, 7200).contains("flaps"))
    }

    @Test("what history knows of the last attempts is the cause, unless the integration was told since")
    func failures() throws {
        var failed = event(.deliveryFailed, 5)
        failed.labels = nil
        failed.groupKey = "{}:{}"
        failed.receiver = "all"
        failed.integration = "slack[0]"
        failed.error = "status 400: no such channel"
        let headline = try report(fires: true, deliveries: [failed]).headline
        #expect(
            headline.contains("NOT TOLD, the last attempts of slack[0] failed: status 400: no such channel; tried again with the flush"))
        var told = failed
        told.kind = .delivered
        #expect(try !report(fires: true, deliveries: [told, failed]).headline.contains("failed"))
    }
}
