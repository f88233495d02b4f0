import AlertCore
import JSON
import Labels
import Testing
import Time

@testable import AlertRouter

@Suite("The digest of many groups")
struct SlackDigestTests {
    private func group(_ labels: LabelSet, _ alerts: [(severity: String?, isOver: Bool)]) -> SlackDigest.Group {
        let alerts = alerts.enumerated().map { number, alert in
            var labels = [("alertname", "A"), ("n", "\(number)")]
            if let severity = alert.severity { labels.append(("severity", severity)) }
            var result = alert.isOver ? Golden.resolved : Golden.firing
            result.body = AlertBody(labels: LabelSet(labels), annotations: LabelSet(), generatorURL: "")
            return result
        }
        return SlackDigest.Group(Slack.message(alerts, group: labels).data)
    }

    private func json(_ groups: [SlackDigest.Group]) throws -> JSONValue {
        try JSONValue.parse(
            SlackDigest(groups).body(
                channel: "#ops", username: "Alertmanager", iconEmoji: "", iconURL: "", externalURL: "http://am:9093"))
    }

    @Test("names the groups with their counts, the critical ones first, what is over last")
    func order() throws {
        let digest = try json([
            group(["alertname": "Over"], [("critical", true)]), group(["alertname": "Info"], [("info", false)]),
            group(["alertname": "Odd"], [("purple", false)]), group(["alertname": "Warn"], [("warning", false), ("info", false)]),
            group(["alertname": "Two", "job": "db"], [("Critical", false), ("warning", false), ("critical", true)]),
            group(["alertname": "None"], [(nil, false)]),
        ])
        #expect(
            digest["text"]?.stringValue
                == "6 groups of alerts: 5 firing (1 critical), 1 resolved. Slack asked for fewer messages, so this is one for all.")
        #expect(
            digest["attachments"]?[0]?["text"]?.stringValue == """
                • *critical* alertname=Two job=db: 2 firing, 1 resolved
                • alertname=Warn: 2 firing
                • alertname=None: 1 firing
                • alertname=Odd: 1 firing
                • alertname=Info: 1 firing
                • alertname=Over: 1 resolved

                """)
        #expect(digest["attachments"]?[0]?["title_link"]?.stringValue == "http://am:9093/#/alerts")
        #expect(digest["channel"]?.stringValue == "#ops")
        #expect(digest["attachments"]?[0]?["color"]?.stringValue == "danger")
    }

    @Test("names each group once, as it was told last, and a group of everything as that")
    func latest() throws {
        let digest = try json([
            group(["alertname": "A"], [("critical", false)]), group([:], [("info", true)]), group(["alertname": "A"], [("critical", true)]),
        ])
        #expect(digest["attachments"]?[0]?["text"]?.stringValue == "• alertname=A: 1 resolved\n• (all alerts): 1 resolved\n")
        #expect(digest["attachments"]?[0]?["color"]?.stringValue == "good")
    }

    @Test("stays within Slack's sizes and says how many it left out, whatever the labels hold")
    func bounded() throws {
        let hostile = String(repeating: "<!channel>\r\n\u{0}&", count: 100_000)
        let groups = (0..<5_000).map { number in
            group(["alertname": "A\(number)", "x": number == 0 ? hostile : "y"], [(number == 4_999 ? "critical" : "warning", false)])
        }
        let digest = try json(groups)
        let text = try #require(digest["attachments"]?[0]?["text"]?.stringValue)
        #expect(text.utf8.count <= SlackDigest.longestText)
        let lines = text.split(separator: "\n")
        #expect(lines.first == "• *critical* alertname=A4999 x=y: 1 firing")
        #expect(lines.last == "… and \(5_000 - (lines.count - 1)) more groups")
        #expect(!text.contains("<") && !text.contains("\u{0}"))
    }
}
