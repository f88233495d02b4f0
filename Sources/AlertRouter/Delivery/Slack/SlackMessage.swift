public import GoTemplate
import JSON
public import Time

/// The body of a Slack message (reference 9.2).
public enum SlackMessage {
    /// A message that Slack took, as the notification log keeps it; a later one may replace it.
    public struct Receipt: Sendable, Hashable {
        /// The message's time stamp, which is its name within the channel.
        public var timestamp: String
        /// The channel's id.
        public var channel: String

        /// A receipt.
        public init(timestamp: String, channel: String) {
            self.timestamp = timestamp
            self.channel = channel
        }
    }

    /// Slack shows no longer titles.
    static let longestTitle = 1024

    /// Renders the body, closing newline included: compact JSON with Go's escapes. What the templates print is sent as it is: Slack's own markup and
    /// mentions are the templates' business, as with Alertmanager.
    ///
    /// - Parameter receipt: The message to replace; nil makes a new one.
    public static func body(
        _ slack: SlackConfiguration, _ data: NotificationData, _ templates: NotificationTemplates, now: Timestamp,
        replacing receipt: Receipt? = nil
    ) throws(TemplateError) -> [UInt8] {
        func text(_ source: String) throws(TemplateError) -> String { try templates.text(source, data, now: now) }
        var form = SlackForm()
        form.channel = try text(slack.channel)
        if let receipt { (form.timestamp, form.channel) = (receipt.timestamp, receipt.channel) }
        form.username = try text(slack.username)
        form.iconEmoji = try text(slack.iconEmoji)
        form.iconURL = try text(slack.iconURL)
        form.linkNames = slack.linkNames
        form.text = try text(slack.messageText)
        form.attachment.title = truncated(try text(slack.title), to: longestTitle)
        form.attachment.titleLink = try text(slack.titleLink)
        form.attachment.pretext = try text(slack.pretext)
        form.attachment.text = try text(slack.text)
        form.attachment.fallback = try text(slack.fallback)
        form.attachment.callbackID = try text(slack.callbackID)
        form.attachment.imageURL = try text(slack.imageURL)
        form.attachment.thumbURL = try text(slack.thumbURL)
        form.attachment.footer = try text(slack.footer)
        form.attachment.color = try text(slack.color)
        form.attachment.markdownIn = slack.mrkdwnIn
        for field in slack.fields {
            form.attachment.fields.append(
                .init(title: try text(field.title), value: try text(field.value), short: field.short ?? slack.shortFields))
        }
        for action in slack.actions {
            var rendered = SlackConfiguration.Action(type: try text(action.type), text: try text(action.text))
            rendered.url = try text(action.url)
            rendered.style = try text(action.style)
            rendered.name = try text(action.name)
            rendered.value = try text(action.value)
            if let confirm = action.confirm {
                rendered.confirm = SlackConfiguration.Confirm(
                    text: try text(confirm.text), title: try text(confirm.title), okText: try text(confirm.okText),
                    dismissText: try text(confirm.dismissText))
            }
            form.attachment.actions.append(rendered)
        }
        return form.bytes
    }

    /// The body of the message that takes the place of one whose template failed: the alerts in a built-in form, and the error. Of the configured
    /// texts it keeps those that decide where it goes and who it is from, as far as they can be rendered.
    static func fallbackBody(
        _ slack: SlackConfiguration, _ data: NotificationData, _ templates: NotificationTemplates, now: Timestamp,
        replacing receipt: Receipt? = nil, error: TemplateError
    ) -> [UInt8] {
        func text(_ source: String) -> String { (try? templates.text(source, data, now: now)) ?? "" }
        let message = FallbackMessage(data, error: error)
        var form = SlackForm()
        form.channel = receipt?.channel ?? text(slack.channel)
        form.timestamp = receipt?.timestamp ?? ""
        form.username = text(slack.username)
        form.iconEmoji = text(slack.iconEmoji)
        form.iconURL = text(slack.iconURL)
        form.attachment.title = truncated(message.subject, to: longestTitle)
        form.attachment.titleLink = text(slack.titleLink)
        form.attachment.text = SlackEscape.text(message.text)
        form.attachment.fallback = message.subject
        form.attachment.color = data.firingCount > 0 ? "danger" : "good"
        return form.bytes
    }

    /// A text of at most `limit` code points; a longer one ends in `…`.
    static func truncated(_ text: String, to limit: Int) -> String {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex), end != scalars.endIndex else {
            return text
        }
        return String(scalars[..<scalars.index(before: end)]) + "…"
    }
}

/// The escapes that Slack asks for in texts that are not meant as its markup.
enum SlackEscape {
    static func text(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
