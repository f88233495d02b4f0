import Testing
import Time
import Transport

@testable import AlertRouter

@Suite("Slack receivers are read with everything that sending needs")
struct SlackConfigurationTests {
    private func slack(_ flow: String, global: String = "", directory: String? = nil) throws -> SlackConfiguration {
        let yaml = GoodReceiver.slack(flow, global: global).yaml
        return try #require(AlertmanagerConfiguration.parse(yaml, file: "f", baseDirectory: directory).receivers[0].slacks.first)
    }

    @Test("a URL alone takes the defaults")
    func defaults() throws {
        let slack = try slack("api_url: 'http://hook'")
        #expect(slack.target == .webhook(.inline("http://hook")))
        #expect(!slack.sendResolved && !slack.linkNames && !slack.shortFields && !slack.updateMessage)
        #expect(slack.timeout == .zero)
        let standard = [
            slack.username, slack.color, slack.title, slack.titleLink, slack.pretext, slack.text, slack.footer, slack.fallback,
            slack.callbackID, slack.iconEmoji, slack.iconURL,
        ]
        let names = [
            "username", "color", "title", "titlelink", "pretext", "text", "footer", "fallback", "callbackid", "iconemoji", "iconurl",
        ]
        #expect(standard == names.map { "{{ template \"slack.default.\($0)\" . }}" })
        #expect([slack.channel, slack.messageText, slack.imageURL, slack.thumbURL] == ["", "", "", ""])
        #expect(slack.mrkdwnIn == ["fallback", "pretext", "text"])
        #expect(slack.fields.isEmpty && slack.actions.isEmpty)
        #expect(slack.clientOptions == HTTPClientOptions())
    }

