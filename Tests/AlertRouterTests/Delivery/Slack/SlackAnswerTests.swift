import Testing
import Time
import Transport

@testable import AlertRouter

@Suite("Slack's answers")
struct SlackAnswerTests {
    private let now = Timestamp(seconds: 1_767_225_660)  // 2026-01-01T00:01:00Z

    private func name(_ answer: SlackAnswer) -> String {
        switch answer {
        case .taken(let receipt): "taken" + (receipt.map { " \($0.timestamp) \($0.channel)" } ?? "")
        case .pushedBack(_, let after): "pushed back \(GoDuration.format(after))"
        case .irreplaceable: "irreplaceable"
        case .refused(let outcome): outcome.name
        }
    }

    @Test(
        "a status of success needs a body that says so too (reference 5.4)",
        arguments: [
            (200, "text/plain", "ok", "taken"), (200, "", "ok", "taken"), (204, "", "ok", "taken"),
            (200, "text/html", "no_service", "final clientError"), (200, "text/plain", "ok\n", "final clientError"),
            (200, "text/plain", "", "final clientError"), (200, "application/json", #"{"ok":true}"#, "taken"),
            (200, "application/json; charset=utf-8", #"{"ok":true,"ts":"1.2","channel":"C1"}"#, "taken 1.2 C1"),
            (200, "application/json", #"{"ok":true,"ts":"1.2"}"#, "taken"),
            (200, "application/json", #"{"ok":false,"error":"channel_not_found"}"#, "final clientError"),
            (200, "application/json", "{}", "final clientError"), (200, "application/json", "ok", "retry clientError"),
            (200, "application/json", #"{"ok":tr"#, "retry clientError"), (200, "application/json", "[]", "retry clientError"),
            (200, "application/json", #"{"ok":false,"error":"ratelimited"}"#, "pushed back 1s"),
            (200, "application/json", #"{"ok":false,"error":"message_not_found"}"#, "irreplaceable"),
            (500, "text/plain", "ok", "retry serverError"), (503, "application/json", #"{"ok":true}"#, "retry serverError"),
            (400, "text/plain", "invalid_payload", "final clientError"), (403, "text/plain", "action_prohibited", "final authError"),
            (404, "text/plain", "channel_not_found", "final clientError"), (302, "", "", "final other"), (429, "", "", "pushed back 1s"),
        ])
    func classes(status: Int, type: String, body: String, expected: String) {
        let headers = type.isEmpty ? [] : [("Content-Type", type)]
        #expect(name(SlackAnswer(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)), now: now)) == expected)
    }

    @Test("an answer that breaks off is asked for again")
    func cut() {
        for type in ["text/plain", "application/json"] {
            let response = HTTPResponse(status: 200, headers: [("Content-Type", type)], body: Array("ok".utf8), bodyWasCut: true)
            #expect(name(SlackAnswer(response, now: now)) == "retry clientError")
        }
    }

    @Test(
        "Retry-After is seconds or a date, and neither nothing nor for ever",
        arguments: [
            ("30", "30s"), ("1.5", "1.5s"), ("0", "1s"), ("-5", "1s"), ("3600", "5m0s"), ("1e300", "5m0s"), ("nan", "1s"), ("inf", "1s"),
            ("soon", "1s"), ("", "1s"), ("Thu, 01 Jan 2026 00:01:20 GMT", "20s"), ("Thursday, 01-Jan-26 00:01:20 GMT", "20s"),
            ("Thu Jan  1 00:01:20 2026", "20s"), ("Thu, 01 Jan 2026 00:00:00 GMT", "1s"), ("Fri, 01 Jan 2027 00:00:00 GMT", "5m0s"),
        ])
    func retryAfter(field: String, expected: String) {
        #expect(GoDuration.format(RetryAfter.span(field, now: now)) == expected)
        #expect(GoDuration.format(RetryAfter.span(nil, now: now)) == "1s")
    }
}
