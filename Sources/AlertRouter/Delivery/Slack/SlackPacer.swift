import AlertCore
import NIOConcurrencyHelpers
import Time
import Transport

/// Keeps to the pace that a pushed-back webhook can bear: until Slack answers 429 nothing waits; from then on one message a second goes to that
/// webhook, in the order of arrival, until no more wait. When more than ten groups wait, they are told in one digest.
///
/// There is no task but while messages wait, one for each such webhook.
final class SlackPacer: Sendable {
    /// What is paced. Never shown: a webhook's URL is a secret.
    struct Key: Hashable, Sendable {
        var url: String
        var token: TextSource?
    }

    /// What a message must say about itself before it waits.
    struct Entry: Sendable {
        var group: SlackDigest.Group
        /// Only messages of one channel are told together.
        var channel: String
    }

    /// What a message may do.
    enum Turn: Sendable {
        /// Go, by itself.
        case alone
        /// Tell all of these, and say how it went with `conclude`.
        case digest(Digest)
        /// It was told in another message's digest, with this outcome.
        case told(DeliveryOutcome)
        /// There is no turn before its deadline; the webhook wants to be left alone for this long.
        case later(TimeSpan)
        /// Its task was cancelled.
        case cancelled
    }

    /// Messages that are told in one.
    struct Digest: Sendable {
        /// What each is about, the leader's own among them.
        var entries: [Entry]
        fileprivate let leader: UInt64
    }

    fileprivate struct Waiter {
        let ticket: UInt64
        let entry: Entry
        let deadline: Int64
        let continuation: CheckedContinuation<Turn, Never>
    }

    fileprivate struct Queue {
        /// Nothing goes before, monotonic.
        var nextTurn: Int64
        /// With nothing waiting then, the webhook counts as calm. Those that were pushed back have come again by that time.
        var calmAt: Int64
        var waiting: [Waiter] = []
        /// The task that gives turns, while something waits, and its number.
        var task: Task<Void, Never>?
        var round: UInt64 = 0
    }

    fileprivate struct State {
        var queues: [Key: Queue] = [:]
        /// Those that are told in a leader's digest.
        var riders: [UInt64: [Waiter]] = [:]
        var lastTicket: UInt64 = 0
    }

    /// One message a second.
    static let pace = TimeSpan.seconds(1)
    private static let patience = TimeSpan.seconds(5)

    private let clock: any PacerClock
    private let state = NIOLockedValueBox(State())

    /// A pacer without anything to pace.
    init(clock: any PacerClock = MonotonicPacerClock()) { self.clock = clock }

    /// Whether messages to this webhook may have to wait.
    func isPaced(_ key: Key) -> Bool {
        let now = clock.now
        return state.withLockedValue { state in
            state.forgetCalm(at: now)
            return state.queues[key] != nil
        }
    }

    /// Notes that a webhook asked for a pause.
    func pushedBack(_ key: Key, after pause: TimeSpan) {
        let now = clock.now
        let moment = (TimeSpan(nanoseconds: now) + pause).nanoseconds
        state.withLockedValue { state in
            state.forgetCalm(at: now)
            var queue = state.queues[key] ?? Queue(nextTurn: moment, calmAt: moment)
            queue.nextTurn = max(queue.nextTurn, moment)
            queue.calmAt = max(queue.calmAt, moment + Self.patience.nanoseconds)
            state.queues[key] = queue
        }
    }