    @Test("every key is read")
    func everything() throws {
        let slack = try slack(
            """
            api_url_file: secrets/slack, send_resolved: true, channel: c, username: u, color: co, title: t, title_link: tl, pretext: p, text: x,
              message_text: m, fallback: f, callback_id: cb, footer: fo, icon_emoji: ie, icon_url: iu, image_url: im, thumb_url: th,
              link_names: true, short_fields: true, mrkdwn_in: [text], timeout: 1m30s, http_config: {enable_http2: false},
              fields: [{title: a, value: b}, {title: c, value: d, short: false}]
            """)
        #expect(slack.target == .webhook(.file("secrets/slack")))
        #expect(slack.sendResolved && slack.linkNames && slack.shortFields)
        #expect(
            [
                slack.channel, slack.username, slack.color, slack.title, slack.titleLink, slack.pretext, slack.text, slack.messageText,
                slack.fallback, slack.callbackID, slack.footer, slack.iconEmoji, slack.iconURL, slack.imageURL, slack.thumbURL,
            ] == ["c", "u", "co", "t", "tl", "p", "x", "m", "f", "cb", "fo", "ie", "iu", "im", "th"])
        #expect(slack.mrkdwnIn == ["text"])
        #expect(slack.timeout == .seconds(90))
        #expect(slack.clientOptions == HTTPClientOptions(http2: false))
        #expect(
            slack.fields == [
                SlackConfiguration.Field(title: "a", value: "b", short: nil),
                SlackConfiguration.Field(title: "c", value: "d", short: false),
            ])
    }

    @Test("an empty text, and a key without a value, is the empty text and not the default")
    func emptyTexts() throws {
        let slack = try slack("api_url: 'http://hook', title: '', pretext: ~, text: null")
        #expect([slack.title, slack.pretext, slack.text] == ["", "", ""])
    }

    @Test("empty elements of fields and actions are left out with a warning")
    func emptyElements() throws {
        let yaml = GoodReceiver.slack(
            "api_url: 'http://hook', fields: [~, {title: a, value: b}], actions: [{type: t, text: x, url: u}, null]"
        ).yaml
        let configuration = try AlertmanagerConfiguration.parse(yaml, file: "f")
        #expect(configuration.receivers[0].slacks[0].fields.map(\.title) == ["a"])
        #expect(configuration.receivers[0].slacks[0].actions.map(\.type) == ["t"])
        #expect(
            configuration.warnings.map(\.message) == [
                "an empty element in fields is left out of the message", "an empty element in actions is left out of the message",
            ])
    }

    @Test("an action with a URL has no name, no value and no question")
    func actions() throws {
        let slack = try slack(
            """
            api_url: 'http://hook', actions: [{type: button, text: t, url: u, style: s, name: n, value: v, confirm: {text: q}},
              {type: button, text: t, name: n, value: v, confirm: {text: q, title: ti, ok_text: ok, dismiss_text: no}}]
            """)
        let question = SlackConfiguration.Confirm(text: "q", title: "ti", okText: "ok", dismissText: "no")
        #expect(
            slack.actions == [
                SlackConfiguration.Action(type: "button", text: "t", url: "u", style: "s"),
                SlackConfiguration.Action(type: "button", text: "t", name: "n", value: "v", confirm: question),
            ])
    }

    @Test("a receiver without a URL or token takes the global pair, its own come first")
    func inheritance() throws {
        #expect(try slack("", global: "slack_api_url: 'http://g'").target == .webhook(.inline("http://g")))
        #expect(try slack("", global: "slack_api_url_file: g").target == .webhook(.file("g")))
        #expect(try slack("api_url_file: f", global: "slack_api_url: 'http://g'").target == .webhook(.file("f")))
        #expect(try slack("api_url: 'http://a'", global: "slack_api_url_file: g").target == .webhook(.inline("http://a")))
        #expect(try slack("api_url: 'http://a'", global: "slack_app_token: g").target == .webhook(.inline("http://a")))
        let standard = "https://slack.com/api/chat.postMessage"
        #expect(try slack("", global: "slack_app_token_file: g").target == .app(token: .file("g"), url: standard))
        #expect(try slack("app_token: t", global: "slack_app_token: g").target == .app(token: .inline("t"), url: standard))
        #expect(
            try slack("app_token: t", global: "slack_api_url: 'http://g', slack_app_url: 'http://app'").target
                == .app(token: .inline("t"), url: "http://app"))
        #expect(
            try slack("app_url: 'http://own'", global: "slack_app_token: g, slack_app_url: 'http://app'").target
                == .app(token: .inline("g"), url: "http://own"))
        // The global URL may stand beside the token if it is the application's.
        #expect(
            try slack("", global: "slack_app_token: g, slack_api_url: '\(standard)'").target == .app(token: .inline("g"), url: standard))
    }

    @Test("the global token is not for a receiver that brings its own authorization")
    func ownAuthorization() throws {
        let slack = try slack(
            "http_config: {authorization: {credentials: own}}",
            global: "slack_app_token: g, slack_api_url: 'https://slack.com/api/chat.postMessage'")
        #expect(slack.target == .webhook(.inline("https://slack.com/api/chat.postMessage")))
        #expect(slack.clientOptions.authorization == Authorization(credentials: .inline("own")))
    }

    @Test("a token is sent as Bearer authorization over the http_config that acts")
    func bearer() throws {
        let own = try slack("app_token_file: t, http_config: {follow_redirects: false}").clientOptions
        #expect(own == HTTPClientOptions(authorization: Authorization(type: "Bearer", credentials: .file("t")), followRedirects: false))
        let inherited = try slack("", global: "slack_app_token: g, http_config: {enable_http2: false}").clientOptions
        #expect(inherited == HTTPClientOptions(authorization: Authorization(credentials: .inline("g")), http2: false))
    }

    @Test("files of secrets stay relative to the working directory, those of http_config do not")
    func paths() throws {
        let slack = try slack("api_url_file: url, http_config: {tls_config: {ca_file: ca}}", directory: "/etc/am")
        #expect(slack.target == .webhook(.file("url")))
        #expect(slack.clientOptions.tls.ca == .file("/etc/am/ca"))
        #expect(
            try self.slack("app_token_file: t", directory: "/etc/am").target
                == .app(token: .file("t"), url: "https://slack.com/api/chat.postMessage"))
    }

    @Test("printing a receiver shows no secret")
    func printing() throws {
        let texts = try ["api_url: 'http://hunter2'", "app_token: hunter2"].map { flow in
            let slack = try slack(flow)
            return "\(slack) \(String(reflecting: slack)) \(slack.clientOptions)"
        }
        #expect(!texts.joined().contains("hunter2"))
    }
}
