import AlertCore
import Glibc
import Time
import Transport

/// Tells webhooks: one HTTP POST an attempt (reference 9.1), its answer classified as reference 5.4 says.
final class WebhookSender: Sendable {
    /// What is kept of an answer for the error message.
    private static let shownBodyBytes = 512

    private let transport: Transport
    private let externalURL: String

    /// A sender; `externalURL` goes into the body.
    init(transport: Transport, externalURL: String) {
        self.transport = transport
        self.externalURL = externalURL
    }

    /// Makes one attempt.
    func send(_ delivery: Delivery, to webhook: WebhookConfiguration) async -> DeliveryOutcome {
        let url: String
        do throws(SecretFileError) {
            url = try webhook.currentURL()
        } catch {
            return .failed(.other, message: error.description)
        }
        let body: [UInt8]
        if let payload = webhook.payload {
            body = payload.jsonBytes()
        } else {
            body = WebhookPayload.bytes(NotificationData(delivery, externalURL: externalURL, maxAlerts: webhook.maxAlerts))
        }
        let left = TimeSpan(nanoseconds: delivery.deadline - Clock.monotonic())
        guard left > .zero else { return .retryable(.contextDeadlineExceeded, message: "no time left before the deadline") }
        let request = HTTPRequest(
            method: "POST", url: url, headers: [("Content-Type", "application/json"), ("User-Agent", ProductInfo.userAgent)], body: body,
            timeout: webhook.timeout > .zero ? min(webhook.timeout, left) : left, maximumResponseBytes: 64 << 10, options: webhook.httpOptions)
        do throws(TransportError) {
            return Self.classify(try await transport.send(request))
        } catch {
            if case .cancelled = error { return .cancelled }
            if case .timeout = error { return .retryable(.contextDeadlineExceeded, message: error.description) }
            return .retryable(.other, message: error.description)
        }
    }

    /// The outcome that an answer means.
    static func classify(_ response: HTTPResponse) -> DeliveryOutcome {
        let status = response.status
        if (200..<300).contains(status) { return .delivered(receiverData: nil) }
        let shown = String(decoding: response.body.prefix(shownBodyBytes), as: UTF8.self)
        let message = "unexpected status code \(status): <redacted>" + (shown.isEmpty ? "" : ": \(shown)")
        switch status {
        case 500...: return .retryable(.serverError, message: message)
        case 401, 403: return .failed(.authError, message: message)
        case 429: return .failed(.rateLimited, message: message)
        case 400..<500: return .failed(.clientError, message: message)
        default: return .failed(.other, message: message)
        }
    }
}
