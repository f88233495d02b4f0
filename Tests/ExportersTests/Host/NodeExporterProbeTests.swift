import Testing
import Transport
import WebServer

@testable import Exporters

/// Asks a server that answers with this page.
private func answered<Value>(
    _ page: String, status: Int = 200, _ ask: (_ port: Int, Transport) async -> Value
) async throws -> Value {
    let server = WebServer(options: WebServerOptions(listen: ["127.0.0.1:0"])) { request in
        request.path == "/metrics" ? WebResponse(status: status, text: page) : WebResponse(status: 404, text: "")
    }
    let address = try #require(try await server.start().first)
    let port = try #require(address.split(separator: ":").last.flatMap { Int($0) })
    let transport = Transport(name: "tests")
    let value = await ask(port, transport)
    transport.shutdown()
    await server.shutdown()
    return value
}

private let nodeExporter = """
    # HELP node_exporter_build_info A metric
    # TYPE node_exporter_build_info gauge
    node_exporter_build_info{branch="debian/sid",goversion="go1.19.8",revision="1.5.0-1+b6",version="1.5.0"} 1
    node_load1 0.5

    """

@Suite("Who tells of this host already")
struct NodeExporterProbeTests {
    @Test("node-exporter is known by its build, with its version")
    func nodeExporterAnswers() async throws {
        let finding = try await answered(nodeExporter) { await NodeExporterProbe.look(at: "http://127.0.0.1:\($0)/metrics", over: $1) }
        #expect(finding == .nodeExporter(version: "1.5.0"))
        #expect(finding.reasonToStayOff == "node-exporter 1.5.0 tells of this host already; Flatalert's own host metrics stay off")
    }

    @Test("our own exporter, another server and silence are no reason to stay off")
    func others() async throws {
        func look(_ page: String, status: Int = 200) async throws -> NodeExporterProbe.Finding {
            try await answered(page, status: status) { await NodeExporterProbe.look(at: "http://127.0.0.1:\($0)/metrics", over: $1) }
        }
        #expect(try await look("host_exporter_build_info{version=\"0.7\"} 1\n") == .hostExporter(version: "0.7"))
        #expect(try await look("hello\n# node_exporter_build_info{version=\"1\"} 1\nxnode_exporter_build_info{} 1") == .other)
        #expect(try await look(nodeExporter, status: 500) == .other)
        let transport = Transport(name: "tests")
        defer { transport.shutdown() }
        // Port 1 of this machine: nobody listens there.
        let silence = await NodeExporterProbe.look(at: "http://127.0.0.1:1/metrics", over: transport)
        #expect(silence == .nothing)
        for finding in [silence, .other, .hostExporter(version: "1")] { #expect(finding.reasonToStayOff == nil) }
    }

    @Test(
        "odd versions are told as they are, shortened",
        arguments: [
            (#"node_exporter_build_info{goversion="go1",version=""} 1"#, ""), (#"node_exporter_build_info{goversion="go1"} 1"#, ""),
            ("node_exporter_build_info{version=\"" + String(repeating: "9", count: 100) + "\"} 1", String(repeating: "9", count: 64)),
        ])
    func versions(page: String, version: String) {
        #expect(NodeExporterProbe.finding(in: Array(page.utf8)) == .nodeExporter(version: version))
    }

    @Test("the hint for a taken port says what answers there")
    func hint() async throws {
        #expect(
            try await answered(nodeExporter) { await NodeExporterProbe.hint(takenPort: $0, over: $1) }
                == "node-exporter 1.5.0 answers there and tells the same of this host: scrape that one instead")
        #expect(
            try await answered("host_exporter_build_info{version=\"7\"} 1") { await NodeExporterProbe.hint(takenPort: $0, over: $1) }
                == "Flatalert's host exporter 7 answers there already: scrape that one instead")
        #expect(try await answered("") { await NodeExporterProbe.hint(takenPort: $0, over: $1) } == nil)
    }
}
