import Testing

@testable import Exporters

@Suite("the page stub_status")
struct StubStatusTests {
    @Test("nginx's page is read, with line ends of either kind")
    func page() {
        let text = "Active connections: 7 \nserver accepts handled requests\n 1842 1841 9310 \nReading: 1 Writing: 2 Waiting: 5 \n"
        for text in [
            text, text.replacing("\n", with: "\r\n"),
            text.replacing("requests\n 1842 1841 9310", with: "requests request_time\n 1842 1841 9310 77"),
        ] {
            let status = StubStatus(Array(text.utf8))
            #expect(status?.active == 7 && status?.accepted == 1842 && status?.handled == 1841 && status?.requests == 9310)
            #expect(status?.reading == 1 && status?.writing == 2 && status?.waiting == 5)
        }
    }

    @Test(
        "any other page is not taken for it",
        arguments: [
            "", "OK", "<html><body>Active connections: 7</body></html>", "Active connections: 7 \nserver accepts handled requests\n 1 1 1",
            "Active connections: x\nserver accepts handled requests\n 1 1 1\nReading: 0 Writing: 1 Waiting: 0",
            "Active connections: -1\nserver accepts handled requests\n 1 1 1\nReading: 0 Writing: 1 Waiting: 0",
            "Active connections: 1\nserver accepts handled requests\n 1 1\nReading: 0 Writing: 1 Waiting: 0",
            "Active connections: 1\nserver accepts handled requests\n 1 1 1\nReading: 0 Writing: 1 Waiting: 0 more",
            "Active connections: 1\nserver accepts handled requests\n 1 1 99999999999999999999\nReading: 0 Writing: 1 Waiting: 0",
            String(repeating: " ", count: 5000),
        ])
    func others(text: String) {
        #expect(StubStatus(Array(text.utf8)) == nil)
    }
}

@Suite("the Gateway's API")
struct GatewayAPITests {
    @Test("containers are counted by host; an empty list comes as an object")
    func containers() throws {
        let list =
            #"[{"id":"a","ip":"10.100.1.12","hostId":1,"createdAt":"1768440704","ttl":300},{"hostId":1.0},{"hostId":"2"},{},{"hostId":-1}]"#
        #expect(try GatewayAPI.containers(Array(list.utf8)) == ["1": 2, "2": 1, "unknown": 2])
        #expect(try GatewayAPI.containers(Array("{}".utf8)) == [:])
        #expect(try GatewayAPI.containers(Array("[]".utf8)) == [:])
    }

