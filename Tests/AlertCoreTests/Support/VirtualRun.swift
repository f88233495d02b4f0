import Labels
import Time

@testable import AlertCore

/// A machine on virtual time with a receiver that answers as the test says, and a journal in memory.
///
///     let run = VirtualRun(.simple(wait: 1))
///     run.post(at: 1, .alert("x"))
///     run.advance(to: 3)
///     #expect(run.told == ["2: x[1]"])
final class VirtualRun {
    /// How the receiver treats an attempt.
    enum Answer {
        /// Takes it, after so many seconds.
        case accept(after: Double = 0)
        /// Fails for now; `wait` is how long it wants to be left alone.
        case fail(after: Double = 0, wait: Double? = nil)
        /// Wants to be asked again, not before these seconds have passed.
        case postpone(Double, after: Double = 0)
        /// Fails for good.
        case refuse(after: Double = 0)
        /// Answers 200 and loses it, as the acceptance tests' failing webhook does.
        case lose
        /// Never answers.
        case hang
    }

    private(set) var machine: AlertMachine
    private(set) var effects = Effects()
    private(set) var journal = RecordedState()
    /// All rows since the start.
    private(set) var rows: [JournalEntry] = []
    private(set) var notes: [Note] = []
    /// All attempts, with the time they began.
    private(set) var attempts: [(at: Double, delivery: Delivery)] = []
    /// Attempts that the receiver took.
    private(set) var accepted: [(at: Double, delivery: Delivery)] = []
    private(set) var cancelled: [DeliveryID] = []
    /// When a receiver wants to be asked again at the earliest, as far as the machine was told.
    private(set) var postponed: [LogKey: Double] = [:]
    var answer: (Delivery, _ at: Double) -> Answer = { _, _ in .accept() }
    /// Whether the receiver reports an attempt that it was told to abort.
    var reportsCancellation = true

    private(set) var seconds: Double
    /// How far the wall clock is ahead of where it should be.
    private(set) var wallShift = 0.0
    private let options: MachineOptions
    private var outcomes: [(at: Double, id: DeliveryID, outcome: DeliveryOutcome, delivery: Delivery)] = []
    private var silenceCount = 0

    init(_ configuration: CoreConfiguration, options: MachineOptions = MachineOptions(), seed: UInt64 = 1, from seconds: Double = 0) {
        self.seconds = seconds
        self.options = options
        let now = ClockReading(wall: .at(seconds), monotonic: Self.monotonic(seconds))
        machine = AlertMachine(configuration: configuration, options: options, seed: seed, at: now)
        machine.restore(RestoredState(), at: now, into: &effects)
        take()
    }

    private static func monotonic(_ seconds: Double) -> Int64 { 1_000_000_000_000 + Int64((seconds * 1e9).rounded()) }

    var now: ClockReading { ClockReading(wall: .at(seconds + wallShift), monotonic: Self.monotonic(seconds)) }

    // MARK: Events

    /// Lets time pass: everything due happens at its own moment.
    func advance(to end: Double) {
        while true {
            let deadline = machine.nextDeadline.map { max(seconds, Double($0 - 1_000_000_000_000) / 1e9) } ?? .infinity
            let outcome = outcomes.map(\.at).min() ?? .infinity
            let next = min(deadline, outcome)
            guard next <= end else { break }
            seconds = next
            if outcome <= deadline, let index = outcomes.firstIndex(where: { $0.at == outcome }) {
                deliver(outcomes.remove(at: index))
            } else {
                machine.advance(to: now, into: &effects)
                take()
            }
        }
        seconds = end
        machine.advance(to: now, into: &effects)
        take()
    }

    /// Lets time pass without the machine noticing, as on a host that is too busy; then it wakes up.
    func stall(until end: Double) {
        seconds = end
        machine.advance(to: now, into: &effects)
        take()
    }

    @discardableResult
    func post(at time: Double, _ posts: Post...) -> UInt64 { post(at: time, posts) }

    @discardableResult
    func post(at time: Double, by sender: UInt16, _ posts: Post...) -> UInt64 { post(at: time, posts, by: SenderID(value: sender)) }

    @discardableResult
    func post(at time: Double, _ posts: [Post], by sender: SenderID = .none) -> UInt64 {
        advance(to: time)
        let alerts = posts.compactMap { post -> Alert? in
            let alert = Alert.normalize(
                labels: post.labelSet, annotations: LabelSet(post.annotations), generatorURL: post.generatorURL,
                startsAt: post.startsAt.map { .at($0 + wallShift) }, endsAt: post.endsAt.map { .at($0 + wallShift) }, now: now.wall,
                resolveTimeout: machine.configuration.resolveTimeout, mode: .utf8)
            guard var alert = try? alert.get() else { return nil }
            alert.sender = sender
            return alert
        }
        let sequence = machine.receive(alerts, at: now, into: &effects)
        take()
        return sequence
    }

    func reload(at time: Double, _ configuration: CoreConfiguration? = nil) {
        advance(to: time)
        machine.reload(configuration ?? machine.configuration, at: now, into: &effects)
        take()
    }

    /// Plans, commits and applies a silence; returns its id, or nil when it is refused.
    @discardableResult
    func silence(at time: Double, _ draft: Silence) -> String? {
        advance(to: time)
        silenceCount += 1
        let newID = "00000000-0000-4000-8000-00000000000\(silenceCount)"
        guard let change = try? machine.planSilence(draft, newID: newID, at: now) else { return nil }
        commit(change)
        return change.id
    }

