import AlertCore
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
        let url: String
        switch Self.text(of: webhook.url) {
        case .success(let text): url = text
        case .failure(let fault): return .failed(.other, message: "could not read url_file: \(fault.message)")
        }
        guard let timeout = message.timeLeft(limit: webhook.timeout) else {
            return .retryable(.contextDeadlineExceeded, message: "no time left before the deadline")
        }
        let request = HTTPRequest(
            method: "POST", url: url, headers: [("Content-Type", "application/json"), ("User-Agent", ProductInfo.userAgent)],
            body: body(of: message, for: webhook), timeout: timeout, maximumResponseBytes: 64 << 10, options: webhook.clientOptions)
        do throws(TransportError) {
            return Self.classify(try await transport.send(request))
        } catch {
            if case .cancelled = error { return .cancelled }
            if case .timeout = error { return .retryable(.contextDeadlineExceeded, message: error.description) }
            return .retryable(.other, message: error.description)
        }
    }

    private func body(of message: Message, for webhook: WebhookConfiguration) -> [UInt8] {
        guard let payload = webhook.payload else {
            return WebhookPayload.bytes(message.data(maxAlerts: Int(clamping: webhook.maxAlerts)))
        }
        var writer = JSONWriter()
        payload.write(into: &writer)
        writer.bytes.append(UInt8(ascii: "\n"))
        return writer.bytes
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
