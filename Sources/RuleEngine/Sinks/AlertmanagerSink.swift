public import Exposition
public import Logging
public import MonitorFile
import NIOConcurrencyHelpers
public import Rules
import Scraping
public import Transport

/// Tells the Alertmanagers of `alerting.alertmanagers`: every one gets every alert (reference 6).
///
/// ```swift
/// let sink = AlertmanagerSink(transport: transport, registry: registry, log: log)
/// sink.apply(configuration.alerting.alertmanagers)   // at the start and at every reload
/// await sink.send(alerts)                            // queues, and returns
/// await sink.stop(within: .seconds(10))
/// ```
public final class AlertmanagerSink: AlertSink {
    /// Limits; the defaults are Prometheus's.
    public struct Options: Sendable {
        /// Alerts that may wait for one Alertmanager.
        public var queueCapacity = 10_000
        /// Alerts of one request.
        public var batchSize = 256

        /// The defaults.
        public init() {}
    }

    /// An entry of the configuration at work.
    private struct Entry {
        var configuration: AlertmanagerTargets
        let discoverer: Discoverer
        var addresses = AlertmanagerAddresses()
        /// In the order of the active addresses.
        var queues: [AlertmanagerQueue] = []
    }

    private struct State {
        var entries: [(id: Int, entry: Entry)] = []
        var nextID = 0
        /// Queues of Alertmanagers that are told no longer, until they are empty.
        var leaving: [AlertmanagerQueue] = []
        var isStopped = false

        /// The queue of an Alertmanager that was left and is told again: what it still holds must not be overtaken.
        mutating func comingBack(_ url: String) -> AlertmanagerQueue? {
            leaving.firstIndex { $0.url == url }.map { leaving.remove(at: $0) }
        }
    }

    private let options: Options
    private let transport: Transport
    private let log: Logger
    private let metrics: NotificationMetrics
    private let state: NIOLockedValueBox<State>

    /// A sink that tells nobody before `apply`.
    public init(options: Options = Options(), transport: Transport, registry: MetricRegistry, log: Logger) {
        self.options = options
        self.transport = transport
        self.log = log
        let state = NIOLockedValueBox(State())
        self.state = state
        metrics = NotificationMetrics(in: registry, capacity: options.queueCapacity) {
            state.withLockedValue { state in state.entries.flatMap(\.entry.queues) }
        }
    }

    // MARK: Configuration

    /// Tells the Alertmanagers of these entries from now on. Those that stay keep their queues, and entries with the same discovery what it found.
    public func apply(_ configurations: [AlertmanagerTargets]) {
        let (started, ended, change) = state.withLockedValue { state -> ([Discoverer], [Entry], Change) in
            var change = Change()
            guard !state.isStopped else { return ([], [], change) }
            var former = state.entries
            var kept: [Int: (id: Int, entry: Entry)] = [:]
            // Equal entries first, then those that differ in something else than their discovery.
            for isSame in [{ $0 == $1 }, { $0.discoveries == $1.discoveries }] as [(AlertmanagerTargets, AlertmanagerTargets) -> Bool] {
                for (index, configuration) in configurations.enumerated() where kept[index] == nil {
                    guard let place = former.firstIndex(where: { isSame($0.entry.configuration, configuration) }) else { continue }
                    kept[index] = former.remove(at: place)
                }
            }
            var started: [Discoverer] = []
            state.entries = configurations.enumerated().map { index, configuration in
                if case (let id, var entry)? = kept[index] {
                    entry.configuration = configuration
                    return (id, entry)
                }
                state.nextID += 1
                let discoverer = discoverer(configuration, id: state.nextID, number: index + 1)
                started.append(discoverer)
                return (state.nextID, Entry(configuration: configuration, discoverer: discoverer))
            }
            let ended = former.map(\.entry)
            state.leaving += ended.flatMap(\.queues)
            // At once: no alert may fall between the former queues and the new ones.
            for place in state.entries.indices { change += renew(place, in: &state) }
            change.gone += ended.flatMap(\.queues)
            return (started, ended, change)
        }
        for discoverer in started { discoverer.start() }
        for entry in ended { entry.discoverer.stop() }
        finish(change)
    }

