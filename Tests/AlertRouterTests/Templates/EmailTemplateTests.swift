import AlertCore
import Labels
import Testing
import Time

@testable import AlertRouter

@Suite("The default mail")
struct EmailTemplateTests {
    static func html(_ data: NotificationData) throws -> String {
        try NotificationTemplates.defaults.html(#"{{ template "email.default.html" . }}"#, data, now: Golden.now)
    }

    /// What a reader sees: the text between the tags, blank lines and outer blanks left out, entities resolved.
    static func visible(_ html: String) -> [String] {
        var text = ""
        var isTag = false
        for character in html {
            switch character {
            case "<": isTag = true
            case ">": isTag = false
            default: if !isTag { text.append(character) }
            }
        }
        for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#43;", "+"), ("&amp;", "&")] {
            text = text.replacing(entity, with: character)
        }
        return text.split(separator: "\n").map { $0.trimmingPrefix(while: \.isWhitespace) }.map(String.init).filter { !$0.isEmpty }
    }

    /// The targets of its links.
    static func links(_ html: String) -> [String] {
        html.split(separator: "<a href=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }

    @Test("tells what fires and what is over, in the words of Alertmanager's")
    func both() throws {
        let html = try Self.html(Golden.Case.both.data)
        #expect(
            Self.visible(html) == [
                "[FIRING:1] HighLoad (critical)", "2 alerts for alertname=HighLoad", "View in Alertmanager", "[1] Firing", "Labels",
                "alertname = HighLoad", "instance = a1", "severity = critical", "Annotations", "runbook = rb", "summary = load is high",
                "Source", "[1] Resolved", "Labels", "alertname = HighLoad", "instance = a2", "severity = critical", "Annotations",
                "summary = load is high", "Source", "Sent by Alertmanager",
            ])
        #expect(
            Self.links(html) == [
                "http://am:9093/#/alerts?receiver=team%5C.x", "http://p/g?1", "http://p/g?2", "http://am:9093",
            ])
        #expect(html.contains("#E6522C") && !html.contains("#68B90F") && html.contains("<hr"))
    }

    @Test("is green when all is over, has no rule then, and counts a single alert in the singular")
    func resolved() throws {
        let html = try Self.html(Golden.Case.onlyResolved.data)
        #expect(html.contains("#68B90F") && !html.contains("#E6522C") && !html.contains("<hr"))
        #expect(Self.visible(html).contains("1 alert for alertname=HighLoad"))
        #expect(!Self.visible(html).contains("[0] Firing"))
    }

    @Test("leaves the annotations' heading out where there are none, and names every group label")
    func small() throws {
        var alert = Golden.firing
        alert.body = AlertBody(labels: ["alertname": "x", "z": "1"])
        let data = Golden.data([alert], groupLabels: ["alertname": "x", "z": "1"])
        let visible = Self.visible(try Self.html(data))
        #expect(!visible.contains("Annotations"))
        #expect(visible.contains("1 alert for alertname=x z=1"))
    }

    @Test("shows what alerts say as text, never as mark-up, and follows no link to a script")
    func escaping() throws {
        var alert = Golden.firing
        alert.body = AlertBody(
            labels: ["alertname": "<script>x</script>", "q": "\"'&"], annotations: ["summary": "<b>\u{0}</b>"],
            generatorURL: "javascript:alert(1)")
        let html = try Self.html(Golden.data([alert], groupLabels: ["alertname": "<script>x</script>"]))
        #expect(!html.contains("<script>") && !html.contains("<b>") && !html.contains("javascript:"))
        #expect(Self.visible(html).contains("alertname = <script>x</script>"))
        #expect(Self.visible(html).contains("q = \"'&"))
        #expect(Self.links(html).contains("#ZgotmplZ"))
    }
}
