import AlertCore
import GoTemplate
import Labels
import Testing

@testable import AlertRouter

@Suite("The message in place of one whose template failed")
struct FallbackMessageTests {
    static let error = TemplateError(.execution, name: "", line: 1, column: 3, message: "it broke")

    @Test("says the alerts and the error")
    func content() {
        let message = FallbackMessage(Golden.Case.both.data, error: Self.error)
        #expect(message.subject == "[FIRING:1] alertname=HighLoad")
        #expect(
            message.text == """
                Firing: alertname=HighLoad instance=a1 severity=critical
                  runbook: rb
                  summary: load is high
                  since 2026-01-01T00:00:00Z
                Resolved: alertname=HighLoad instance=a2 severity=critical
                  summary: load is high
                  since 2025-12-31T23:58:20Z until 2026-01-01T00:00:00Z

                This is not the configured message: its template failed. template: :1:3: it broke

                """)
        #expect(FallbackMessage(Golden.Case.onlyResolved.data, error: Self.error).subject == "[RESOLVED] alertname=HighLoad")
    }

    @Test("stays small with ten thousand alerts and a label of ten megabytes")
    func bounds() {
        let alerts = (0..<10_000).map { index in
            var alert = Golden.firing
            alert.body = AlertBody(labels: LabelSet([("alertname", "x"), ("i", "\(index)")]))
            return alert
        }
        let many = FallbackMessage(Golden.data(alerts), error: Self.error)
        #expect(many.text.contains("and 9980 more"))
        #expect(many.text.utf8.count < 4_000)
        var large = Golden.firing
        large.body = AlertBody(labels: ["alertname": "x", "big": String(repeating: "é", count: 5_000_000)])
        let message = FallbackMessage(Golden.data([large], groupLabels: large.body.labels), error: Self.error)
        #expect(message.text.utf8.count < 4_000 && message.subject.utf8.count < 2_000)
    }

    @Test("stays small with many labels")
    func manyLabels() {
        var wide = Golden.firing
        wide.body = AlertBody(labels: LabelSet((0..<1_000).map { ("label\($0)", String(repeating: "v", count: 2_000)) }))
        let message = FallbackMessage(Golden.data([wide, wide, Golden.firing], groupLabels: wide.body.labels), error: Self.error)
        #expect(message.text.utf8.count < 20_000 && message.subject.utf8.count <= 1_003)
        #expect(message.text.contains("and 1 more") && message.text.contains("it broke"))
    }
}
