import Exposition
import JSON
import Logging
import RE2
import Testing
import Time

@testable import Exporters

@Suite("Totals of the access log")
struct AccessLogTotalsTests {
    static func count(_ lines: [String], _ options: AccessLogOptions = AccessLogOptions()) -> (AccessLogTotals, [LineResult]) {
        var totals = AccessLogTotals(options: options)
        let results = lines.map { line in Array(line.utf8).withUnsafeBufferPointer { totals.count($0) } }
        return (totals, results)
    }

    private func requests(_ totals: AccessLogTotals) -> [String: UInt64] {
        Dictionary(uniqueKeysWithValues: totals.requests.filter { $0.count > 0 }.map { ($0.status, $0.count) })
    }

    @Test("lines of nginx's combined form are counted by status with their bytes and time")
    func combined() {
        let (totals, results) = Self.count([
            #"192.168.10.57 - - [15/Jan/2026:10:30:02 +0900] "GET /team/wiki/README.md HTTP/1.1" 200 18342 "http://gw/" "Mozilla/5.0 (X11)""#,
            #"fe80::1 - Jane Doe [x] [15/Jan/2026:10:30:09 +0900] "POST /team/app.git/git-receive-pack HTTP/1.1" 502 552 "-" "git/2.43.0""#,
            #"192.168.10.80 - - [15/Jan/2026:10:30:11 +0900] "\x16\x03\x01\x02\x00\x01" 400 150 "-" "-""#,
            #"192.168.10.80 - - [15/Jan/2026:10:30:12 +0900] "" 408 0 "-" "-""#,
            #"10.0.0.1 - - [15/Jan/2026:10:30:13 +0900] "GET /a\x22b\" c HTTP/1.1" 499 - "-" "-""#,
            #"10.0.0.1 - - [15/Jan/2026:10:30:14 +0900] "GET / HTTP/1.1" 200 7 "-" "-" 0.123 extra"#,
            #"172.25.160.9 - - [15/Jan/2026:10:30:15 +0900] "GET /metrics?x=1 HTTP/1.1" 403 150 "-" "Prometheus/2.48.1""#,
            #"172.25.160.9 - - [15/Jan/2026:10:30:16 +0900] "GET /metrics/x HTTP/1.1" 404 1 "-" "-""#,
        ])
        #expect(results == [.ok, .ok, .ok, .ok, .ok, .ok, .ignored, .ok])
        #expect(requests(totals) == ["200": 2, "400": 1, "404": 1, "408": 1, "499": 1, "502": 1])
        #expect(totals.responseBytes == 18342 + 552 + 150 + 7 + 1)
        #expect(totals.lastEvent == RFC3339.parse("2026-01-15T01:30:16Z"))
        #expect(!totals.hasTimes)
    }

    @Test("the expected statuses are there at zero before anything is counted")
    func zeros() {
        #expect(AccessLogTotals().requests.map(\.status) == ["200", "404", "500", "502", "503", "504"])
        #expect(AccessLogTotals().requests.allSatisfy { $0.count == 0 })
    }

    @Test("our JSON lines are counted with their request times in whole milliseconds, in any order of keys and with numbers as texts")
    func json() {
        let (totals, results) = Self.count([
            #"{"timestamp":"2026-01-15T10:30:02+09:00","msec":1768440602.417,"level":"INFO","component":"gateway","message":"GET /","request_id":"6f1c","remote_addr":"10.0.0.1","method":"GET","uri":"/team/wiki","status":200,"bytes":18342,"request_time":0.045,"duration_ms":45,"upstream_addr":"10.87.1.2:3000","upstream_status":"200","upstream_response_time":"0.044","server_port":3080}"#,
            #" { "server_port" : "80" , "request_time" : "1.000" , "bytes":"12","status":"503", "uri":"/a \"b\" \\" }  "#,
            #"{"status":200,"duration_ms":5,"unknown":{"a":[1,{"status":500}],"b":"}"},"flag":true,"none":null}"#,
            #"{"status":101,"uri":"/ws","request_time":3600.5,"bytes":1}"#,
            #"{"status":200,"uri":"/metrics","request_time":0.001}"#,
            #"{"status":200,"server_port":9145,"uri":"/x"}"#,
            #"{"status":204,"request_time":"-","timestamp":"2026-01-15T10:31:02+09:00"}"#,
        ])
        #expect(results == [.ok, .ok, .ok, .ok, .ignored, .ignored, .ok])
        #expect(requests(totals) == ["101": 1, "200": 2, "204": 1, "503": 1])
        #expect(totals.milliseconds == 45 + 1000 + 5)
        #expect(totals.buckets == [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
        #expect(totals.responseBytes == 18342 + 12 + 1)
        #expect(totals.lastEvent == RFC3339.parse("2026-01-15T01:31:02Z"))
        #expect(totals.hasTimes)
        #expect(Self.count([#"{"msec":1768440602.417,"status":200}"#]).0.lastEvent?.unixNanoseconds == 1_768_440_602_417_000_000)
    }

    @Test(
        "what is neither form is unparsed",
        arguments: [
            "", " ", "\"", "{", "{}", "{\"status\":}", #"{"status":200"#, #"{"status":200}}"#, #"{"status":200} x"#, #"{"status":20}"#,
            #"{"status":2000}"#, #"{"status":"20x"}"#, #"{"a":[}],"status":200}"#, #"{"a":1,"status":200,}"#, #"{"uri":"/","bytes":5}"#,
            #"{"status":nope}"#, "hello", #"a - - [15/Jan/2026:10:30:02 +0900] "GET / HTTP/1.1" 200"#,
            #"a - - [15/Jan/2026:10:30:02 +0900] "GET / HTTP/1.1" 20x 5"#, #"a - - [15/Jan/2026:10:30:02 +0900] "GET / HTTP/1.1 200 5"#,
            #"a - - 15/Jan/2026:10:30:02 "GET / HTTP/1.1" 200 5"#, #"[15/Jan/2026:10:30:02 +0900] "GET / HTTP/1.1" 200 5"#,
            #"a - - [15/Jan/2026:10:30:02 +0900] "GET / HTTP/1.1" 200 5x "-" "-""#,
        ])
    func unparsed(line: String) {
        #expect(Self.count([line]).1 == [.unparsed])
    }

