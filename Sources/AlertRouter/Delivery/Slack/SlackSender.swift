import AlertCore
import GoTemplate
import Time
import Transport

/// Tells Slack: one HTTP POST an attempt (reference 9.2), and politely once Slack has asked for fewer messages.
final class SlackSender: Sendable {
    /// A digest is given up after this, whatever the receiver's `timeout`: many wait for it.
    private static let digestTimeout = TimeSpan.seconds(15)

    private let transport: Transport
    private let manners: DeliveryManners
    private let pacer: SlackPacer

    /// A sender. What shares a pacer shares the pace.
    init(transport: Transport, manners: DeliveryManners, pacer: SlackPacer) {
        self.transport = transport
        self.manners = manners
        self.pacer = pacer
    }

    /// Where a receiver's messages go at present.
    private struct Address {
        /// A webhook, or a method of Slack's API.
        var url: String
        var key: SlackPacer.Key
    }

    /// Makes one attempt.
    func send(_ message: Message, to slack: SlackConfiguration) async -> DeliveryOutcome {
        let address: Address
        switch slack.target {
        case .app(let token, let url): address = Address(url: url, key: SlackPacer.Key(url: url, token: token))
        case .webhook(let source):
            switch source.current() {
            case .success(let url): address = Address(url: url, key: SlackPacer.Key(url: url))
            case .failure(let fault): return .failed(.other, message: "could not read api_url_file: \(fault.message)")
            }
        }
        guard !manners.alertmanagers, pacer.isPaced(address.key) else { return await post(message, slack, to: address) }

        let entry = SlackPacer.Entry(group: SlackDigest.Group(message.data), channel: (try? message.text(slack.channel)) ?? "")
        switch await pacer.turn(address.key, for: entry, until: message.delivery.deadline) {
        case .alone: return await post(message, slack, to: address)
        case .digest(let digest): return await post(digest, with: message, slack, to: address)
        case .told(let outcome): return outcome
        case .later(let span): return .retryable(.rateLimited, message: "Slack asked for a pause that is not over yet", after: span)
        case .cancelled: return .cancelled
        }
    }

    // MARK: One message

    private func post(_ message: Message, _ slack: SlackConfiguration, to address: Address) async -> DeliveryOutcome {
        do throws(TemplateError) {
            let receipt = slack.updateMessage ? SlackMessage.Receipt(message.delivery.receiverData) : nil
            var answer = await exchange(try body(of: message, slack, replacing: receipt), receipt, message, slack, address)
            if case .irreplaceable = answer, receipt != nil, !manners.alertmanagers {
                // Somebody deleted it, or it is too old to be changed: the news is worth a message of its own.
                answer = await exchange(try body(of: message, slack, replacing: nil), nil, message, slack, address)
            }
            return outcome(of: answer, keepsReceipt: slack.updateMessage, address)
        } catch {
            return .failed(.other, message: error.description)
        }
    }

    /// The body; the built-in one where a template fails, unless Alertmanager's manners are asked for.
    func body(
        of message: Message, _ slack: SlackConfiguration, replacing receipt: SlackMessage.Receipt?
    ) throws(TemplateError) -> [UInt8] {
        do throws(TemplateError) {
            return try SlackMessage.body(slack, message.data, message.templates, now: message.now, replacing: receipt)
        } catch {
            if manners.alertmanagers { throw error }
            return SlackMessage.fallbackBody(
                slack, message.data, message.templates, now: message.now, replacing: receipt, error: error)
        }
    }

    // MARK: Many in one

    private func post(
        _ digest: SlackPacer.Digest, with message: Message, _ slack: SlackConfiguration, to address: Address
    ) async -> DeliveryOutcome {
        func text(_ source: String) -> String { (try? message.text(source)) ?? "" }
        let body = SlackDigest(digest.entries.map(\.group)).body(
            channel: text(slack.channel), username: text(slack.username), iconEmoji: text(slack.iconEmoji), iconURL: text(slack.iconURL),
            externalURL: message.externalURL)
        let answer = await exchange(body, nil, message, slack, address, limit: Self.digestTimeout)
        let outcome = outcome(of: answer, keepsReceipt: false, address)
        if case .cancelled = outcome {
            // Only the sender's own group was cancelled; for the others it is a failure like any other.
            pacer.conclude(digest, .retryable(.other, message: "the message that told many groups at once was broken off"))
        } else {
            pacer.conclude(digest, outcome)
        }
        return outcome
    }

    // MARK: The exchange

    private func exchange(
        _ body: [UInt8], _ receipt: SlackMessage.Receipt?, _ message: Message, _ slack: SlackConfiguration, _ address: Address,
        limit: TimeSpan? = nil
    ) async -> SlackAnswer {
        guard var timeout = message.timeLeft(limit: slack.timeout) else { return .refused(.noTimeLeft) }
        if let limit { timeout = min(timeout, limit) }
        let request = HTTPRequest(
            method: "POST", url: receipt == nil ? address.url : Self.updateURL(address.url),
            headers: [("Content-Type", "application/json"), ("User-Agent", ProductInfo.userAgent)], body: body, timeout: timeout,
            maximumResponseBytes: 64 << 10, options: slack.clientOptions)
        do throws(TransportError) {
            let answer = try await transport.send(request)
            DeliveryTrace.note(.answered(status: answer.status, said: answer.excerpt(bytes: 200)))
            return SlackAnswer(answer, now: Clock.wall())
        } catch {
            DeliveryTrace.note(.unanswered(error))
            return .refused(DeliveryOutcome(error))
        }
    }

    /// The method that changes a message, beside the one that posts it.
    static func updateURL(_ url: String) -> String {
        let post = "/chat.postMessage"
        return url.hasSuffix(post) ? url.dropLast(post.count) + "/chat.update" : "https://slack.com/api/chat.update"
    }

    private func outcome(of answer: SlackAnswer, keepsReceipt: Bool, _ address: Address) -> DeliveryOutcome {
        switch answer {
        case .taken(let receipt): return .delivered(receiverData: keepsReceipt ? receipt?.data : nil)
        case .refused(let outcome): return outcome
        case .irreplaceable(let message): return .failed(.clientError, message: message)
        case .pushedBack(let message, let pause):
            if manners.alertmanagers { return .failed(.rateLimited, message: message) }
            pacer.pushedBack(address.key, after: pause)
            return .retryable(.rateLimited, message: message, after: pause)
        }
    }
}
