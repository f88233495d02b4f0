import Exposition
import Glibc
import Testing

@testable import Exporters

@Suite("the Gateway's exporter")
struct GatewayExporterTests {
    @Test("it has every metric of the catalogue, with its labels and type")
    func catalogue() throws {
        let page = try GatewayPage(GatewayOptions(version: "1"))
        let definitions = Dictionary(uniqueKeysWithValues: page.exporter.registry.definitions.map { ($0.name, $0) })
        let catalogue: [(String, ExposedMetricType, [String])] = [
            ("nginx_up", .gauge, []), ("nginx_http_requests_total", .counter, ["status"]),
            ("nginx_http_request_duration_seconds", .histogram, []), ("nginx_http_response_bytes_total", .counter, []),
            ("nginx_connections_active", .gauge, []), ("nginx_connections_reading", .gauge, []), ("nginx_connections_writing", .gauge, []),
            ("nginx_connections_waiting", .gauge, []), ("nginx_connections_accepted_total", .counter, []),
            ("nginx_connections_handled_total", .counter, []), ("flatnet_gateway_stub_status_up", .gauge, []),
            ("flatnet_gateway_api_up", .gauge, []), ("flatnet_gateway_upstream_up", .gauge, ["upstream", "address", "path"]),
            ("flatnet_gateway_upstream_probe_duration_seconds", .gauge, ["upstream", "address", "path"]),
            ("flatnet_gateway_upstream_errors_total", .counter, ["upstream", "reason"]),
            ("flatnet_gateway_upstream_address_stale", .gauge, ["upstream"]),
            ("flatnet_gateway_error_log_messages_total", .counter, ["level"]),
            ("flatnet_gateway_registry_containers", .gauge, ["host_id"]), ("flatnet_gateway_registry_index_entries", .gauge, []),
            ("flatnet_gateway_registry_free_bytes", .gauge, []), ("flatnet_gateway_registry_capacity_bytes", .gauge, []),
            ("flatnet_gateway_registry_requests_total", .counter, ["method", "status"]),
            ("flatnet_gateway_escalation_connections", .gauge, ["state"]), ("flatnet_gateway_p2p_latency_seconds", .gauge, ["ip"]),
            ("flatnet_gateway_p2p_consecutive_failures", .gauge, ["ip"]), ("flatnet_gateway_sync_peers", .gauge, []),
            ("flatnet_gateway_healthcheck_enabled", .gauge, []), ("flatnet_gateway_log_lines_total", .counter, ["log", "result"]),
            ("flatnet_gateway_log_last_event_timestamp_seconds", .gauge, ["log"]),
            ("flatnet_gateway_log_rotations_total", .counter, ["log"]),
            ("gateway_exporter_build_info", .gauge, ["version"]),
        ]
        for (name, type, labels) in catalogue {
            #expect(definitions[name]?.type == type, "\(name)")
            #expect(definitions[name]?.labels == labels, "\(name)")
        }
        #expect(
            definitions["nginx_http_request_duration_seconds"]?.buckets == [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30])
    }

    @Test("its first page has no fault in either format, with everything missing that can be missing")
    func lint() async throws {
        let logs = LogFiles()
        let page = try GatewayPage(
            gatewayOptions("http://\(OddServer.closedPort())", limit: 300) {
                $0.stubStatusURL = nil
                $0.apiURL = nil
                $0.accessLog = logs.path("access.log")
                $0.errorLog = logs.path("error.log")
                $0.registryLog = logs.path("api_access.log")
                $0.nginxConfig = logs.path("nginx.conf")
                $0.stateDirectory = logs.path("state")
                $0.syslogListen = "127.0.0.1:0"
                $0.upstreams = [GatewayUpstream(name: "shop", address: OddServer.closedPort())]
            })
        _ = await page.samples("")
        for format in [ExpositionFormat.text, .openMetrics] {
            let findings = ExpositionLint.problems(page.exporter.registry.render(as: format), format: format)
            #expect(findings.isEmpty, "\(findings)")
        }
        let shown = page.shown(["nginx_http_requests_total", "flatnet_gateway_upstream_errors_total", "flatnet_gateway_error_log"])
        #expect(shown.contains("nginx_http_requests_total{status=\"502\"} 0"))
        #expect(shown.contains("flatnet_gateway_upstream_errors_total{upstream=\"shop\",reason=\"refused\"} 0"))
        #expect(shown.contains("flatnet_gateway_error_log_messages_total{level=\"emerg\"} 0"))
        #expect(
            Set(page.exporter.sources.map(\.name)).isSuperset(of: ["Gateway", "access log", "error log", "nginx configuration", "syslog"]))
        await page.stop()
    }

    @Test("failures in the error log are counted under the names of the configuration, from the first line on")
    func errorLog() async throws {
        let logs = LogFiles()
        logs.append("upstream app { server 10.87.1.2:3000; }", to: "nginx.conf")
        logs.append(failure("111") + failure("110") + "2026/01/15 10:30:09 [warn] 1#1: careful\n", to: "error.log")
        let options = gatewayOptions("http://\(OddServer.closedPort())", limit: 300) {
            $0.errorLog = logs.path("error.log")
            $0.errorLogTimeZone = "Asia/Tokyo"
            $0.nginxConfig = logs.path("nginx.conf")
            $0.stateDirectory = logs.path("state")
            $0.fromBeginning = true
        }
        let page = try GatewayPage(options)
        page.exporter.start()
        let shown = await page.samples(
            "flatnet_gateway_upstream_errors_total{upstream=\"app\"", "flatnet_gateway_error", "flatnet_gateway_log")
        #expect(shown.contains("flatnet_gateway_upstream_errors_total{upstream=\"app\",reason=\"refused\"} 1"))
        #expect(shown.contains("flatnet_gateway_upstream_errors_total{upstream=\"app\",reason=\"timeout\"} 1"))
        #expect(shown.contains("flatnet_gateway_error_log_messages_total{level=\"warn\"} 1"))
        #expect(shown.contains("flatnet_gateway_log_lines_total{log=\"error\",result=\"ok\"} 3"))
        #expect(shown.contains("flatnet_gateway_log_last_event_timestamp_seconds{log=\"error\"} 1768440609"))
        await page.stop()
        logs.append(failure("113"), to: "error.log")
        let again = try GatewayPage(options)
        let later = await again.samples("flatnet_gateway_upstream_errors_total{upstream=\"app\"")
        #expect(later.filter { $0.hasSuffix(" 1") }.count == 3, "\(later)")
        await again.stop()
    }

    @Test("lines that come by syslog are counted as those of the files are, up to the last that arrived before the end")
    func syslog() async throws {
        let logs = LogFiles()
        let port = OddServer.closedPort()
        let options = gatewayOptions("http://\(OddServer.closedPort())", limit: 300) {
            $0.syslogListen = port
            $0.stateDirectory = logs.path("state")
            $0.upstreams = [GatewayUpstream(name: "app", address: "10.87.1.2:3000")]
        }
        let page = try GatewayPage(options)
        #expect(throws: GatewayOptionsError.self, "the port is taken") { _ = try GatewayPage(options) }
        let header = "<190>Jan 15 10:30:02 gw nginx: "
        for number in 0..<500 {
            send(header + #"1.2.3.4 - - [15/Jan/2026:10:30:02 +0900] "GET / HTTP/1.1" \#(number % 2 == 0 ? 200 : 404) 5 "-" "-""#, to: port)
        }
        send("<187>Jan 15 10:30:02 nginx: " + failure("111"), to: port)
        send("no header", to: port)
        page.exporter.start()
        await page.exporter.stop()
        let shown = page.shown([
            "nginx_http_requests_total", "flatnet_gateway_syslog", "flatnet_gateway_upstream_errors", "flatnet_gateway_log_lines",
        ])
        for line in [
            "nginx_http_requests_total{status=\"200\"} 250", "nginx_http_requests_total{status=\"404\"} 250",
            "flatnet_gateway_syslog_messages_total{result=\"ok\"} 501", "flatnet_gateway_syslog_messages_total{result=\"unparsed\"} 1",
            "flatnet_gateway_upstream_errors_total{upstream=\"app\",reason=\"refused\"} 1",
            "flatnet_gateway_log_lines_total{log=\"access\",result=\"ok\"} 500",
            "flatnet_gateway_log_lines_total{log=\"error\",result=\"ok\"} 1",
        ] { #expect(shown.contains(line), "\(line): \(shown)") }
        await page.stop()
    }

    private func failure(_ code: String) -> String {
        "2026/01/15 10:30:09 [error] 1#1: *1 connect() failed (\(code): x) while connecting to upstream, client: 1.2.3.4, server: _, "
            + "request: \"GET / HTTP/1.1\", upstream: \"http://10.87.1.2:3000/\", host: \"x\"\n"
    }

    private func send(_ text: String, to address: String) {
        guard let place = HostAndPort(address, defaultPort: 1) else { return }
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = place.port.bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let sent = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                sendto(descriptor, text, text.utf8.count, 0, name, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(sent == text.utf8.count)
    }
}
