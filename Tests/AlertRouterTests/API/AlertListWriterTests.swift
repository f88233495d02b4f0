import JSON
import Testing

@testable import AlertRouter

@Suite("Writing alerts")
struct AlertListWriterTests {
    private static func quoted(_ bytes: [UInt8]) -> (fast: [UInt8], careful: [UInt8]) {
        var json = JSONWriter()
        bytes.withUnsafeBufferPointer { json.string($0) }
        let fast = ByteSink.bytes(capacity: ByteSink.quotedCapacity(bytes.count)) { sink in bytes.withUnsafeBufferPointer { sink.quote($0) }
        }
        return (fast, json.bytes)
    }

    @Test("every byte at every place of a word is quoted as the careful writer quotes it")
    func everyByte() {
        for byte in UInt8.min ... .max {
            for place in 0..<17 {
                var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 17)
                bytes[place] = byte
                let (fast, careful) = Self.quoted(bytes)
                #expect(fast == careful, "byte \(byte) at \(place)")
            }
        }
    }

    @Test(
        "texts are quoted as the careful writer quotes them",
        arguments: [
            "", "a", "<&>\"\\", "plain text of some length", "tab\tand\u{2028}line", "Σ🙂 & more", "aaaaaaaa<aaaaaaa>", "\u{0}\u{1F}\u{7F}",
        ])
    func texts(text: String) {
        let (fast, careful) = Self.quoted(Array(text.utf8))
        #expect(fast == careful)
    }

    @Test("bytes that are not UTF-8 take no more room than was set aside")
    func invalidText() {
        for bytes in [[UInt8](repeating: 0xFF, count: 50), [0xE2, 0x80], [0x61, 0xC3, 0x28, 0xF0, 0x9F, 0x99]] {
            let (fast, careful) = Self.quoted(bytes)
            #expect(fast == careful)
        }
    }

    @Test("one instant with two offsets is shown with both, in one list")
    func offsets() async {
        let router = FakeRouter()
        _ = await router.fire(#""alertname":"a""#, more: #","startsAt":"2026-01-01T11:00:00Z""#)
        _ = await router.fire(#""alertname":"b""#, more: #","startsAt":"2026-01-01T12:00:00+01:00""#)
        let alerts = await router.get("/api/v2/alerts").json?.arrayValue ?? []
        let starts = Set(alerts.map { "\($0["labels"]?["alertname"]?.stringValue ?? "") \($0["startsAt"]?.stringValue ?? "")" })
        #expect(starts == ["a 2026-01-01T11:00:00.000Z", "b 2026-01-01T12:00:00.000+01:00"])
    }

    @Test("long names, links and silences fit")
    func longAlerts() async {
        let router = FakeRouter()
        let long = String(repeating: "<Σ&", count: 2_000)
        let more = #","annotations":{"\#(long)":"\#(long)"},"generatorURL":"http://h/\#(String(repeating: "&", count: 5_000))""#
        _ = await router.fire(#""alertname":"\#(long)""#, more: more)
        for _ in 0..<30 { _ = await router.silence("alertname", long) }
        let alert = await router.get("/api/v2/alerts").json?[0]
        #expect(alert?["labels"]?["alertname"]?.stringValue == long)
        #expect(alert?["annotations"]?[long]?.stringValue == long)
        let ids = alert?["status"]?["silencedBy"]?.arrayValue?.compactMap { $0.stringValue } ?? []
        #expect(ids.count == 30 && ids == ids.sorted())
    }
}
