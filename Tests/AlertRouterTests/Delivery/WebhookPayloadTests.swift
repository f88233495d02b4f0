import AlertCore
import JSON
import Labels
import Testing
import Time

@testable import AlertRouter

@Suite("The webhook's body")
struct WebhookPayloadTests {
    static func alert(_ labels: [(String, String)], annotations: [(String, String)] = [], endsAt: Timestamp? = nil) -> NotifiedAlert {
        NotifiedAlert(
            body: AlertBody(labels: LabelSet(labels), annotations: LabelSet(annotations), generatorURL: "http://p/g?a=1&b=<2>"),
            startsAt: Timestamp(seconds: 1_767_225_600, nanoseconds: 123_000_000, utcOffset: 32_400), endsAt: endsAt ?? .goZero,
            endReason: endsAt == nil ? nil : .expired)
    }

    static func delivery(_ alerts: [NotifiedAlert]) -> Delivery {
        Delivery(
            id: DeliveryID(number: 1), epoch: 1,
            key: LogKey(groupKey: "{}:{alertname=\"test\"}", receiver: "team.x", kind: "webhook", index: 0),
            receiver: 0, integration: 0, attempt: 1, groupLabels: LabelSet([("alertname", "test")]),
            routeLabels: [RouteLabel(name: "team", template: "night")], alerts: alerts, reason: .firstNotification,
            flushTime: Timestamp(seconds: 1_767_225_660), deadline: 0, receiverData: [:])
    }

    @Test("has the documented keys in the documented order, with Go's escapes and the times as received")
    func golden() {
        let data = NotificationData(
            Self.delivery([Self.alert([("alertname", "test")], annotations: [("summary", "<b> & c")])]), externalURL: "http://am:9093",
            maxAlerts: 0)
        let text = String(decoding: WebhookPayload.bytes(data), as: UTF8.self)
        let expected = [
            #"{"receiver":"team\\.x","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"test"},"#,
            #""annotations":{"summary":"\u003cb\u003e \u0026 c"},"startsAt":"2026-01-01T09:00:00.123+09:00","endsAt":"0001-01-01T00:00:00Z","#,
            #""generatorURL":"http://p/g?a=1\u0026b=\u003c2\u003e","fingerprint":"1f56cb8f931d1bd4"}],"#,
            #""notification_reason":"first notification","groupLabels":{"alertname":"test"},"commonLabels":{"alertname":"test"},"#,
            #""commonAnnotations":{"summary":"\u003cb\u003e \u0026 c"},"routeLabels":{"team":"night"},"externalURL":"http://am:9093","#,
            #""version":"4","groupKey":"{}:{alertname=\"test\"}","truncatedAlerts":0}"#,
        ].joined()
        #expect(text == expected + "\n")
    }

    @Test("sums up after max_alerts has cut the list, which is in job, instance order")
    func truncation() throws {
        let firing = Self.alert([("alertname", "test"), ("instance", "b")])
        let over = Self.alert([("alertname", "test"), ("instance", "a")], endsAt: Timestamp(seconds: 1_767_225_650))
        let data = NotificationData(Self.delivery([firing, over]), externalURL: "", maxAlerts: 1)
        #expect(data.alerts.map { $0.body.labels["instance"] } == ["a"])
        #expect(data.status == "resolved")
        #expect(data.truncatedAlerts == 1)
        #expect(data.commonLabels == LabelSet([("alertname", "test"), ("instance", "a")]))
        let json = try JSONValue.parse(WebhookPayload.bytes(data))
        #expect(json["alerts"]?.arrayValue?.first?["endsAt"]?.stringValue == "2026-01-01T00:00:50Z")
    }

    @Test("shares only what all alerts have in common")
    func common() {
        let data = NotificationData(
            Self.delivery([
                Self.alert([("alertname", "test"), ("a", "1"), ("b", "x")], annotations: [("s", "1"), ("t", "2")]),
                Self.alert([("alertname", "test"), ("a", "1"), ("b", "y")], annotations: [("s", "1")]),
            ]), externalURL: "", maxAlerts: 0)
        #expect(data.commonLabels == LabelSet([("alertname", "test"), ("a", "1")]))
        #expect(data.commonAnnotations == LabelSet([("s", "1")]))
    }
}
