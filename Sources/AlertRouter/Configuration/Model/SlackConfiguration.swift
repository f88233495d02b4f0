public import ClientConfiguration
public import Time
public import Transport

/// One element of `slack_configs` (reference 1.5), defaults and what `global` gives already in it. Texts are templates unless said otherwise.
public struct SlackConfiguration: Sendable, Hashable {
    /// Position within the receiver's list.
    public var index = 0
    /// Where messages go.
    public var target: Target
    /// Whether ends of alerts are told.
    public var sendResolved = false
    /// `channel`; empty leaves the choice to the webhook.
    public var channel = ""
    /// `username`.
    public var username = standard("username")
    /// `color`.
    public var color = standard("color")
    /// `title`.
    public var title = standard("title")
    /// `title_link`.
    public var titleLink = standard("titlelink")
    /// `pretext`.
    public var pretext = standard("pretext")
    /// `text`.
    public var text = standard("text")
    /// `message_text`: the message's own text, above the attachment.
    public var messageText = ""
    /// `fields`, in order.
    public var fields: [Field] = []
    /// `short_fields`: for fields that do not say.
    public var shortFields = false
    /// `footer`.
    public var footer = standard("footer")
    /// `fallback`.
    public var fallback = standard("fallback")
    /// `callback_id`.
    public var callbackID = standard("callbackid")
    /// `icon_emoji`.
    public var iconEmoji = standard("iconemoji")
    /// `icon_url`.
    public var iconURL = standard("iconurl")
    /// `image_url`.
    public var imageURL = ""
    /// `thumb_url`.
    public var thumbURL = ""
    /// `link_names`.
    public var linkNames = false
    /// `mrkdwn_in` as configured; empty is the default.
    var configuredMrkdwnIn: [String] = []
    /// `actions`, in order.
    public var actions: [Action] = []
    /// Limit of one attempt; zero is none.
    public var timeout = TimeSpan.zero
    /// `update_message`: later messages of a group replace its first.
    public var updateMessage = false
    /// The receiver's own `http_config`, or the global one.
    public var http = HTTPConfiguration()

    /// Where messages go, and what shows that they may.
    public enum Target: Sendable, Hashable {
        /// An incoming webhook. A file is read at every notification, relative to the working directory.
        case webhook(TextSource)
        /// Slack's API with an app's token, which goes into `Authorization`.
        case app(token: TextSource, url: String)
    }

    /// A row of the attachment.
    public struct Field: Sendable, Hashable {
        /// `title`.
        public var title: String
        /// `value`.
        public var value: String
        /// Whether it may stand beside another; nil is `short_fields`.
        public var short: Bool?
    }

    /// A button or a menu under the attachment. All but `confirm` are templates.
    public struct Action: Sendable, Hashable {
        /// `type`.
        public var type: String
        /// `text`.
        public var text: String
        /// `url`; not empty means that `name`, `value` and `confirm` are empty.
        public var url = ""
        /// `style`.
        public var style = ""
        /// `name`.
        public var name = ""
        /// `value`.
        public var value = ""
        /// The question before it acts.
        public var confirm: Confirm?
    }

    /// What is asked before an action. All templates.
    public struct Confirm: Sendable, Hashable {
        /// `text`.
        public var text: String
        /// `title`.
        public var title = ""
        /// `ok_text`.
        public var okText = ""
        /// `dismiss_text`.
        public var dismissText = ""
    }

    /// `mrkdwn_in`, plain texts, as it is sent.
    public var mrkdwnIn: [String] { configuredMrkdwnIn.isEmpty ? ["fallback", "pretext", "text"] : configuredMrkdwnIn }

    /// What the transport needs to send to it: `http`, and the token if there is one.
    public var clientOptions: HTTPClientOptions {
        var options = http.clientOptions
        if case .app(let token, _) = target { options.authorization = Authorization(credentials: token) }
        return options
    }

    /// The method of Slack's API that sends a message.
    static let postMessageURL = "https://slack.com/api/chat.postMessage"

    /// The default of a text: the default template of that name.
    private static func standard(_ name: String) -> String { #"{{ template "slack.default.\#(name)" . }}"# }
}