    @Test("containers that are nested too deep are unparsed, ones that are not are passed over")
    func depth() {
        func line(_ depth: Int) -> String {
            #"{"a":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + #","status":200}"#
        }
        #expect(Self.count([line(64), line(65), line(30_000)]).1 == [.ok, .unparsed, .unparsed])
    }

    @Test("URIs that are excluded count as requests and not in the latency")
    func exclusions() throws {
        let options = AccessLogOptions(latencyExclusions: [try RE2Regex(#"/git-(upload|receive)-pack$"#)])
        let (totals, _) = Self.count(
            [#"{"status":200,"uri":"/a.git/git-upload-pack","request_time":90}"#, #"{"status":200,"uri":"/a","request_time":0.2}"#], options
        )
        #expect(requests(totals) == ["200": 2])
        #expect(totals.milliseconds == 200)
    }

    @Test("a status beyond the 64 unexpected ones, and one outside HTTP's, is other")
    func bounded() {
        let (totals, _) = Self.count((0..<1000).map { #"a - - [x] "GET /" \#(String($0 + 1000).suffix(3)) 1"# })
        #expect(totals.requests.count == 71)
        #expect(totals.requests.last?.status == "other")
        #expect(totals.requests.reduce(0) { $0 + $1.count } == 1000)
    }

    @Test("a time on a bucket's bound is in the bucket")
    func bounds() {
        let (totals, _) = Self.count(
            (["0.005", "0.006", "30.000", "30.001", "0", "0.0004"]).map { #"{"status":200,"request_time":\#($0)}"# })
        #expect(totals.buckets == [3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
        #expect(totals.milliseconds == 60_012)
    }

    @Test("totals that are written down and taken over are equal, and go on counting the same")
    func restored() throws {
        let lines = (0..<600).map { #"{"status":\#(100 + $0),"request_time":\#($0).5,"bytes":\#($0),"msec":1768440602.\#(100 + $0)}"# }
        let (totals, _) = Self.count(lines)
        var restored = AccessLogTotals()
        restored.restore(try JSONValue.parse(totals.state.text))
        #expect(restored.state == totals.state)
        #expect(restored.requests.map(\.status) == totals.requests.map(\.status))
        restored.restore(.object(["statuses": .array([]), "buckets": .array([1]), "bytes": "x", "last": 5]))
        #expect(restored.state == totals.state)
    }

    @Test("the registry's log is counted by method and status")
    func registry() throws {
        var totals = RegistryLogTotals()
        for line in [
            #"10.100.1.20 - - [15/Jan/2026:10:31:44 +0900] "POST /api/containers HTTP/1.1" 201 30 "-" "-""#,
            #"10.100.1.20 - - [15/Jan/2026:10:31:45 +0900] "DELETE /api/containers/a HTTP/1.1" 200 30 "-" "-""#,
            #"10.100.1.20 - - [15/Jan/2026:10:31:46 +0900] "BREW /x HTTP/1.1" 405 30 "-" "-""#,
        ] {
            #expect(Array(line.utf8).withUnsafeBufferPointer { totals.count($0) } == .ok)
        }
        #expect(
            totals.requests.filter { $0.count > 0 }.map { "\($0.method) \($0.status) \($0.count)" } == [
                "POST 201 1", "DELETE 200 1", "other 405 1",
            ])
        #expect(totals.requests.contains { $0.method == "GET" && $0.status == "200" && $0.count == 0 })
        var restored = RegistryLogTotals()
        restored.restore(try JSONValue.parse(totals.state.text))
        #expect(restored.state == totals.state)
    }

    @Test("the families of several logs are summed, and the histogram is absent until a line tells its time")
    func families() async {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let logs = ["access", "access-tls"].map { LogCounter(log: $0, path: nil, totals: AccessLogTotals(), log: quiet) }
        let registry = MetricRegistry()
        LogFamilies.registerAccess(logs, in: registry)
        LogFamilies.registerLogs(logs, in: registry)
        for log in logs { log.receive(Array(#"a - - [15/Jan/2026:10:31:46 +0000] "GET / HTTP/1.1" 200 30"#.utf8)) }
        for log in logs { await log.collect() }
        var page = String(decoding: registry.render(), as: UTF8.self)
        #expect(page.contains("nginx_http_requests_total{status=\"200\"} 2\n"))
        #expect(page.contains("nginx_http_response_bytes_total 60\n"))
        #expect(page.contains("flatnet_gateway_log_lines_total{log=\"access-tls\",result=\"ok\"} 1\n"))
        #expect(page.contains("flatnet_gateway_log_last_event_timestamp_seconds{log=\"access\"} 1768473106\n"))
        #expect(!page.contains("nginx_http_request_duration_seconds"))
        logs[1].receive(Array(#"{"status":502,"request_time":0.004}"#.utf8))
        for log in logs { await log.collect() }
        page = String(decoding: registry.render(), as: UTF8.self)
        #expect(page.contains("nginx_http_request_duration_seconds_bucket{le=\"0.005\"} 1\n"))
        #expect(page.contains("nginx_http_request_duration_seconds_sum 0.004\n"))
        for log in logs { await log.stop() }
    }
}
