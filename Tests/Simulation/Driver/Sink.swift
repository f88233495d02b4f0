import AlertCore
import Time

/// The receivers: they take messages at once, late, never, or refuse them; in bad times for a while.
struct Sink {
    /// How an integration behaves at present.
    enum Mood {
        case healthy, slow, failing, rejecting, hanging, greylisting
    }

    /// One attempt on its way.
    struct Attempt {
        let delivery: Delivery
        /// When it was started.
        let started: Nanos
        /// When the receiver takes it; nil if it will not.
        var takenAt: Nanos?
        /// When the outcome arrives; nil while it hangs.
        var endsAt: Nanos?
        /// What the outcome is.
        var outcome: DeliveryOutcome
        /// The machine asked to abort it.
        var isCancelled = false
    }

    /// Attempts in flight, in the order of their start.
    private(set) var attempts: [Attempt] = []
    private var moods: [String: (mood: Mood, until: Nanos)] = [:]
    private var serial: Int64 = 0
    /// No more trouble: every integration is healthy (the end of a run).
    var isCalm = false

    /// The next moment at which an outcome arrives.
    var nextOutcome: Nanos? { attempts.lazy.compactMap(\.endsAt).min() }

    /// Starts an attempt.
    mutating func start(_ delivery: Delivery, at now: Nanos, dice: inout Dice) {
        serial += 1
        var attempt = Attempt(delivery: delivery, started: now, outcome: .delivered(receiverData: data(&dice)))
        func after(_ range: ClosedRange<Nanos>) -> Nanos { now + dice.within(range) }
        switch mood(of: delivery.key, at: now, dice: &dice) {
        case .healthy:
            attempt.endsAt = dice.chance(5) ? now : after(.milliseconds(1)...(.milliseconds(300)))
            attempt.takenAt = attempt.endsAt
        case .slow:
            attempt.endsAt = after(.seconds(1)...(.seconds(25)))
            attempt.takenAt = attempt.endsAt
        case .failing:
            attempt.endsAt = after(.milliseconds(1)...(.milliseconds(500)))
            attempt.outcome = .retryable(
                dice.pick([.serverError, .rateLimited, .other]), message: "503",
                after: dice.chance(30) ? TimeSpan(nanoseconds: dice.within(0...(.seconds(90)))) : nil)
        case .rejecting:
            attempt.endsAt = after(.milliseconds(1)...(.milliseconds(100)))
            attempt.outcome = .failed(.clientError, message: "400")
        case .hanging:
            attempt.outcome = .cancelled
        case .greylisting:
            attempt.endsAt = after(.milliseconds(1)...(.seconds(12)))
            attempt.outcome = .deferred(.other, message: "451", after: TimeSpan(nanoseconds: dice.within(0...(.seconds(100)))))
        }
        attempts.append(attempt)
    }

    /// The machine asks to abort an attempt: it ends soon, now and then because it was taken just then.
    mutating func cancel(_ id: DeliveryID, at now: Nanos, dice: inout Dice) -> Bool {
        guard let index = attempts.firstIndex(where: { $0.delivery.id == id && !$0.isCancelled }) else { return false }
        attempts[index].isCancelled = true
        switch dice.below(10) {
        case 0...5:
            attempts[index].endsAt = now + dice.within(0...(.milliseconds(50)))
            attempts[index].takenAt = nil
            attempts[index].outcome = dice.chance(80) ? .cancelled : .retryable(.contextCanceled, message: "cancelled")
        case 6...7:
            attempts[index].endsAt = now + dice.within(0...(.seconds(4)))
            attempts[index].takenAt = attempts[index].endsAt
            attempts[index].outcome = .delivered(receiverData: data(&dice))
        default:
            attempts[index].endsAt = attempts[index].endsAt ?? (now + dice.within(0...(.seconds(8))))
        }
        return true
    }

    /// Takes out the attempt whose outcome arrives now.
    mutating func end(at now: Nanos) -> Attempt? {
        guard let index = attempts.firstIndex(where: { $0.endsAt.map { $0 <= now } ?? false }) else { return nil }
        return attempts.remove(at: index)
    }

    /// The process died: nobody waits for outcomes. Returns what receivers had taken by then without the machine knowing.
    mutating func abandon(at now: Nanos, dice: inout Dice) -> [Attempt] {
        defer { attempts.removeAll() }
        var taken: [Attempt] = []
        for attempt in attempts {
            guard let takenAt = attempt.takenAt else { continue }
            // The answer was on its way back, or the message never left.
            if takenAt - now < .milliseconds(200), dice.chance(50) { taken.append(attempt) }
        }
        return taken
    }

    private func data(_ dice: inout Dice) -> [String: ReceiverValue]? {
        dice.chance(30) ? ["thread": .integer(serial)] : nil
    }

    private mutating func mood(of key: LogKey, at now: Nanos, dice: inout Dice) -> Mood {
        if isCalm { return .healthy }
        let name = "\(key.receiver)/\(key.kind)/\(key.index)"
        if let known = moods[name], known.until > now { return known.mood }
        let mood: Mood
        switch dice.weighted([66, 8, 12, 4, 5, 5]) {
        case 0: mood = .healthy
        case 1: mood = .slow
        case 2: mood = .failing
        case 3: mood = .rejecting
        case 4: mood = .hanging
        default: mood = .greylisting
        }
        let lasts = mood == .healthy ? dice.within(.minutes(1)...(.minutes(60))) : dice.within(.seconds(5)...(.minutes(12)))
        moods[name] = (mood, now + lasts)
        return mood
    }
}