    private func discoverer(_ configuration: AlertmanagerTargets, id: Int, number: Int) -> Discoverer {
        Discoverer(configuration.discoveries, name: "alertmanagers entry \(number)", transport: transport, log: log) { [weak self] in
            self?.update(id)
        }
    }

    /// An entry's discovery found something else.
    private func update(_ id: Int) {
        let change = state.withLockedValue { state in
            guard !state.isStopped, let place = state.entries.firstIndex(where: { $0.id == id }) else { return Change() }
            return renew(place, in: &state)
        }
        finish(change)
    }

    /// What is to be done outside of the lock when queues changed.
    private struct Change {
        var problems: [String] = []
        /// Queues that get no alerts any longer.
        var gone: [AlertmanagerQueue] = []

        static func += (left: inout Change, right: Change) {
            left.problems += right.problems
            left.gone += right.gone
        }
    }

    /// Brings an entry's queues in line with what its discovery found.
    private func renew(_ place: Int, in state: inout State) -> Change {
        var entry = state.entries[place].entry
        let addresses = AlertmanagerAddresses(entry.discoverer.groups, of: entry.configuration)
        var change = Change()
        change.problems = addresses.problems.filter { !entry.addresses.problems.contains($0) }
        let settings = AlertmanagerQueue.Settings(client: entry.configuration.client.clientOptions, timeout: entry.configuration.timeout)
        var former = Dictionary(entry.queues.map { ($0.url, $0) }) { first, _ in first }
        entry.addresses = addresses
        entry.queues = addresses.active.map { url in
            guard let queue = former.removeValue(forKey: url) ?? state.comingBack(url) else {
                return AlertmanagerQueue(
                    url: url, settings: settings, options: options, transport: transport, counters: metrics.child(url), log: log)
            }
            queue.apply(settings)
            return queue
        }
        state.entries[place].entry = entry
        change.gone = Array(former.values)
        state.leaving += change.gone
        return change
    }

    /// Tells what is odd, and lets queues that get no alerts any longer send what they have.
    private func finish(_ change: Change) {
        for problem in change.problems { log.warning("An Alertmanager cannot be told", metadata: ["err": "\(problem)"]) }
        for queue in change.gone {
            Task {
                await queue.drained()
                let isForgotten = state.withLockedValue { state in
                    state.leaving.removeAll { $0 === queue }
                    return !(state.entries.flatMap(\.entry.queues) + state.leaving).contains { $0.url == queue.url }
                }
                if isForgotten { metrics.forget(queue.url) }
            }
        }
    }

    /// Waits until every discovery was asked once.
    public func ready() async {
        for discoverer in state.withLockedValue({ $0.entries.map(\.entry.discoverer) }) { await discoverer.ready() }
    }

    /// Asks the discoveries again now, as is right after a sleep.
    public func refresh() {
        for discoverer in state.withLockedValue({ $0.entries.map(\.entry.discoverer) }) { discoverer.refresh() }
    }

    /// Who is told.
    public var report: AlertmanagersReport {
        state.withLockedValue { state in
            var report = AlertmanagersReport()
            report.active = state.entries.flatMap(\.entry.addresses.active)
            report.dropped = state.entries.flatMap(\.entry.addresses.dropped)
            return report
        }
    }

    // MARK: Alerts

    /// Queues the alerts for every Alertmanager, relabelled by its entry.
    public func send(_ alerts: [RuleAlert]) async {
        let entries = state.withLockedValue { state in state.isStopped ? [] : state.entries.map(\.entry) }
        for entry in entries where !entry.queues.isEmpty {
            let kept = entry.configuration.alertRelabeling.relabelled(alerts).kept
            for queue in entry.queues { queue.add(kept) }
        }
    }

    /// Ends discovery, sends what waits for at most this time, and gives up the rest.
    public func stop(within limit: Duration = .seconds(10)) async {
        let (entries, leaving) = state.withLockedValue { state -> ([Entry], [AlertmanagerQueue]) in
            state.isStopped = true
            return (state.entries.map(\.entry), state.leaving)
        }
        for entry in entries { entry.discoverer.stop() }
        let queues = entries.flatMap(\.queues) + leaving
        let cut = Task {
            try await Task.sleep(for: limit)
            for queue in queues { queue.cut() }
        }
        for queue in queues { await queue.drained() }
        cut.cancel()
    }
}
