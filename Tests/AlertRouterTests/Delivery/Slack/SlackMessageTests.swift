import AlertCore
import GoTemplate
import JSON
import Labels
import Testing
import Time

@testable import AlertRouter

@Suite("Slack's body (reference 9.2)")
struct SlackMessageTests {
    private func body(
        _ slack: SlackConfiguration, _ alerts: [NotifiedAlert] = [Golden.firing], replacing receipt: SlackMessage.Receipt? = nil
    ) throws -> String {
        let bytes = try SlackMessage.body(slack, Golden.data(alerts), .defaults, now: Golden.now, replacing: receipt)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func json(_ slack: SlackConfiguration, _ alerts: [NotifiedAlert] = [Golden.firing]) throws -> JSONValue {
        try JSONValue.parse(try body(slack, alerts))
    }

    @Test("a default receiver's message is a title with a link and a colour")
    func defaults() throws {
        let expected = [
            #"{"username":"Alertmanager","attachments":[{"title":"[FIRING:1] HighLoad (a1 critical)","#,
            #""title_link":"http://am:9093/#/alerts?receiver=team%5C.x","text":"","#,
            #""fallback":"[FIRING:1] HighLoad (a1 critical) | http://am:9093/#/alerts?receiver=team%5C.x","callback_id":"","#,
            #""footer":"","color":"danger","mrkdwn_in":["fallback","pretext","text"]}]}"#,
        ].joined()
        #expect(try body(Slack.configuration()) == expected + "\n")
        #expect(try json(Slack.configuration(), [Golden.resolved])["attachments"]?[0]?["color"]?.stringValue == "good")
    }

    @Test("every part stands in its documented place")
    func everything() throws {
        var slack = Slack.configuration()
        slack.channel = "#{{ .GroupLabels.alertname | toLower }}"
        slack.username = "{{ .Status }}"
        slack.iconEmoji = ":{{ .Status }}:"
        slack.iconURL = "http://i/{{ .Status }}"
        slack.linkNames = true
        slack.messageText = "top <{{ .ExternalURL }}>"
        slack.title = "t"
        slack.titleLink = "tl"
        slack.pretext = "p"
        slack.text = "x & y"
        slack.fallback = "f"
        slack.callbackID = "c"
        slack.imageURL = "im"
        slack.thumbURL = "th"
        slack.footer = "fo"
        slack.color = "#439FE0"
        slack.shortFields = true
        slack.fields = [
            .init(title: "{{ .Status }}", value: "{{ len .Alerts }}", short: nil), .init(title: "b", value: "", short: false),
        ]
        slack.actions = [
            SlackConfiguration.Action(type: "button", text: "Go", url: "http://{{ .Status }}", style: "primary"),
            SlackConfiguration.Action(
                type: "button", text: "Ask", name: "n", value: "{{ .Status }}",
                confirm: .init(text: "Sure, {{ .Status }}?", title: "T", okText: "O", dismissText: "D")),
        ]
        let expected = [
            ##"{"channel":"#highload","username":"firing","icon_emoji":":firing:","icon_url":"http://i/firing","link_names":true,"##,
            #""text":"top \u003chttp://am:9093\u003e","attachments":[{"title":"t","title_link":"tl","pretext":"p","text":"x \u0026 y","#,
            #""fallback":"f","callback_id":"c","fields":[{"title":"firing","value":"1","short":true},{"title":"b","short":false}],"#,
            #""actions":[{"type":"button","text":"Go","url":"http://firing","style":"primary"},"#,
            #"{"type":"button","text":"Ask","name":"n","value":"firing","confirm":{"text":"Sure, firing?","title":"T","ok_text":"O","#,
            ##""dismiss_text":"D"}}],"image_url":"im","thumb_url":"th","footer":"fo","color":"#439FE0","##,
            #""mrkdwn_in":["fallback","pretext","text"]}]}"#,
        ].joined()
        #expect(try body(slack) == expected + "\n")
    }

    @Test("what is empty is left out, but for the four that Slack always gets")
    func omissions() throws {
        var slack = Slack.configuration()
        (slack.username, slack.title, slack.titleLink, slack.color, slack.fallback) = ("", "", "", "", "")
        #expect(
            try body(slack)
                == #"{"attachments":[{"text":"","fallback":"","callback_id":"","footer":"","mrkdwn_in":["fallback","pretext","text"]}]}"#
                + "\n")
    }

