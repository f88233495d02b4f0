import NIOConcurrencyHelpers
import Transport

/// What an attempt met on the wire, for those who want more than its outcome. Ordinary deliveries leave no trace.
///
/// ```swift
/// let trace = DeliveryTrace()
/// let outcome = await DeliveryTrace.$current.withValue(trace) { await notifier.send(message, to: integration) }
/// let finding = trace.finding
/// ```
final class DeliveryTrace: Sendable {
    /// How a conversation with a receiver ended.
    enum Finding: Sendable, Hashable {
        /// The status of its answer, and how the body begins, free of secrets.
        case answered(status: Int, said: String)
        /// There was no answer.
        case unanswered(TransportError)
        /// The mail server took the mail with this reply.
        case mailed(code: Int)
        /// The mail server did not take it, or was not reached.
        case notMailed(SMTPError)
    }

    /// The trace of the attempt that this task makes, if somebody wants one.
    @TaskLocal static var current: DeliveryTrace?

    private let last = NIOLockedValueBox<Finding?>(nil)

    /// The last one: what decided.
    var finding: Finding? { last.withLockedValue { $0 } }

    /// Notes how the conversation of the current attempt ended.
    static func note(_ finding: @autoclosure () -> Finding) {
        guard let current else { return }
        let finding = finding()
        current.last.withLockedValue { $0 = finding }
    }
}
