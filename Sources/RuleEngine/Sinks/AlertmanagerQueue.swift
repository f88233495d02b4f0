import ClientConfiguration
import Logging
import NIOConcurrencyHelpers
import Rules
import Time
import Transport

/// Alerts on their way to one Alertmanager: a batch at a time, the next as soon as the one before has ended (reference 6).
///
/// What could not be delivered is not tried again: rules repeat their alerts, and an alert of a minute ago would only delay the one of now.
final class AlertmanagerQueue: Sendable {
    /// How the Alertmanager is asked.
    struct Settings: Sendable {
        var client: HTTPClientOptions
        /// Milliseconds.
        var timeout: Int64
    }

    private struct State {
        var settings: Settings
        var alerts: [RuleAlert] = []
        var sending: Task<Void, Never>?
        /// No alerts are taken, and those that wait are given up.
        var isCut = false
        var isFull = false
        /// The kind of failure that the log was told; nil while alerts are taken.
        var failure: String?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    let url: String
    private let options: AlertmanagerSink.Options
    private let transport: Transport
    private let counters: NotificationCounters
    private let log: Logger
    private let state: NIOLockedValueBox<State>

    init(
        url: String, settings: Settings, options: AlertmanagerSink.Options, transport: Transport, counters: NotificationCounters,
        log: Logger
    ) {
        self.url = url
        self.options = options
        self.transport = transport
        self.counters = counters
        self.log = log
        state = NIOLockedValueBox(State(settings: settings))
    }

    /// Alerts that wait.
    var count: Int { state.withLockedValue { $0.alerts.count } }

    /// Replaces the settings; the next batch uses them.
    func apply(_ settings: Settings) { state.withLockedValue { $0.settings = settings } }

    /// Puts alerts behind the others; of too many the oldest go.
    func add(_ alerts: [RuleAlert]) {
        guard !alerts.isEmpty else { return }
        let (dropped, isNews) = state.withLockedValue { state -> (Int, Bool) in
            guard !state.isCut else { return (alerts.count, false) }
            state.alerts += alerts
            let excess = max(0, state.alerts.count - options.queueCapacity)
            state.alerts.removeFirst(excess)
            if state.sending == nil { state.sending = Task { await self.sendAll() } }
            defer { if excess > 0 { state.isFull = true } }
            return (excess, excess > 0 && !state.isFull)
        }
        counters.dropped.increment(by: dropped)
        if isNews {
            log.warning(
                "More alerts wait for an Alertmanager than may: the oldest are given up",
                metadata: ["alertmanager": "\(url)", "capacity": "\(options.queueCapacity)"])
        }
    }

    /// Waits until nothing is left to send.
    func drained() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLockedValue { state in
                guard state.sending != nil else { return true }
                state.waiting.append(continuation)
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    /// Ends what is under way and gives up what waits.
    func cut() {
        let (given, sending) = state.withLockedValue { state -> (Int, Task<Void, Never>?) in
            state.isCut = true
            defer { state.alerts = [] }
            return (state.alerts.count, state.sending)
        }
        counters.dropped.increment(by: given)
        sending?.cancel()
        guard given > 0 else { return }
        log.warning("Alerts for an Alertmanager were given up at the end", metadata: ["alertmanager": "\(url)", "alerts": "\(given)"])
    }

    // MARK: Sending

    private func sendAll() async {
        while let (batch, settings) = next() { await post(batch, settings) }
    }

    private func next() -> ([RuleAlert], Settings)? {
        let (batch, settings, waiting) = state.withLockedValue { state -> ([RuleAlert], Settings, [CheckedContinuation<Void, Never>]) in
            guard !state.alerts.isEmpty else {
                state.sending = nil
                state.isFull = false
                defer { state.waiting = [] }
                return ([], state.settings, state.waiting)
            }
            let batch = Array(state.alerts.prefix(options.batchSize))
            state.alerts.removeFirst(batch.count)
            return (batch, state.settings, [])
        }
        for continuation in waiting { continuation.resume() }
        return batch.isEmpty ? nil : (batch, settings)
    }

    private func post(_ batch: [RuleAlert], _ settings: Settings) async {
        let request = HTTPRequest(
            method: "POST", url: url, headers: [("Content-Type", "application/json")], body: AlertMessage.write(batch),
            timeout: .milliseconds(settings.timeout), maximumResponseBytes: 64 << 10, options: settings.client)
        let start = Clock.monotonic()
        /// The kind of failure, and its text.
        var failure: (kind: String, text: String)?
        do throws(TransportError) {
            let response = try await transport.send(request)
            if !(200..<300).contains(response.status) {
                let excerpt = response.excerpt(bytes: 300).split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
                let kind = "answered with status \(response.status)"
                failure = (kind, excerpt.isEmpty ? kind : "\(kind): \(excerpt)")
            }
        } catch { failure = ("\(error)", "\(error)") }
        counters.latency.observe(Double(Clock.monotonic() - start) / 1e9)
        counters.sent.increment(by: batch.count)
        if failure != nil {
            counters.errors.increment(by: batch.count)
            counters.dropped.increment(by: batch.count)
        }
        tell(failure, of: batch.count)
    }

    /// Says once that an Alertmanager takes no alerts, or for another reason than before, and that it takes them again.
    private func tell(_ failure: (kind: String, text: String)?, of count: Int) {
        let before = state.withLockedValue { state in
            defer { state.failure = failure?.kind }
            return state.failure
        }
        guard before != failure?.kind else { return }
        if let failure {
            log.warning(
                "Alertmanager takes no alerts; rules repeat them",
                metadata: ["alertmanager": "\(url)", "alerts": "\(count)", "err": "\(failure.text)"])
        } else {
            log.info("Alertmanager takes alerts again", metadata: ["alertmanager": "\(url)"])
        }
    }
}