    /// Ends a silence; `meanwhile` runs between the commit and the application.
    func expireSilence(at time: Double, _ id: String, meanwhile: () -> Void = {}) {
        advance(to: time)
        if let change = try? machine.planExpiry(id: id, at: now) { commit(change, meanwhile: meanwhile) }
    }

    private func commit(_ change: SilenceChange, meanwhile: () -> Void = {}) {
        for entry in machine.reserve(change) { write(entry) }
        meanwhile()
        machine.apply(change, at: now, into: &effects)
        take()
    }

    /// Moves the wall clock; the monotonic one stands still, as during a suspend.
    func jumpWallClock(by seconds: Double) {
        wallShift += seconds
        machine.advance(to: now, into: &effects)
        take()
    }

    /// Stops the machine without notice and starts another on the same journal after a while.
    func crash(at time: Double, startAfter pause: Double, _ configuration: CoreConfiguration? = nil) {
        advance(to: time)
        let configuration = configuration ?? machine.configuration
        outcomes = []
        seconds += pause
        machine = AlertMachine(configuration: configuration, options: options, seed: 2, at: now)
        rows = []
        machine.restore(journal.restored, at: now, into: &effects)
        take()
    }

    /// An outcome that comes out of turn.
    func report(_ id: DeliveryID, _ outcome: DeliveryOutcome) {
        machine.deliveryEnded(id, outcome, at: now, into: &effects)
        take()
    }

    // MARK: Effects

    private func write(_ entry: JournalEntry) {
        rows.append(entry)
        journal.write(entry.record)
    }

    private func take() {
        let taken = effects
        effects = Effects()
        for entry in taken.journal { write(entry) }
        notes += taken.notes
        for delivery in taken.deliveries { begin(delivery) }
        for id in taken.cancellations {
            cancelled.append(id)
            guard reportsCancellation else { continue }
            if let index = outcomes.firstIndex(where: { $0.id == id }) {
                outcomes[index].at = seconds
                outcomes[index].outcome = .cancelled
            } else if let delivery = attempts.last(where: { $0.delivery.id == id })?.delivery {
                outcomes.append((seconds, id, .cancelled, delivery))
            }
        }
    }

    private func begin(_ delivery: Delivery) {
        attempts.append((seconds, delivery))
        switch answer(delivery, seconds) {
        case .accept(let delay): outcomes.append((seconds + delay, delivery.id, .delivered(receiverData: nil), delivery))
        case .fail(let delay, let wait):
            let outcome = DeliveryOutcome.retryable(.serverError, message: "status 500", after: wait.map { .span($0) })
            outcomes.append((seconds + delay, delivery.id, outcome, delivery))
        case .postpone(let wait, let delay):
            outcomes.append((seconds + delay, delivery.id, .deferred(.other, message: "status 451", after: .span(wait)), delivery))
        case .refuse(let delay): outcomes.append((seconds + delay, delivery.id, .failed(.clientError, message: "status 400"), delivery))
        case .lose: outcomes.append((seconds, delivery.id, .delivered(receiverData: ["lost": .integer(1)]), delivery))
        case .hang: break
        }
    }

    private func deliver(_ next: (at: Double, id: DeliveryID, outcome: DeliveryOutcome, delivery: Delivery)) {
        if case .delivered(let data) = next.outcome, data == nil { accepted.append((next.at, next.delivery)) }
        if case .deferred(_, _, let wait) = next.outcome { postponed[next.delivery.key] = next.at + wait.seconds }
        machine.deliveryEnded(next.id, next.outcome, at: now, into: &effects)
        take()
    }

    // MARK: What to look at

    /// What the receiver took, as `time: alert[start,end] …`, alerts by name.
    var told: [String] { accepted.map { Self.describe($0.at, $0.delivery) } }

    /// What one integration took.
    func told(_ integration: Int) -> [String] {
        accepted.filter { $0.delivery.integration == integration }.map { Self.describe($0.at, $0.delivery) }
    }

    /// What was told from a time on.
    func told(since time: Double) -> [String] { accepted.filter { $0.at >= time }.map { Self.describe($0.at, $0.delivery) } }

    /// Only times and names, with `-` for what is over.
    var brief: [String] {
        accepted.map { at, delivery in
            let names = delivery.alerts.map { ($0.body.labels["alertname"] ?? "?") + ($0.isResolved ? "-" : "") }
            return "\(Self.number(at)): \(names.sorted().joined(separator: " "))"
        }
    }

    static func describe(_ at: Double, _ delivery: Delivery) -> String {
        let alerts = delivery.alerts.map { alert in
            let end = alert.isResolved ? ",\(number(alert.endsAt.sinceStart))" : ""
            let note = alert.body.annotations["v"].map { " \($0)" } ?? ""
            return "\(alert.body.labels["alertname"] ?? "?")[\(number(alert.startsAt.sinceStart))\(end)]\(note)"
        }
        return "\(number(at)): \(alerts.sorted().joined(separator: " "))"
    }

    static func number(_ value: Double) -> String {
        let rounded = (value * 1000).rounded() / 1000
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }

    /// Rows without the heartbeats that carry nothing.
    var changes: [JournalRecord] {
        rows.map(\.record).filter {
            if case .leases(let leases, _) = $0 { return !leases.isEmpty }
            return true
        }
    }

    func status(_ post: Post) -> AlertStatus? { machine.alertStatus(of: post.fingerprint, at: now) }

    /// The rows of the dedup table that were used.
    var dedupRules: [Int] {
        notes.compactMap { if case .dedup(_, let rule, _) = $0 { rule } else { nil } }
    }
}