    /// Waits for the turn of a message that is of no use after `deadline`, monotonic.
    func turn(_ key: Key, for entry: Entry, until deadline: Int64) async -> Turn {
        let ticket = state.withLockedValue { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = Waiter(ticket: ticket, entry: entry, deadline: deadline, continuation: continuation)
                if let turn = enter(waiter, key) { continuation.resume(returning: turn) }
            }
        } onCancel: {
            withdraw(ticket, key)
        }
    }

    /// Says how a digest went; every message in it has that outcome.
    func conclude(_ digest: Digest, _ outcome: DeliveryOutcome) {
        let riders = state.withLockedValue { $0.riders.removeValue(forKey: digest.leader) } ?? []
        for rider in riders { rider.continuation.resume(returning: .told(outcome)) }
    }

    /// How many messages wait or ride.
    var count: Int {
        state.withLockedValue { state in
            state.queues.values.reduce(0) { $0 + $1.waiting.count } + state.riders.values.reduce(0) { $0 + $1.count }
        }
    }

    /// Gives a turn at once, or puts the message into the queue.
    private func enter(_ waiter: Waiter, _ key: Key) -> Turn? {
        let now = clock.now
        return state.withLockedValue { state in
            // A cancellation from here on finds the ticket in the queue.
            if Task.isCancelled { return .cancelled }
            guard var queue = state.queues[key] else { return .alone }
            defer { state.queues[key] = queue }
            if queue.nextTurn >= waiter.deadline, queue.nextTurn > now { return .later(TimeSpan(nanoseconds: queue.nextTurn - now)) }
            if queue.waiting.isEmpty, queue.nextTurn <= now {
                queue.nextTurn = now + Self.pace.nanoseconds
                return .alone
            }
            queue.waiting.append(waiter)
            if queue.task == nil {
                queue.round += 1
                queue.task = Task { [round = queue.round] in await self.giveTurns(key, round: round) }
            }
            return nil
        }
    }

    private func withdraw(_ ticket: UInt64, _ key: Key) {
        let waiter = state.withLockedValue { state -> Waiter? in
            // Whoever rides in a digest that is on its way hears how that went.
            guard let place = state.queues[key]?.waiting.firstIndex(where: { $0.ticket == ticket }) else { return nil }
            let waiter = state.queues[key]?.waiting.remove(at: place)
            if state.queues[key]?.waiting.isEmpty == true { state.queues[key]?.stop() }
            return waiter
        }
        waiter?.continuation.resume(returning: .cancelled)
    }

    /// Gives a turn each time that one is due, until nobody waits.
    private func giveTurns(_ key: Key, round: UInt64) async {
        while let next = nextTurn(key, round: round) {
            await clock.sleep(until: next)
            guard !Task.isCancelled else { return }
            give(key, round: round)
        }
    }

    private func nextTurn(_ key: Key, round: UInt64) -> Int64? {
        state.withLockedValue { state in
            guard let queue = state.queues[key], queue.round == round else { return nil }
            if queue.waiting.isEmpty {
                state.queues[key]?.stop()
                return nil
            }
            return queue.nextTurn
        }
    }

    private func give(_ key: Key, round: UInt64) {
        let now = clock.now
        let given = state.withLockedValue { state -> (Waiter, Turn)? in
            guard var queue = state.queues[key], queue.round == round, queue.nextTurn <= now, let first = queue.waiting.first else {
                return nil
            }
            defer { state.queues[key] = queue }
            queue.nextTurn = now + Self.pace.nanoseconds
            let together = queue.waiting.filter { $0.entry.channel == first.entry.channel }
            // Who has the most time left sends it, so that no other's deadline breaks it off.
            guard Set(together.map(\.entry.group.key)).count > SlackDigest.threshold,
                let leader = together.max(by: { $0.deadline < $1.deadline })
            else {
                queue.waiting.removeFirst()
                return (first, .alone)
            }
            queue.waiting.removeAll { $0.entry.channel == first.entry.channel }
            state.riders[leader.ticket] = together.filter { $0.ticket != leader.ticket }
            return (leader, .digest(Digest(entries: together.map(\.entry), leader: leader.ticket)))
        }
        guard let (waiter, turn) = given else { return }
        waiter.continuation.resume(returning: turn)
    }
}

extension SlackPacer.Queue {
    /// Ends the task that gives turns: nobody waits.
    fileprivate mutating func stop() {
        task?.cancel()
        task = nil
        round += 1
    }
}

extension SlackPacer.State {
    /// Forgets webhooks that have been quiet for long enough; what remains is bounded by what was pushed back lately.
    fileprivate mutating func forgetCalm(at now: Int64) {
        if queues.isEmpty { return }
        queues = queues.filter { !$0.value.waiting.isEmpty || now < max($0.value.calmAt, $0.value.nextTurn) }
    }
}
