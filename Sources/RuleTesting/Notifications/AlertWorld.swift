import AlertCore
import AlertRouter
import Labels
import Rules
import Time

/// The router's machine on virtual time: alerts of rules go in, notifications come out, rendered as they would be sent. Receivers take everything
/// at once.
struct AlertWorld {
    private(set) var sent: [SentNotification] = []
    private let configuration: AlertmanagerConfiguration
    private let externalURL: String
    private let externalLabels: LabelSet
    private let start: Int64
    private var machine: AlertMachine
    private var journal = RecordedState()
    private var silenceCount = 0
    /// How long the host has slept, milliseconds: the monotonic clock stands still meanwhile.
    private var slept: Int64 = 0

    /// Far from zero, so that no deadline of the machine lies before it.
    private static let monotonicStart: Int64 = 1_000_000_000_000_000

    /// - Parameter start: The wall clock at time 0 of the test, milliseconds since the epoch.
    init(_ configuration: AlertmanagerConfiguration, externalURL: String, externalLabels: LabelSet, start: Int64) {
        self.configuration = configuration
        self.externalURL = externalURL
        self.externalLabels = externalLabels
        self.start = start
        let now = ClockReading(wall: Timestamp(unixNanoseconds: start * 1_000_000), monotonic: Self.monotonicStart)
        machine = AlertMachine(configuration: configuration.core(), options: MachineOptions(), seed: 1, at: now)
        perform(at: 0) { $0.restore(RestoredState(), at: $1, into: &$2) }
    }

    // MARK: Time

    /// When the machine wants to be woken next, nanoseconds from the start of the test.
    var nextWake: Int64? { machine.nextDeadline.map { $0 - Self.monotonicStart + slept * 1_000_000 } }

    /// Lets the machine do what is due. Times are nanoseconds from the start of the test.
    mutating func advance(to time: Int64) { perform(at: time) { $0.advance(to: $1, into: &$2) } }

    /// The host slept for these milliseconds until this time.
    mutating func sleep(for length: Int64, until time: Int64) {
        slept += length
        advance(to: time)
    }

    /// The process ends, and another one finds what was written.
    mutating func restart(at time: Int64) {
        let now = reading(time)
        machine = AlertMachine(configuration: configuration.core(), options: MachineOptions(), seed: 1, at: now)
        let state = journal.restored
        perform(at: time) { $0.restore(state, at: $1, into: &$2) }
    }

    private func reading(_ time: Int64) -> ClockReading {
        ClockReading(
            wall: Timestamp(unixNanoseconds: start * 1_000_000 + time), monotonic: Self.monotonicStart + time - slept * 1_000_000)
    }

    // MARK: Events

    /// Takes alerts of rules in, with the external labels that they lack. Gives those that are no alerts to the router, and why.
    mutating func receive(_ alerts: [RuleAlert], at time: Int64) -> [String] {
        guard !alerts.isEmpty else { return [] }
        var faults: [String] = []
        var batch: [Alert] = []
        for alert in alerts {
            let added = externalLabels.pairs.filter { alert.labels[$0.name] == nil }
            let labels = LabelSet((alert.labels.pairs + added).map { ($0.name, $0.value) })
            let result = Alert.normalize(
                labels: labels, annotations: alert.annotations, generatorURL: alert.generatorURL,
                startsAt: Timestamp(unixNanoseconds: alert.startsAt * 1_000_000),
                endsAt: Timestamp(unixNanoseconds: alert.endsAt * 1_000_000), now: reading(time).wall,
                resolveTimeout: configuration.global.resolveTimeout, mode: .utf8)
            switch result {
            case .success(let alert): batch.append(alert)
            case .failure(let fault): faults.append("alert \(NamedText.list(labels.namedTexts)) is refused: \(fault)")
            }
        }
        perform(at: time) { _ = $0.receive(batch, at: $1, into: &$2) }
        return faults
    }

    /// Silences what these matchers match. Gives why it cannot be done.
    mutating func silence(_ matchers: [String], for length: Int64, at time: Int64) -> String? {
        let parser = MatcherParser(mode: .fallback)
        let now = reading(time)
        silenceCount += 1
        let digits = String(silenceCount)
        let id = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
        do {
            let parsed = try matchers.map { try parser.parseSingle($0).0 }
            let draft = Silence(
                id: "", matchers: Matchers(parsed), startsAt: .goZero, endsAt: now.wall + .milliseconds(length), updatedAt: .goZero,
                createdBy: "test", comment: "test")
            let change = try machine.planSilence(draft, newID: id, at: now)
            for entry in machine.reserve(change) { journal.write(entry.record) }
            perform(at: time) { $0.apply(change, at: $1, into: &$2) }
            return nil
        } catch let error as MatcherError {
            return error.message
        } catch {
            return "\(error)"
        }
    }

    /// Runs an event and carries out what it asks for, until nothing is left that is due now.
    private mutating func perform(at time: Int64, _ event: (inout AlertMachine, ClockReading, inout Effects) -> Void) {
        let now = reading(time)
        var effects = Effects()
        event(&machine, now, &effects)
        while true {
            let done = effects
            effects.removeAll()
            for entry in done.journal { journal.write(entry.record) }
            for delivery in done.deliveries {
                let message = Result { () throws(RenderedMessage.Fault) in
                    try RenderedMessage(delivery, with: configuration, externalURL: externalURL, now: now.wall)
                }
                sent.append(SentNotification(delivery, time: time / 1_000_000, message: message))
                machine.deliveryEnded(delivery.id, .delivered(receiverData: nil), at: now, into: &effects)
            }
            if done.journal.isEmpty, done.deliveries.isEmpty {
                guard let deadline = machine.nextDeadline, deadline <= now.monotonic else { return }
                machine.advance(to: now, into: &effects)
            }
        }
    }

    // MARK: Questions

    /// The alerts that fire and have these labels, each with what mutes it now.
    func firing(_ labels: [NamedText], at time: Int64) -> [(labels: LabelSet, causes: [ExpectedMuting.Cause], source: LabelSet?)] {
        let now = reading(time)
        let mutedGroups = machine.groupIDs.compactMap { machine.group($0, at: now) }.filter { !$0.mutedBy.isEmpty }
        let muted = Set(mutedGroups.flatMap { $0.alerts.map(\.fingerprint) })
        return machine.fingerprints.compactMap { fingerprint in
            guard let status = machine.alertStatus(of: fingerprint, at: now) else { return nil }
            let found = status.alert.body.labels
            guard found.has(labels) else { return nil }
            var causes: [ExpectedMuting.Cause] = []
            if status.inhibitedBy != nil { causes.append(.inhibited) }
            if !status.silencedBy.isEmpty { causes.append(.silenced) }
            if muted.contains(fingerprint) { causes.append(.timeInterval) }
            let source = status.inhibitedBy.flatMap { machine.alertStatus(of: $0, at: now)?.alert.body.labels }
            return (found, causes, source)
        }
    }
}

extension LabelSet {
    /// Whether all of these are among them; an empty value stands for a label that is not there.
    func has(_ labels: [NamedText]) -> Bool { labels.allSatisfy { (self[$0.name] ?? "") == $0.value } }
}
