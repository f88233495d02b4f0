import AlertCore
import JSON
import Testing
import Time
import Transport

@testable import AlertRouter

@Suite("A webhook's templates")
struct WebhookTemplateTests {
    static let webhook = WebhookConfiguration(url: .inline("http://127.0.0.1/"))

    static func message(_ alerts: [NotifiedAlert] = [Golden.firing, Golden.resolved]) -> Message {
        Message(delivery: Golden.delivery(alerts), templates: .defaults, externalURL: "http://am:9093", now: Golden.now)
    }

    static func url(_ text: String) -> Result<String, WebhookSender.Refusal> {
        let message = message()
        return WebhookSender.url(of: WebhookConfiguration(url: .inline(text)), message, message.data)
    }

    static func complaint(_ text: String) -> String? {
        guard case .failure(let refusal) = url(text) else { return nil }
        return refusal.message
    }

    @Test("give the URL to send to")
    func goodURL() throws {
        #expect(try Self.url("http://h/{{ .GroupLabels.alertname }}?s={{ .Status }}").get() == "http://h/HighLoad?s=firing")
        #expect(try Self.url("http://h/static").get() == "http://h/static")
    }

    @Test(
        "that make no URL are a final failure which shows nothing of the secret",
        arguments: [
            ("{{ .CommonLabels.s3cret }}", "the url's template gave no http or https URL: unsupported scheme for URL"),
            ("s3cret:{{ .Status }}", "the url's template gave no http or https URL: unsupported scheme for URL"),
            ("http://{{ .CommonLabels.s3cret }}", "the url's template gave no http or https URL: missing host for URL"),
            (
                "http://s3cret:x{{ .Status }}",
                #"the url's template gave no http or https URL: parse "<redacted>": invalid port "<redacted>" after host"#
            ),
            ("http://h/{{ .Status.S3cret }}", "the url's template failed at line 1, column 20 (text not shown)"),
        ])
    func badURL(text: String, expected: String) {
        #expect(Self.complaint(text) == expected)
        #expect(Self.complaint(text)?.contains("s3cret") == false)
    }

    @Test("give the body, and the usual one with a note when they fail")
    func body() throws {
        var webhook = Self.webhook
        webhook.payload = ["state": "{{ .Status }}", "count": "{{ len .Alerts }}"]
        let message = Self.message()
        #expect(
            String(decoding: WebhookSender.body(for: webhook, message, message.data), as: UTF8.self)
                == #"{"count":2,"state":"firing"}"# + "\n")
        webhook.payload = ["state": "{{ .Nope }}"]
        let fallback = WebhookSender.body(for: webhook, message, message.data)
        let usual = WebhookSender.body(for: Self.webhook, message, message.data)
        #expect(fallback.starts(with: usual.dropLast(2)))
        #expect(
            try JSONValue.parse(fallback)["templateError"]
                == #"payload: template: :1:3: executing "" at <.Nope>: can't evaluate field Nope in type *template.Data"#)
        #expect(try JSONValue.parse(usual)["templateError"] == nil)
    }

    @Test("see only the alerts that max_alerts leaves")
    func truncation() {
        var webhook = Self.webhook
        webhook.maxAlerts = 1
        webhook.payload = "{{ len .Alerts }} {{ .TruncatedAlerts }} {{ .CommonLabels.instance }}"
        let message = Self.message()
        let body = WebhookSender.body(for: webhook, message, message.data(maxAlerts: 1))
        #expect(String(decoding: body, as: UTF8.self) == "\"1 1 a1\"\n")
    }
}
