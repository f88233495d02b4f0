import Exporters
import Foundation
import Testing
import WebServer

@testable import flatalert

@Suite("exporters as commands")
struct ExporterCommandTests {
    @Test("a command takes the flags of its own sources and no others, and its usual port")
    func flags() throws {
        let gateway = try GatewayExporterCommand.parse([
            "--gateway.upstream=a=1:2", "--gateway.upstream", "b=3:4,/x", "--log.from-beginning",
        ])
        #expect(gateway.gateway.upstreams == ["a=1:2", "b=3:4,/x"] && gateway.logs.countsFromBeginning)
        #expect(gateway.sites.map(\.addresses) == [[":9145"]] && gateway.sites.map(\.flag) == ["--web.listen-address"])
        #expect(gateway.gateway.stubStatusURL == nil && gateway.gateway.accessLog == "/mnt/f/flatnet/logs/access.log")
        let cni = try CNIExporterCommand.parse(["--web.listen-address=127.0.0.1:1", "--web.listen-address=[::1]:1"])
        #expect(cni.sites.map(\.addresses) == [["127.0.0.1:1", "[::1]:1"]])
        #expect(throws: (any Error).self) { try CNIExporterCommand.parse(["--gateway.url=auto"]) }
        #expect(try HostExporterCommand.parse([]).sites.map(\.addresses) == [[":9100"]])
    }

    @Test("all has the flags of all, an address for each page, and pages that are left out")
    func all() throws {
        let all = try AllExportersCommand.parse(["--cni.listen-address", "", "--host.listen-address=:19100", "--cni.bridge=br0"])
        #expect(all.sites.map(\.addresses) == [[":9145"], [], [":19100"]])
        #expect(all.sites.map(\.flag) == ["--gateway.listen-address", "--cni.listen-address", "--host.listen-address"])
        let usual = try AllExportersCommand.parse([])
        #expect(!all.yieldsToNodeExporter && usual.yieldsToNodeExporter)
        guard case .cni(let flags) = all.sites[1].source else { throw Unexpected() }
        #expect(flags.bridge == "br0")
    }

    private struct Unexpected: Error {}

    @Test("serve takes a list of exporters with commas; none is none and a wrong name is named")
    func list() throws {
        #expect(try ExporterKind.list("gateway, host") == [.host, .gateway] && ExporterKind.list("cni,cni") == [.cni])
        #expect(try ExporterKind.list("").isEmpty && ExporterKind.list("none").isEmpty)
        do throws(StartError) {
            _ = try ExporterKind.list("host,nginx")
            Issue.record("taken")
        } catch {
            #expect(error.description.contains("\"nginx\"; write one or several of host,gateway,cni"))
        }
        let serve = try Serve.parse(["--exporters=gateway", "--gateway.access-log=/x", "--state.directory=/y"])
        #expect(serve.flags.exporterList == "gateway")
        #expect(serve.exporterFlags.gateway.accessLog == "/x" && serve.exporterFlags.state.directory == "/y")
    }

    @Test("what cannot be the path of the metrics, or a mount point, is refused")
    func refused() {
        for arguments in [
            ["--web.telemetry-path=m"], ["--web.telemetry-path=/"], ["--web.telemetry-path=/-/ready"], ["--host.required-mount=f"],
            ["--host.root=host"],
        ] {
            #expect(throws: (any Error).self, "\(arguments)") { try HostExporterCommand.parse(arguments) }
        }
    }

    @Test("every flag of an exporter is a variable, too, and one on the command line wins")
    func environment() {
        let flags = EnvironmentFlags(of: GatewayExporterCommand.self)
        let variables = [
            "FLATALERT_GATEWAY_ACCESS_LOG": "/x", "FLATALERT_LOG_FROM_BEGINNING": "true", "FLATALERT_GATEWAY_URL": "auto",
            "FLATALERT_CNI_BRIDGE": "br0",
        ]
        #expect(
            flags.arguments(notIn: ["--gateway.url=http://a"], environment: variables) == [
                "--gateway.access-log=/x", "--log.from-beginning",
            ])
    }

    @Test("the built-in monitoring scrapes what is exported, and loads the rules for it")
    func builtIn() throws {
        let machine = BuiltInMonitoring(authority: "127.0.0.1:9093", prefix: "/a", exporters: [.host, .gateway], host: "h")
        let input = try machine.load()
        let jobs = input.configuration.scrapeConfigurations
        #expect(jobs.map(\.jobName) == ["node", "gateway"] && jobs.map(\.metricsPath) == ["/a/metrics/host", "/a/metrics/gateway"])
        let files = Set(input.groups.map(\.file))
        #expect(files.isSuperset(of: ["host.yml", "gateway.yml", "monitoring.yml"]) && !files.contains("cni-plugin.yml"))
        #expect(BuiltInMonitoring.jobs(ofFiles: files) == ["node", "gateway"])
        #expect(BuiltInMonitoring.missing(jobs: ["node", "gateway"]).map(\.job) == ["cni-plugin"])
        let none = try BuiltInMonitoring(authority: "a:1", prefix: "", exporters: []).load()
        #expect(none.configuration.scrapeConfigurations.isEmpty && Set(none.groups.map(\.file)) == ["monitoring.yml"])
    }

    @Test("docs/metrics.md is what the exporters say of themselves")
    func reference() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let committed = try String(contentsOf: root.appendingPathComponent("docs/metrics.md"), encoding: .utf8)
        #expect(try committed == MetricReferencePage.text(), "flatalert exporter metrics > docs/metrics.md makes it anew")
    }

    // MARK: Pages

    /// A source in the state that a test wants.
    private struct Source: MetricCollector {
        let sources: [SourceState]
        func collect() async {}
    }

    private static let pages = ExporterPages(
        exporter: Exporter(
            name: "gateway", registry: .init(),
            collectors: [Source(sources: [SourceState(name: "access log", place: "/a<b>", problem: "no such file", advice: "mount F:")])]),
        telemetryPath: "/m")

    private func answer(_ path: String, method: String = "GET") async -> (status: Int, text: String) {
        let response = await Self.pages.respond(to: WebRequest(method: method, path: path))
        guard case .bytes(let bytes) = response.body else { return (response.status, "") }
        return (response.status, String(decoding: bytes, as: UTF8.self))
    }

    @Test("the front page links to the metrics and says what is missing; other paths say where the metrics are")
    func front() async {
        let front = await answer("/")
        #expect(front.status == 200 && front.text.contains("<a href=\"./m\">"))
        #expect(front.text.contains("<tr><td>access log<td>/a&lt;b&gt;<td>no such file. mount F:\n"))
        #expect(await answer("/metrics") == (404, "404 page not found; the metrics are at /m\n"))
        #expect(await answer("/m", method: "DELETE").status == 405)
        #expect(await answer("/-/ready") == (200, "OK\n"))
    }

    @Test("a terminal is told what is read, what is missing and what to do")
    func welcome() {
        let text = ExporterWelcome(
            urls: ["http://localhost:9145/metrics"],
            exporters: [
                (
                    "gateway",
                    [
                        SourceState(name: "access log", place: "/a"),
                        SourceState(name: "error log", place: "/e", problem: "no such file", advice: "mount F:"),
                    ]
                )
            ]
        ).text
        #expect(text.contains("  ok    gateway    access log /a\n  warn  gateway    error log /e: no such file  → mount F:\n"))
    }
}