    @Test("a message that replaces another names it and its channel")
    func replacing() throws {
        var slack = Slack.configuration()
        slack.channel = "#elsewhere"
        let text = try body(slack, replacing: .init(timestamp: "1503435956.000247", channel: "C123"))
        #expect(text.hasPrefix(#"{"channel":"C123","ts":"1503435956.000247","username":"#))
    }

    @Test(
        "titles are cut to 1024 code points, the last an ellipsis",
        arguments: [("a", 1024, 1024), ("a", 1025, 1024), ("👩‍🚀", 341, 1023), ("👩‍🚀", 342, 1024)])
    func titles(piece: String, count: Int, length: Int) throws {
        var slack = Slack.configuration()
        slack.title = String(repeating: piece, count: count)
        let title = try json(slack)["attachments"]?[0]?["title"]?.stringValue ?? ""
        #expect(title.unicodeScalars.count == length)
        #expect((title == slack.title) == (slack.title.unicodeScalars.count <= 1024))
        #expect(title == slack.title || title.unicodeScalars.last == "…")
    }

    @Test(
        "what the templates print is sent as it is: markup, mentions, emoji, NUL and line ends",
        arguments: [
            "<!channel> & <http://x|y>", "*bold* \u{1F525}", "a\u{0}b", "a\r\nInjected: yes\r\n\r\n", "\u{2028}\"\\",
        ])
    func keepsText(value: String) throws {
        var slack = Slack.configuration()
        slack.text = "{{ range .Alerts }}{{ .Labels.instance }}{{ end }}"
        var alert = Golden.firing
        alert.body = AlertBody(labels: ["alertname": "A", "instance": value], annotations: LabelSet(), generatorURL: "")
        let text = try body(slack, [alert])
        #expect(try JSONValue.parse(text)["attachments"]?[0]?["text"]?.stringValue == value)
        // Nothing of it can break out of its line.
        #expect(!text.dropLast().unicodeScalars.contains { $0.value < 0x20 || $0 == "<" || $0 == "&" })
    }

    @Test("a label value of 10 MB and 10,000 alerts in one group make a message of bounded size")
    func large() throws {
        var slack = Slack.configuration()
        slack.fallback = "f"
        var alert = Golden.firing
        let huge = String(repeating: "x", count: 10 << 20)
        alert.body = AlertBody(labels: ["alertname": "A", "instance": huge], annotations: LabelSet(), generatorURL: "")
        #expect(try body(slack, [alert]).utf8.count < 5_000)
        let many = (0..<10_000).map { number in
            var alert = Golden.firing
            alert.body = AlertBody(labels: ["alertname": "A", "instance": "i\(number)"], annotations: LabelSet(), generatorURL: "")
            return alert
        }
        #expect(try body(slack, many).utf8.count < 5_000)
        #expect(try json(slack, many)["attachments"]?[0]?["title"]?.stringValue?.hasPrefix("[FIRING:10000]") == true)
    }

    @Test("a template that fails is an error of the body, and the built-in message says so where the configured one would have gone")
    func fallback() throws {
        var slack = Slack.configuration()
        slack.channel = "#ops"
        slack.text = "{{ .Nope }}"
        slack.username = "{{ .NopeEither }}"
        let data = Golden.Case.both.data
        let error = #expect(throws: TemplateError.self) { try SlackMessage.body(slack, data, .defaults, now: Golden.now) }
        let bytes = SlackMessage.fallbackBody(slack, data, .defaults, now: Golden.now, error: try #require(error))
        let json = try JSONValue.parse(bytes)
        #expect(json["channel"]?.stringValue == "#ops")
        #expect(json["username"] == nil)
        let text = json["attachments"]?[0]?["text"]?.stringValue ?? ""
        #expect(text.contains("instance=a1"))
        #expect(text.contains("can't evaluate field Nope"))
        #expect(json["attachments"]?[0]?["color"]?.stringValue == "danger")
    }
}
