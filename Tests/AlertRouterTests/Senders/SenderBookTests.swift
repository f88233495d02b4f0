import AlertCore
import Testing
import Time
import WebServer

@testable import AlertRouter

@Suite("Telling senders apart")
struct SenderBookTests {
    private func sender(_ number: Int) -> Sender { Sender(address: "10.0.0.\(number)", agent: "Prometheus", origin: "") }

    private func found(_ peer: String, _ agent: String, _ links: String..., book: SenderBook = SenderBook()) -> [Sender?] {
        let request = WebRequest(method: "POST", path: "/", headers: agent.isEmpty ? [:] : ["User-Agent": agent], peer: peer)
        var finder = SenderFinder(request, book: book, at: Timestamp(seconds: 0))
        return links.map { link in
            Array(link.utf8).withUnsafeBufferPointer { book[finder.sender(of: $0)] }
        }
    }

    @Test("address, program and the host of the links make a sender; port, version and path do not")
    func identity() {
        let book = SenderBook()
        let first = found(
            "10.0.0.1:4711", "Prometheus/2.53.0", "http://a:9090/graph?g0.expr=up", "http://a:9090/graph?g0.expr=down", book: book)
        #expect(first == [Sender(address: "10.0.0.1", agent: "Prometheus", origin: "http://a:9090"), first.last ?? nil])
        #expect(
            found("10.0.0.1:9", "Prometheus/3.0.0 (x)", "http://a:9090?x", "http://a:9090#x", "http://a:9090", book: book) == [
                first[0], first[0], first[0],
            ])
        #expect(found("10.0.0.1:1", "curl/8", "http://a:9090/").first??.agent == "curl")
        #expect(found("[::1]:1", "", "").first == Sender(address: "[::1]", agent: "", origin: ""))
        // A prefix of another host is another host.
        #expect(found("a:1", "", "http://ab/", "http://a/", "http://ab/").map { $0?.origin } == ["http://ab", "http://a", "http://ab"])
        #expect(
            found("a:1", "", "mailto:x", "/graph", "?", "http://" + String(repeating: "x", count: 300)).map { $0?.origin } == [
                "", "", "", "",
            ])
    }

    @Test("numbers are given again only after a day of silence")
    func bounds() {
        let book = SenderBook(limit: 2)
        let now = Timestamp(seconds: 1_000_000)
        let first = book.id(of: sender(1), at: now)
        #expect(first == book.id(of: sender(1), at: now))
        let second = book.id(of: sender(2), at: now + .hours(1))
        #expect(book.id(of: sender(3), at: now + .hours(2)) == .none)
        #expect(book[first] == sender(1) && book[second] == sender(2) && book[.none] == nil && book[SenderID(value: 9)] == nil)
        #expect(book.id(of: sender(3), at: now + .hours(24) + .seconds(1)) == first)
        #expect(book[first] == sender(3))
        #expect(book.id(of: sender(1), at: now + .hours(24) + .seconds(1)) == .none)
    }
}

@Suite("Senders in an explanation")
struct SendersReportTests {
    private let router = FakeRouter()

    private func post(
        _ peer: String, ends: String = "2026-01-01T14:00:00Z", starts: String = "2026-01-01T12:00:00Z", labels: String = #""alertname":"X""#
    ) async {
        let body = #"[{"labels":{\#(labels)},"startsAt":"\#(starts)","endsAt":"\#(ends)","generatorURL":"http://prom:9090/g"}]"#
        let answer = await router.send(
            "POST", "/api/v2/alerts", headers: ["Content-Type": "application/json", "User-Agent": "Prometheus/2.53.0"], body: body,
            peer: peer)
        #expect(answer.status == 200)
    }

    private func explained(_ filter: String = "alertname%3DX") async -> (headline: String, senders: [String], json: [String]) {
        let alert = await router.get("/api/flatalert/v1/explain?filter=\(filter)").json?["alerts"]?.arrayValue?.first
        let lines = alert?["lines"]?.arrayValue?.filter { $0["topic"]?.stringValue == "senders" } ?? []
        return (
            alert?["headline"]?.stringValue ?? "", lines.compactMap { $0["text"]?.stringValue },
            alert?["senders"]?.arrayValue?.compactMap { one in
                "\(one["address"]?.stringValue ?? "") \(one["says"]?.stringValue ?? "")"
            } ?? []
        )
    }

    @Test("one sender is named")
    func one() async {
        await post("10.0.0.1:1000")
        router.advance(by: .seconds(9))
        let found = await explained()
        #expect(found.senders == ["one: 10.0.0.1 (Prometheus, http://prom:9090), heard 9 s ago"] && found.json == ["10.0.0.1 firing"])
    }

    @Test("a pair in agreement is told calmly, with the beginnings where they lie apart")
    func agreement() async {
        await post("10.0.0.1:1000")
        router.advance(by: .seconds(300))
        await post("10.0.0.2:1000", starts: "2026-01-01T12:00:15Z")
        let found = await explained()
        #expect(
            found.senders == [
                "two, in agreement: 10.0.0.2 (Prometheus, http://prom:9090) heard 0 s ago, 10.0.0.1 (Prometheus, http://prom:9090) heard 300 s ago"
            ])
        #expect(!found.headline.contains("contradict") && found.json == ["10.0.0.2 firing", "10.0.0.1 firing"])
        await post("10.0.0.3:1000", starts: "2026-01-01T12:04:00Z")
        #expect(await explained().senders.first?.contains("three, in agreement") == true)
        #expect(await explained().senders.first?.contains("different beginnings") == true)
        // Who falls silent is no sender any more.
        router.advance(by: .minutes(14))
        await post("10.0.0.2:1000")
        router.advance(by: .minutes(2))
        #expect(await explained().senders.first?.hasPrefix("one: 10.0.0.2") == true)
    }

    @Test("who says that it is over while the other says that it fires is named, with what to do")
    func contradiction() async {
        await post("10.0.0.1:1")
        await post("10.0.0.2:1")
        await post("10.0.0.1:1", ends: "2026-01-01T12:00:00Z", starts: "2026-01-01T11:00:00Z")
        let early = await explained()
        #expect(early.senders.first?.contains("one of them ahead of the other") == true && !early.headline.contains("contradict"))
        for _ in 0..<2 {
            router.advance(by: .seconds(10))
            await post("10.0.0.2:1")
            router.advance(by: .seconds(10))
            await post("10.0.0.1:1", ends: "2026-01-01T12:00:00Z", starts: "2026-01-01T11:00:00Z")
        }
        let found = await explained()
        #expect(found.headline.contains("; its senders contradict each other"))
        #expect(found.senders.first?.hasPrefix("10.0.0.1 (Prometheus, http://prom:9090) says over, heard 0 s ago; 10.0.0.2") == true)
        #expect(
            found.senders.first?.contains("says firing since") == true
                && found.senders.first?.contains("Contradicted each other 4 times since") == true)
        #expect(found.senders.last?.contains("external label") == true && found.json == ["10.0.0.1 over", "10.0.0.2 firing"])
    }

    @Test("a replica's label that makes two alerts of one is named, if they come from two senders")
    func replica() async {
        await post("10.0.0.1:1", labels: #""alertname":"X","replica":"a""#)
        await post("10.0.0.1:1", labels: #""alertname":"X","replica":"c""#)
        #expect(await explained("replica%3Da").senders.count == 1)
        await post("10.0.0.2:1", labels: #""alertname":"X","replica":"b""#)
        let text = await explained("replica%3Da").senders.last ?? ""
        #expect(text.contains(#"replica="b" comes from 10.0.0.2"#) && text.contains("labeldrop"))
    }
}
