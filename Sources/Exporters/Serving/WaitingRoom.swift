import NIOConcurrencyHelpers
import Time

/// A state that threads change, and the tasks that wait for their answers, each for a limited time.
///
/// Both are under one lock: who comes in either sees what an answer changed, or gets that answer. Who waits holds up no thread, and leaves nothing
/// behind.
final class WaitingRoom<State: Sendable, Answer: Sendable>: Sendable {
    /// Counts those who came in; the first is 1.
    typealias Ticket = UInt64

    /// What becomes of one who comes in.
    enum Entry {
        /// There is an answer already.
        case answered(Answer)
        /// There will be one.
        case waits
        /// There will be one, after this has been called outside of the lock.
        case begins(() -> Void)
    }

    private struct Waiter {
        let continuation: CheckedContinuation<Answer, Never>
        var deadline: Deadlines.Entry?
    }

    private struct Content {
        var state: State
        var waiters: [Ticket: Waiter] = [:]
        var lastTicket: Ticket = 0
    }

    private let content: NIOLockedValueBox<Content>
    private let deadlines: Deadlines

    init(_ state: State, deadlines: Deadlines = .shared) {
        content = NIOLockedValueBox(Content(state: state))
        self.deadlines = deadlines
    }

    /// Reads or changes the state.
    func withState<Value>(_ body: (inout State) throws -> Value) rethrows -> Value {
        try content.withLockedValue { try body(&$0.state) }
    }

    /// The last one of those who wait now; nil when nobody does.
    var lastWaiting: Ticket? { content.withLockedValue { $0.waiters.keys.max() } }

    /// Waits for an answer.
    ///
    /// - Parameters:
    ///   - limit: how long.
    ///   - enter: says, under the lock, what becomes of the one who comes in.
    ///   - late: gives, under the lock, the answer of one whose time is over; also where no time can be kept.
    func wait(
        limit: TimeSpan, enter: (inout State, Ticket) -> Entry, late: @escaping @Sendable (inout State, Ticket) -> Answer
    ) async -> Answer {
        await withCheckedContinuation { continuation in
            let (entry, ticket) = content.withLockedValue { content in
                content.lastTicket += 1
                let entry = enter(&content.state, content.lastTicket)
                if case .answered = entry {} else { content.waiters[content.lastTicket] = Waiter(continuation: continuation) }
                return (entry, content.lastTicket)
            }
            switch entry {
            case .answered(let answer):
                continuation.resume(returning: answer)
                return
            case .waits: break
            case .begins(let begin): begin()
            }
            // The waiter is there before its time begins, so that the end of its time finds it.
            guard let deadline = deadlines.add(after: limit, { [self] in leave(ticket, late) }) else { return leave(ticket, late) }
            let isGone = content.withLockedValue { content in
                content.waiters[ticket]?.deadline = deadline
                return content.waiters[ticket] == nil
            }
            if isGone { deadlines.remove(deadline) }
        }
    }

    /// Answers those who wait, and changes the state in the same instant.
    ///
    /// - Parameter last: Later ones go on waiting.
    func answer(upTo last: Ticket = .max, _ body: (inout State) -> Answer) {
        let (answer, waiters) = content.withLockedValue { content in
            let answer = body(&content.state)
            let waiters = content.waiters.filter { $0.key <= last }
            for ticket in waiters.keys { content.waiters[ticket] = nil }
            return (answer, waiters.values)
        }
        for waiter in waiters {
            if let deadline = waiter.deadline { deadlines.remove(deadline) }
            waiter.continuation.resume(returning: answer)
        }
    }

    private func leave(_ ticket: Ticket, _ late: (inout State, Ticket) -> Answer) {
        let left = content.withLockedValue { content in
            content.waiters.removeValue(forKey: ticket).map { (waiter: $0, answer: late(&content.state, ticket)) }
        }
        if let left { left.waiter.continuation.resume(returning: left.answer) }
    }
}
