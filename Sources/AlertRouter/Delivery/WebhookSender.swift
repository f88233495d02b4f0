import AlertCore
import GoTemplate
import JSON
import Time
import Transport

/// Tells webhooks: one HTTP POST an attempt (reference 9.1), its answer classified as reference 5.4 says.
final class WebhookSender: Sendable {
    /// What is kept of an answer for the error message.
    private static let shownBodyBytes = 512

    private let transport: Transport

    /// A sender.
    init(transport: Transport) { self.transport = transport }

    /// Makes one attempt.
    func send(_ message: Message, to webhook: WebhookConfiguration) async -> DeliveryOutcome {
        let data = message.data(maxAlerts: Int(clamping: webhook.maxAlerts))
        let url: String
        switch Self.url(of: webhook, message, data) {
        case .success(let text): url = text
        case .failure(let refusal): return refusal.outcome
        }
        guard let timeout = message.timeLeft(limit: webhook.timeout) else {
            return .retryable(.contextDeadlineExceeded, message: "no time left before the deadline")
        }
        let request = HTTPRequest(
            method: "POST", url: url, headers: [("Content-Type", "application/json"), ("User-Agent", ProductInfo.userAgent)],
            body: Self.body(for: webhook, message, data), timeout: timeout, maximumResponseBytes: 64 << 10, options: webhook.clientOptions)
        do throws(TransportError) {
            return Self.classify(try await transport.send(request))
        } catch {
            if case .cancelled = error { return .cancelled }
            if case .timeout = error { return .retryable(.contextDeadlineExceeded, message: error.description) }
            return .retryable(.other, message: error.description)
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
        let outcome: DeliveryOutcome
    }

    /// The expanded URL. Complaints show nothing of it: it is a secret.
    static func url(of webhook: WebhookConfiguration, _ message: Message, _ data: NotificationData) -> Result<String, Refusal> {
        let source: String
        switch text(of: webhook.url) {
        case .success(let text): source = text
        case .failure(let fault):
            return .failure(Refusal(outcome: .failed(.other, message: "could not read url_file: \(fault.message)")))
        }
        // What has no template was checked at load, or is a file that may be in the middle of being replaced: the request will tell.
        guard source.contains("{{") else { return .success(source) }
        do throws(TemplateError) {
            let url = try message.templates.text(source, data, now: message.now)
            do throws(WebURL.Fault) {
                _ = try WebURL.web(url, mask: "<redacted>")
                return .success(url)
            } catch {
                let what = error.message + error.rest
                return .failure(Refusal(outcome: .failed(.other, message: "the url's template gave no http or https URL: \(what)")))
            }
        } catch {
            return .failure(Refusal(outcome: .failed(.other, message: "the url's template failed\(error.place) (text not shown)")))
        }
    }

    /// The URL as it is now: a file is read at every notification, so a rotated secret is used at once.
    private static func text(of source: TextSource) -> Result<String, FileReader.Fault> {
        switch source {
        case .inline(let text): .success(text)
        case .file(let path): FileReader.contents(of: path).map { trimmed($0) }
        }
    }

    private static func trimmed(_ bytes: [UInt8]) -> String {
        let start = bytes.drop { $0 <= 0x20 }
        let end = start.lastIndex { $0 > 0x20 } ?? start.startIndex
        return start.isEmpty ? "" : String(decoding: start[...end], as: UTF8.self)
    }

    /// The outcome that an answer means.
    static func classify(_ response: HTTPResponse) -> DeliveryOutcome {
        let status = response.status
        if (200..<300).contains(status) { return .delivered(receiverData: nil) }
        let shown = response.excerpt(bytes: shownBodyBytes)
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
