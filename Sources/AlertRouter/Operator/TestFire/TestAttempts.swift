import AlertCore
import Time

/// Sends one test message with the retries that an ordinary delivery would make, within a short time.
struct TestAttempts: Sendable {
    /// The time that all attempts have together.
    static let limit = TimeSpan.seconds(10)

    let notifier: Notifier
    /// Waits between attempts; ends early when the task is cancelled.
    var pause: @Sendable (TimeSpan) async -> Void = { try? await Task.sleep(for: .nanoseconds($0.nanoseconds)) }

    /// What became of a message.
    struct Outcome {
        var result: TestResult
        /// What the integration would keep for its next message.
        var receiverData: [String: ReceiverValue] = [:]
    }

    /// Tries until it is sent, refused for good, or out of time.
    func send(_ message: Message, to integration: IntegrationConfiguration, _ result: TestResult) async -> Outcome {
        var result = result
        let begun = Clock.monotonic()
        var generator = SystemRandomNumberGenerator()
        while true {
            result.attempts += 1
            let trace = DeliveryTrace()
            let outcome = await DeliveryTrace.$current.withValue(trace) { await notifier.send(message, to: integration) }
            result.milliseconds = (Clock.monotonic() - begun) / 1_000_000
            result.answer = trace.finding?.answer ?? ""
            let wait: TimeSpan
            switch outcome {
            case .delivered(let data):
                result.state = .sent
                return Outcome(result: result, receiverData: data ?? [:])
            case .retryable(_, let text, let after):
                result.error = text
                wait = max(Backoff.delay(afterAttempt: result.attempts, using: &generator), after ?? .zero)
            case .deferred(_, let text, let after):
                result.error = text
                wait = after
            case .failed(_, let text):
                result.error = text
                wait = Self.limit
            case .cancelled:
                result.error = "broken off"
                wait = Self.limit
            }
            guard Clock.monotonic() + wait.nanoseconds < message.delivery.deadline, !Task.isCancelled else {
                result.state = .failed
                result.advice = DeliveryAdvice.text(after: trace.finding, result.error, to: integration) ?? ""
                return Outcome(result: result)
            }
            await pause(wait)
        }
    }
}
