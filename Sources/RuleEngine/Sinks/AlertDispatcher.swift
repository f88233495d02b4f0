public import Labels
public import MonitorFile
import NIOConcurrencyHelpers
public import Rules
import Time

/// Takes the alerts of all rules, completes and relabels them, and hands them to those who are told (reference 6).
///
/// ```swift
/// let dispatcher = AlertDispatcher(settings: AlertDispatcher.Settings(configuration), sinks: [router, alertmanagers])
/// await dispatcher.send(pass.alerts)
/// dispatcher.apply(AlertDispatcher.Settings(reloaded))
/// ```
public final class AlertDispatcher: AlertSink {
    /// What happens to every alert.
    public struct Settings: Sendable, Hashable {
        /// `global.external_labels`: added where an alert lacks them.
        public var externalLabels = LabelSet()
        /// `alerting.alert_relabel_configs`
        public var relabeling = RelabelRules()

        /// Alerts stay as they are.
        public init() {}

        /// What a configuration says.
        public init(_ configuration: MonitorConfiguration) {
            externalLabels = configuration.global.externalLabels
            relabeling = configuration.alerting.relabeling
        }
    }

    /// An alert that relabelling took away, for explanations: it fires, and nobody hears of it.
    public struct DroppedAlert: Sendable, Hashable {
        /// As the relabelling saw it: external labels added.
        public var labels: LabelSet
        /// When it was dropped last, milliseconds since the epoch.
        public var time: Int64
        /// Whether it had ended then.
        public var isResolved: Bool
    }

    /// Dropped alerts are remembered up to this many, the newest ones.
    static let rememberedDrops = 1000

    private struct State {
        var settings: Settings
        var drops: [LabelSet: DroppedAlert] = [:]
        /// The keys of `drops`, a ring once it is full.
        var dropOrder: [LabelSet] = []
        var nextDrop = 0

        mutating func note(_ dropped: DroppedAlert) {
            if drops.updateValue(dropped, forKey: dropped.labels) != nil { return }
            guard dropOrder.count == rememberedDrops else { return dropOrder.append(dropped.labels) }
            drops[dropOrder[nextDrop]] = nil
            dropOrder[nextDrop] = dropped.labels
            nextDrop = (nextDrop + 1) % rememberedDrops
        }
    }

    private let sinks: [any AlertSink]
    private let state: NIOLockedValueBox<State>

    /// A dispatcher to these sinks, which get every alert in this order.
    public init(settings: Settings = Settings(), sinks: [any AlertSink]) {
        self.sinks = sinks
        state = NIOLockedValueBox(State(settings: settings))
    }

    /// Replaces the settings at a reload. Drops of the former relabelling are forgotten.
    public func apply(_ settings: Settings) {
        state.withLockedValue { state in
            guard state.settings != settings else { return }
            state = State(settings: settings)
        }
    }

    /// The settings in force.
    public var settings: Settings { state.withLockedValue { $0.settings } }

    /// Alerts that relabelling dropped, the newest first.
    public var droppedAlerts: [DroppedAlert] {
        state.withLockedValue { Array($0.drops.values) }.sorted {
            $0.time == $1.time ? LabelSet.precedes($0.labels, $1.labels) : $0.time > $1.time
        }
    }

    /// Completes, relabels and hands over.
    public func send(_ alerts: [RuleAlert]) async {
        let ready = prepared(alerts)
        guard !ready.isEmpty else { return }
        for sink in sinks { await sink.send(ready) }
    }

    private func prepared(_ alerts: [RuleAlert]) -> [RuleAlert] {
        let settings = settings
        let completed = settings.externalLabels.isEmpty ? alerts : alerts.map { $0.completed(with: settings.externalLabels) }
        guard !settings.relabeling.isEmpty else { return completed }
        let (kept, dropped) = settings.relabeling.relabelled(completed)
        if !dropped.isEmpty {
            let now = Clock.wall().unixNanoseconds / 1_000_000
            state.withLockedValue { state in
                guard state.settings == settings else { return }
                for alert in dropped { state.note(DroppedAlert(labels: alert.labels, time: now, isResolved: alert.isResolved)) }
            }
        }
        return kept
    }
}

extension RuleAlert {
    /// The alert with the external labels that it lacks.
    fileprivate func completed(with externalLabels: LabelSet) -> RuleAlert {
        var builder = LabelSetBuilder()
        // Of equal names the last one wins: the alert's own.
        externalLabels.forEach { builder.append(name: $0, value: $1) }
        labels.forEach { builder.append(name: $0, value: $1) }
        var alert = self
        alert.labels = LabelSet(packing: &builder)
        return alert
    }
}

extension RelabelRules {
    /// The alerts that stay, with their new labels, and those that are dropped. Without labels nobody could tell an alert from others: it is dropped.
    func relabelled(_ alerts: [RuleAlert]) -> (kept: [RuleAlert], dropped: [RuleAlert]) {
        guard !isEmpty else { return (alerts, []) }
        var kept: [RuleAlert] = []
        var dropped: [RuleAlert] = []
        kept.reserveCapacity(alerts.count)
        for alert in alerts {
            guard let labels = apply(alert.labels), !labels.isEmpty else {
                dropped.append(alert)
                continue
            }
            var copy = alert
            copy.labels = labels
            kept.append(copy)
        }
        return (kept, dropped)
    }
}