    @Test("hosts beyond any real number of them are counted as other")
    func manyHosts() throws {
        let list = "[" + (0..<3000).map { #"{"hostId":\#($0)}"# }.joined(separator: ",") + "]"
        let counts = try GatewayAPI.containers(Array(list.utf8))
        #expect(counts.count == GatewayAPI.maximumLabels + 1)
        #expect(counts["other"] == 3000 - GatewayAPI.maximumLabels)
    }

    @Test("the status is read with fractions, empty tables and keys that lack")
    func status() throws {
        let full = """
            {"status":"running","registry":{"count":3.0,"free_space":10407936,"capacity":1.048576e7},
             "sync":{"host_id":1,"peer_count":2,"peers":["a","b"]},
             "escalation":{"total":1,"states":{"P2P_ATTEMPTING":1.0,"NEW_STATE":9}},
             "healthcheck":{"enabled":true,"active_ips":{},"failure_counts":{"10.100.2.10":2,"x":3,"10.100.2.300":1,"10.100.2.11":"y"}}}
            """
        let status = try GatewayAPI.status(Array(full.utf8))
        #expect(status.indexEntries == 3 && status.freeBytes == 10_407_936 && status.capacityBytes == 10_485_760)
        #expect(status.peers == 2 && status.hostID == "1" && status.isHealthcheckEnabled == true)
        #expect(status.connections == [.gatewayOnly: 0, .attempting: 1, .active: 0, .fallback: 0])
        #expect(status.failures == [IPv4Address(bits: 0x0A64_020A): 2])
        #expect(try GatewayAPI.status(Array("{}".utf8)) == GatewayAPI.Status())
        let empty = try GatewayAPI.status(
            Array(#"{"sync":{"peers":{}},"escalation":{"states":{}},"healthcheck":{"failure_counts":[]}}"#.utf8))
        #expect(empty.peers == 0 && empty.failures == [:] && empty.connections?[.active] == 0)
        let odd = #"{"registry":[],"sync":5,"escalation":{"states":"x"},"healthcheck":{"enabled":"yes","failure_counts":7}}"#
        let read = try GatewayAPI.status(Array(odd.utf8))
        #expect(read.indexEntries == nil && read.peers == nil && read.isHealthcheckEnabled == nil && read.failures == [:])
    }

    @Test("latencies come in milliseconds; only addresses become labels, and not too many of them")
    func latencies() throws {
        let text =
            #"{"10.100.2.10":{"state":"GATEWAY_FALLBACK","latency":812.5},"10.100.2.11":{"state":"X"},"evil\"":{"latency":1},"01.2.3.4":{"latency":1}}"#
        #expect(try GatewayAPI.latencies(Array(text.utf8)) == [IPv4Address(bits: 0x0A64_020A): 0.8125])
        #expect(try GatewayAPI.latencies(Array("[]".utf8)).isEmpty)
        let many = "{" + (0..<2000).map { #""10.0.\#($0 / 256).\#($0 % 256)":{"latency":1}"# }.joined(separator: ",") + "}"
        #expect(try GatewayAPI.latencies(Array(many.utf8)).count == GatewayAPI.maximumLabels)
    }

    @Test(
        "what is no answer of the API is refused",
        arguments: ["", "null", "[1]", "\"x\"", "{\"a\":1}", "[[]]", "<html>", "[{}", String(repeating: "[", count: 100_000), "1e999"])
    func refused(text: String) {
        #expect(throws: GatewayAPI.Unreadable.self) { try GatewayAPI.containers(Array(text.utf8)) }
    }

    @Test("a list where the status or the states should be is refused")
    func wrongShape() {
        #expect(throws: GatewayAPI.Unreadable.self) { try GatewayAPI.status(Array("[]".utf8)) }
        #expect(throws: GatewayAPI.Unreadable.self) { try GatewayAPI.latencies(Array("[1]".utf8)) }
    }
}

@Suite("lines by syslog")
struct SyslogMessageTests {
    private func read(_ text: String) -> SyslogMessage? { SyslogMessage(Array(text.utf8)) }

    @Test("nginx's datagrams become lines of the access log or of the error log")
    func lines() {
        let access = read(
            #"<190>Jan 15 10:30:02 gw nginx: 10.0.0.1 - - [15/Jan/2026:10:30:02 +0900] "GET / HTTP/1.1" 200 5 "-" "-""# + "\n")
        #expect(access?.log == .access)
        #expect(
            access.map { String(decoding: $0.line, as: UTF8.self) }
                == #"10.0.0.1 - - [15/Jan/2026:10:30:02 +0900] "GET / HTTP/1.1" 200 5 "-" "-""#)
        let error = read("<187>Jan  5 10:30:02 gw gateway_1: 2026/01/05 10:30:02 [error] 1#1: *1 connect() failed")
        #expect(error?.log == .error)
        #expect(read(#"<190>Jan 15 10:30:02 nginx: {"status":200}"#)?.line == Array(#"{"status":200}"#.utf8), "without a host name")
        #expect(read("<0>Dec 31 23:59:59 h t: ")?.line == [])
    }

    @Test(
        "anything else is no datagram of nginx",
        arguments: [
            "", "<", "<190>", "190>Jan 15 10:30:02 gw nginx: x", "<999>Jan 15 10:30:02 gw nginx: x", "<-1>Jan 15 10:30:02 gw nginx: x",
            "<190>2026-01-15T10:30:02 gw nginx: x", "<190>Jan 15 10:30:02 gw nginx x", "<190>Jan 15 10:30:02 a b nginx: x",
            "<190>Jan 15 10:30:02 gw nginx:", "<13>1 2026-01-15T10:30:02Z gw nginx - - - x",
        ])
    func refused(text: String) {
        #expect(read(text) == nil)
    }
}
