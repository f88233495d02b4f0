import AlertCore
import JSON
import Time
import Transport

/// What Slack's answer means (reference 5.4, row slack): a status of success is not enough, the body must say so as well.
enum SlackAnswer {
    case taken(SlackMessage.Receipt?)
    /// It asks for a pause.
    case pushedBack(message: String, after: TimeSpan)
    /// The message that should be replaced is gone or may not be changed any more.
    case irreplaceable(message: String)
    case refused(DeliveryOutcome)

    /// Reads an answer; `now` is what a date in `Retry-After` is compared with.
    init(_ response: HTTPResponse, now: Timestamp) {
        func pause() -> TimeSpan { RetryAfter.span(response[header: "Retry-After"], now: now) }
        guard (200..<300).contains(response.status) else {
            let outcome = DeliveryOutcome(refusedBy: response)
            if response.status == 429, case .failed(_, let message) = outcome {
                self = .pushedBack(message: message, after: pause())
            } else {
                self = .refused(outcome)
            }
            return
        }
        if response.bodyWasCut {
            self = .refused(.retryable(.clientError, message: "could not read the whole answer"))
            return
        }
        guard response[header: "Content-Type"]?.hasPrefix("application/json") == true else {
            self =
                response.body == Array("ok".utf8)
                ? .taken(nil)
                : .refused(.failed(.clientError, message: "received an error response from Slack: \(response.excerpt(bytes: 512))"))
            return
        }
        guard let answer = try? JSONValue.parse(response.body), answer.objectValue != nil else {
            self = .refused(.retryable(.clientError, message: "could not read the JSON answer: \(response.excerpt(bytes: 512))"))
            return
        }
        if answer["ok"]?.boolValue == true {
            self = .taken(Self.receipt(in: answer))
            return
        }
        let message = "error response from Slack: \(Self.error(in: response))"
        switch answer["error"]?.stringValue {
        case "ratelimited", "rate_limited": self = .pushedBack(message: message, after: pause())
        case "message_not_found", "cant_update_message", "edit_window_closed": self = .irreplaceable(message: message)
        default: self = .refused(.failed(.clientError, message: message))
        }
    }

    private static func receipt(in answer: JSONValue) -> SlackMessage.Receipt? {
        guard let timestamp = answer["ts"]?.stringValue, let channel = answer["channel"]?.stringValue, !timestamp.isEmpty, !channel.isEmpty
        else { return nil }
        return SlackMessage.Receipt(timestamp: timestamp, channel: channel)
    }

    /// Slack's name of the error, from the body without the request's secrets.
    private static func error(in response: HTTPResponse) -> String {
        let shown = response.excerpt(bytes: 4096)
        let name = (try? JSONValue.parse(shown))?["error"]?.stringValue ?? shown
        return String(name.prefix(512))
    }
}

extension SlackMessage.Receipt {
    /// What an earlier message left in the notification log.
    init?(_ data: [String: ReceiverValue]) {
        guard case .string(let timestamp) = data["threadTs"], case .string(let channel) = data["channelId"], !timestamp.isEmpty,
            !channel.isEmpty
        else { return nil }
        self.init(timestamp: timestamp, channel: channel)
    }

    /// What the notification log keeps.
    var data: [String: ReceiverValue] { ["threadTs": .string(timestamp), "channelId": .string(channel)] }
}
