import AlertCore
import ClientConfiguration
import GoTemplate
import JSON
import Time
import Transport

/// Tells webhooks: one HTTP POST an attempt (reference 9.1), its answer classified as reference 5.4 says.
final class WebhookSender: Sendable {
    private let transport: Transport

    /// A sender.
    init(transport: Transport) { self.transport = transport }

    /// Makes one attempt.
    func send(_ message: Message, to webhook: WebhookConfiguration) async -> DeliveryOutcome {
        let data = message.data(maxAlerts: Int(clamping: webhook.maxAlerts))
        let url: String
        switch Self.url(of: webhook, message, data) {
        case .success(let text): url = text
        case .failure(let refusal): return .failed(.other, message: refusal.message)
        }
        guard let timeout = message.timeLeft(limit: webhook.timeout) else { return .noTimeLeft }
        let request = HTTPRequest(
            method: "POST", url: url, headers: [("Content-Type", "application/json"), ("User-Agent", ProductInfo.userAgent)],
            body: Self.body(for: webhook, message, data), timeout: timeout, maximumResponseBytes: 64 << 10, options: webhook.clientOptions)
        do throws(TransportError) {
            let answer = try await transport.send(request)
            DeliveryTrace.note(.answered(status: answer.status, said: answer.excerpt(bytes: 200)))
            return Self.classify(answer)
        } catch {
            DeliveryTrace.note(.unanswered(error))
            return DeliveryOutcome(error)
        }
    }

    /// The receiver's own body, or the usual one. Where the receiver's fails, the alerts still go out, in the usual one with a note.
    static func body(for webhook: WebhookConfiguration, _ message: Message, _ data: NotificationData) -> [UInt8] {
        var faults = data.routeLabelFaults
        if let payload = webhook.payload {
            do throws(TemplateError) {
                var writer = JSONWriter()
                try message.templates.payload(payload, data, now: message.now).write(into: &writer)
                writer.bytes.append(UInt8(ascii: "\n"))
                return writer.bytes
            } catch {
                faults.append("payload: \(error)")
            }
        }
        return WebhookPayload.bytes(data, templateError: faults.isEmpty ? nil : faults.joined(separator: "; "))
    }

    /// Why there is no URL to send to.
    struct Refusal: Error {
        let message: String
    }

    /// The expanded URL. Complaints show nothing of it: it is a secret.
    static func url(of webhook: WebhookConfiguration, _ message: Message, _ data: NotificationData) -> Result<String, Refusal> {
        let source: String
        switch webhook.url.current() {
        case .success(let text): source = text
        case .failure(let fault): return .failure(Refusal(message: "could not read url_file: \(fault.message)"))
        }
        // What has no template was checked at load, or is a file that may be in the middle of being replaced: the request will tell.
        guard source.contains("{{") else { return .success(source) }
        let url: String
        do throws(TemplateError) {
            url = try message.templates.text(source, data, now: message.now)
        } catch {
            return .failure(Refusal(message: "the url's template failed\(error.place) (text not shown)"))
        }
        do throws(WebURL.Fault) {
            _ = try WebURL.web(url, mask: "<redacted>")
            return .success(url)
        } catch {
            return .failure(Refusal(message: "the url's template gave no http or https URL: \(error.message)\(error.rest)"))
        }
    }

    /// The outcome that an answer means.
    static func classify(_ response: HTTPResponse) -> DeliveryOutcome {
        (200..<300).contains(response.status) ? .delivered(receiverData: nil) : DeliveryOutcome(refusedBy: response)
    }
}
