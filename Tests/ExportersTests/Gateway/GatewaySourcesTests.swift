import Exposition
import Glibc
import Testing

@testable import Exporters

private let stubStatus = "Active connections: 7 \nserver accepts handled requests\n 1842 1842 9310 \nReading: 0 Writing: 2 Waiting: 5 \n"

private let api = [
    "/api/containers": #"[{"id":"a","ip":"10.100.1.12","hostId":1},{"id":"b","ip":"10.100.2.9","hostId":2}]"#,
    "/api/status": """
    {"registry":{"count":3,"free_space":10407936,"capacity":10485760},"sync":{"host_id":1,"peer_count":1},
     "escalation":{"states":{"P2P_ATTEMPTING":1}},"healthcheck":{"enabled":true,"failure_counts":{"10.100.2.10":2}}}
    """,
    "/api/escalation/states": #"{"10.100.2.10":{"state":"GATEWAY_FALLBACK","latency":812.5}}"#,
]

@Suite("what the Gateway answers", .serialized)
struct GatewaySourcesTests {
    @Test("/health says whether the Gateway is up; any other answer than 200 is a failure of its status, and each change is said once")
    func health() async throws {
        let gateway = FakeGateway()
        gateway.set("/health")
        try await gateway.serve { address in
            let page = try GatewayPage(gatewayOptions("http://\(address)"))
            #expect(await page.samples("nginx_up") == ["nginx_up 1"])
            #expect(
                page.shown(["flatnet_gateway_address_info"]) == [
                    "flatnet_gateway_address_info{address=\"http://\(address)\",source=\"flag\"} 1"
                ])
            gateway.set("/health", 500)
            for _ in 0..<3 { #expect(await page.samples("nginx_up") == ["nginx_up 0"]) }
            let reasons = ["refused", "blocked", "unreachable", "status", "other"]
            #expect(
                page.shown(["flatnet_gateway_health_failure"])
                    == reasons.map { "flatnet_gateway_health_failure{reason=\"\($0)\"} \($0 == "status" ? 1 : 0)" })
            gateway.set("/health")
            #expect(await page.samples("nginx_up") == ["nginx_up 1"])
            #expect(page.logged("The Gateway").count == 2, "\(page.lines.all)")
            #expect(page.logged("was answered with 500").count == 1 && page.logged("answers again").count == 1)
            await page.stop()
        }
    }

    @Test("a refusal, a firewall, a missing way, silence and nonsense are told apart, each with what to do")
    func failures() async throws {
        func failure(_ url: String) async throws -> (reason: String, words: String) {
            let page = try GatewayPage(gatewayOptions(url, limit: 400))
            #expect(await page.samples("nginx_up") == ["nginx_up 0"])
            let reasons = page.shown(["flatnet_gateway_health_failure"])
            #expect(reasons.count == 5)
            let reason = reasons.filter { $0.hasSuffix(" 1") }.joined()
            await page.stop()
            return (reason, page.logged("The Gateway is not well").joined())
        }
        func expect(_ found: (reason: String, words: String), _ reason: String, _ word: String) {
            #expect(found.reason == "flatnet_gateway_health_failure{reason=\"\(reason)\"} 1")
            #expect(found.words.contains(word), "\(found.words)")
        }
        expect(try await failure("http://\(OddServer.closedPort())"), "refused", "start nginx")
        let dropping = OddServer(.drops)
        expect(try await failure("http://\(dropping.address)"), "blocked", "New-NetFirewallRule")
        expect(try await failure("http://255.255.255.255"), "unreachable", "no way")
        expect(try await failure("http://name.invalid"), "unreachable", "--gateway.url")
        let hanging = OddServer(.hangs)
        expect(try await failure("http://\(hanging.address)"), "other", "hangs")
        let cutting = OddServer(.sends(""))
        expect(try await failure("http://\(cutting.address)"), "other", "got no answer")
        let babbling = OddServer(.sends("\u{0}\u{1} nonsense\r\n\r\n"))
        expect(try await failure("http://\(babbling.address)"), "other", "got no answer")
        withExtendedLifetime((dropping, hanging, cutting, babbling)) {}
    }

    @Test("connections come from stub_status; what cannot be read leaves the last good numbers")
    func connections() async throws {
        let gateway = FakeGateway()
        gateway.set("/stub_status", 200, stubStatus)
        try await gateway.serve { address in
            let page = try GatewayPage(gatewayOptions("http://\(address)") { $0.stubStatusURL = nil })
            let good = [
                "nginx_connections_accepted_total 1842", "nginx_connections_active 7", "nginx_connections_handled_total 1842",
                "nginx_connections_reading 0", "nginx_connections_waiting 5", "nginx_connections_writing 2",
            ]
            #expect(await page.samples("nginx_connections", "flatnet_gateway_stub") == ["flatnet_gateway_stub_status_up 1"] + good)
            for (status, body) in [(403, ""), (404, ""), (200, "<html>"), (200, String(repeating: "x", count: 1 << 20)), (500, "")] {
                gateway.set("/stub_status", status, body)
                #expect(await page.samples("nginx_connections", "flatnet_gateway_stub") == ["flatnet_gateway_stub_status_up 0"] + good)
            }
            #expect(page.logged("Allow this machine's address").count == 1)
            gateway.set("/stub_status", 200, stubStatus.replacing("7", with: "8"))
            #expect(await page.samples("nginx_connections_active") == ["nginx_connections_active 8"])
            #expect(page.logged("page stub_status can be read again").count == 1)
            await page.stop()
        }
    }

    @Test("where nothing can be read from the start, there are no made-up numbers")
    func nothingYet() async throws {
        let page = try GatewayPage(
            gatewayOptions("http://\(OddServer.closedPort())") {
                $0.stubStatusURL = nil
                $0.apiURL = "http://\(OddServer.closedPort())"
            })
        #expect(await page.samples("nginx_connections", "flatnet_gateway_stub") == ["flatnet_gateway_stub_status_up 0"])
        #expect(
            page.shown(["flatnet_gateway_registry_containers", "flatnet_gateway_registry_index", "flatnet_gateway_api_up"]) == [
                "flatnet_gateway_api_up 0"
            ])
        #expect(page.shown(["flatnet_gateway_escalation"]).count == 4)
        let off = try GatewayPage(gatewayOptions("http://\(OddServer.closedPort())"))
        #expect(await off.samples("flatnet_gateway_stub", "flatnet_gateway_api").isEmpty, "switched off")
        await page.stop()
        await off.stop()
    }

    @Test("the API's answers are shown, by GETs alone; each kind of failure keeps the last good ones and is said once")
    func apiAnswers() async throws {
        let gateway = FakeGateway()
        for (path, body) in api { gateway.set(path, 200, body) }
        try await gateway.serve { address in
            let page = try GatewayPage(gatewayOptions("http://\(address)") { $0.apiURL = "http://\(address)" })
            let good = await page.samples(
                "flatnet_gateway_registry_c", "flatnet_gateway_registry_i", "flatnet_gateway_registry_f", "flatnet_gateway_es",
                "flatnet_gateway_p", "flatnet_gateway_sync", "flatnet_gateway_healthcheck")
            #expect(
                good == [
                    "flatnet_gateway_escalation_connections{state=\"GATEWAY_ONLY\"} 0",
                    "flatnet_gateway_escalation_connections{state=\"P2P_ATTEMPTING\"} 1",
                    "flatnet_gateway_escalation_connections{state=\"P2P_ACTIVE\"} 0",
                    "flatnet_gateway_escalation_connections{state=\"GATEWAY_FALLBACK\"} 0",
                    "flatnet_gateway_healthcheck_enabled 1", "flatnet_gateway_p2p_consecutive_failures{ip=\"10.100.2.10\"} 2",
                    "flatnet_gateway_p2p_latency_seconds{ip=\"10.100.2.10\"} 0.8125",
                    "flatnet_gateway_registry_capacity_bytes 10485760",
                    "flatnet_gateway_registry_containers{host_id=\"1\"} 1", "flatnet_gateway_registry_containers{host_id=\"2\"} 1",
                    "flatnet_gateway_registry_free_bytes 10407936", "flatnet_gateway_registry_index_entries 3",
                    "flatnet_gateway_sync_peers 1",
                ])
            #expect(page.shown(["flatnet_gateway_api_up"]) == ["flatnet_gateway_api_up 1"])
            for (status, body) in [
                (403, ""), (500, ""), (200, "["), (200, "[" + String(repeating: "{},", count: 1 << 19) + "{}]"), (200, "null"),
            ] {
                gateway.setAll(status, body)
                #expect(await page.samples("flatnet_gateway_api_up") == ["flatnet_gateway_api_up 0"])
                #expect(
                    page.shown([
                        "flatnet_gateway_registry_c", "flatnet_gateway_registry_i", "flatnet_gateway_registry_f", "flatnet_gateway_es",
                        "flatnet_gateway_p", "flatnet_gateway_sync", "flatnet_gateway_healthcheck",
                    ]) == good)
            }
            #expect(page.logged("The API admits some addresses only").count == 1)
            for (path, body) in api { gateway.set(path, 200, body) }
            gateway.set("/api/containers", 404)
            #expect(
                await page.samples("flatnet_gateway_api") == [
                    "flatnet_gateway_api_endpoint_up{endpoint=\"containers\"} 0", "flatnet_gateway_api_endpoint_up{endpoint=\"status\"} 1",
                    "flatnet_gateway_api_endpoint_up{endpoint=\"escalation_states\"} 1", "flatnet_gateway_api_up 0",
                ])
            #expect(page.logged("does not find the handler").count == 1)
            gateway.set("/api/containers", 200, "{}")
            #expect(
                await page.samples("flatnet_gateway_registry_containers") == [
                    "flatnet_gateway_registry_containers{host_id=\"1\"} 0", "flatnet_gateway_registry_containers{host_id=\"2\"} 0",
                ])
            #expect(gateway.seen.allSatisfy { $0.hasPrefix("GET ") })
            #expect(Set(gateway.seen) == ["GET /health", "GET /api/containers", "GET /api/status", "GET /api/escalation/states"])
            await page.stop()
        }
    }

    @Test("upstreams are up where a connection comes about, and through the Gateway unless it says that they are down")
    func upstreams() async throws {
        let gateway = FakeGateway()
        gateway.set("/shop/")
        let closed = OddServer.closedPort()
        let dropping = OddServer(.drops)
        let hanging = OddServer(.hangs)
        try await gateway.serve { address in
            let logs = LogFiles()
            logs.append(
                "upstream app { server \(hanging.address); server \(closed); } upstream far { server \(dropping.address); }",
                to: "nginx.conf")
            let options = gatewayOptions("http://\(address)", limit: 400) {
                $0.nginxConfig = logs.path("nginx.conf")
                $0.upstreams = [GatewayUpstream(name: "shop", address: closed, path: "/shop/")]
            }
            let page = try GatewayPage(options)
            func state(_ through: Int) -> [String] {
                [
                    "{upstream=\"app\",address=\"\(hanging.address)\",path=\"direct\"} 1",
                    "{upstream=\"app\",address=\"\(closed)\",path=\"direct\"} 0",
                    "{upstream=\"far\",address=\"\(dropping.address)\",path=\"direct\"} 0",
                    "{upstream=\"shop\",address=\"\(closed)\",path=\"direct\"} 0",
                    "{upstream=\"shop\",address=\"\(closed)\",path=\"via_gateway\"} \(through)",
                ].map { "flatnet_gateway_upstream_up" + $0 }.sorted()
            }
            #expect(await page.samples("flatnet_gateway_upstream_up").sorted() == state(1))
            #expect(page.shown(["flatnet_gateway_upstream_probe_duration_seconds"]).count == 5)
            #expect(page.shown(["flatnet_gateway_nginx_config_up"]) == ["flatnet_gateway_nginx_config_up 1"])
            #expect(page.shown(["flatnet_gateway_upstream_address_stale"]).allSatisfy { $0.hasSuffix(" 0") })
            for status in [502, 503, 504] {
                gateway.set("/shop/", status)
                #expect(await page.samples("flatnet_gateway_upstream_up").sorted() == state(0))
            }
            for status in [404, 500, 302, 401] {
                gateway.set("/shop/", status)
                #expect(await page.samples("flatnet_gateway_upstream_up").sorted() == state(1))
            }
            #expect(page.logged("cannot be reached through the Gateway").count == 1)
            #expect(page.logged("cannot be reached directly").count == 3)
            // The configuration changes: other upstreams, other series.
            logs.append("upstream new { server \(hanging.address); }", to: "new.conf")
            rename(logs.path("new.conf"), logs.path("nginx.conf"))
            let after = await page.samples("flatnet_gateway_upstream_up")
            #expect(after.contains("flatnet_gateway_upstream_up{upstream=\"new\",address=\"\(hanging.address)\",path=\"direct\"} 1"))
            #expect(!after.contains { $0.contains("\"app\"") || $0.contains("\"far\"") })
            unlink(logs.path("nginx.conf"))
            #expect(await page.samples("flatnet_gateway_nginx_config_up") == ["flatnet_gateway_nginx_config_up 0"])
            #expect(page.shown(["flatnet_gateway_upstream_up"]).sorted() == after.sorted(), "the last good configuration stays")
            await page.stop()
        }
        withExtendedLifetime((dropping, hanging)) {}
    }

    @Test("a Gateway that moves is found by the new route in the very look that missed it")
    func moves() async throws {
        let gateway = FakeGateway()
        gateway.set("/health")
        try await gateway.serve { address in
            // No port can be given with auto, so both addresses are wrong: what counts is that the second was tried.
            let files = LogFiles()
            files.append("microsoft", to: "osrelease")
            files.append("h\neth0\t00000000\tFFFFFFFF\t0003\t0\t0\t0\t00000000\n", to: "route")
            let options = gatewayOptions("auto", limit: 400) {
                $0.places.kernelRelease = files.path("osrelease")
                $0.places.routes = files.path("route")
                $0.places.networkDevices = files.directory
                $0.places.ownAddresses = { [] }
            }
            let page = try GatewayPage(options)
            #expect(
                await page.samples("flatnet_gateway_address") == [
                    "flatnet_gateway_address_info{address=\"http://255.255.255.255\",source=\"default_route\"} 1"
                ])
            files.clear("route")
            files.append("h\neth0\t00000000\t0100007F\t0003\t0\t0\t0\t00000000\n", to: "route")
            #expect(
                await page.samples("flatnet_gateway_address") == [
                    "flatnet_gateway_address_info{address=\"http://127.0.0.1\",source=\"default_route\"} 1"
                ])
            #expect(page.logged("is looked for at http://127.0.0.1 from now on").count == 1)
            await page.stop()
        }
    }

    @Test("an upstream at an address that WSL2 had is told, and what rewrites it")
    func stale() async throws {
        let files = LogFiles()
        files.append("microsoft", to: "osrelease")
        files.append("h\neth0\t00000000\t01A019AC\t0003\t0\t0\t0\t00000000\n", to: "route")
        files.append("upstream wsl { server 172.25.160.9:1; }", to: "nginx.conf")
        let mine = IPv4Interface(device: "eth0", address: 0xAC19_A00A, mask: 0xFFFF_F000)
        let page = try GatewayPage(
            gatewayOptions("http://\(OddServer.closedPort())", limit: 300) {
                $0.nginxConfig = files.path("nginx.conf")
                $0.places.kernelRelease = files.path("osrelease")
                $0.places.routes = files.path("route")
                $0.places.networkDevices = files.directory
                $0.places.ownAddresses = { [mine] }
            })
        for _ in 0..<2 {
            #expect(
                await page.samples("flatnet_gateway_upstream_address") == ["flatnet_gateway_upstream_address_stale{upstream=\"wsl\"} 1"])
        }
        #expect(page.logged("update-upstream.sh").count == 1)
        files.append("upstream wsl { server 172.25.160.10:1; } # rewritten", to: "new")
        rename(files.path("new"), files.path("nginx.conf"))
        #expect(await page.samples("flatnet_gateway_upstream_address") == ["flatnet_gateway_upstream_address_stale{upstream=\"wsl\"} 0"])
        await page.stop()
    }
}
