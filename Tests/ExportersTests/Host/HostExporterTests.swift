import Exposition
import Logging
import Testing

@testable import Exporters

@Suite("The host's page")
struct HostExporterTests {
    private func exporter() throws -> (Exporter, HostFiles) {
        let files = try HostFiles()
        var options = HostOptions(version: "1.2.3")
        options.stateDirectory = files.directory
        return (HostExporter.make(options: options, log: Logger(label: "tests")), files)
    }

    @Test("this machine's page has all collectors with success and duration, and no flaw in either format")
    func page() async throws {
        let (exporter, files) = try exporter()
        defer { withExtendedLifetime(files) {} }
        let text = String(decoding: await exporter.page(accept: nil, acceptEncoding: nil).body, as: UTF8.self)
        let lines = text.split(separator: "\n")
        for collector in ["cpu", "filesystem", "loadavg", "meminfo", "netdev", "stat", "time", "uname"] {
            #expect(lines.contains("node_scrape_collector_success{collector=\"\(collector)\"} 1"))
            #expect(lines.contains { $0.hasPrefix("node_scrape_collector_duration_seconds{collector=\"\(collector)\"} ") })
        }
        #expect(lines.contains(#"host_exporter_build_info{version="1.2.3"} 1"#))
        for name in [
            "node_cpu_seconds_total{", "node_memory_MemTotal_bytes ", "node_filesystem_size_bytes{", "node_network_receive_bytes_total{",
            "process_cpu_seconds_total ",
        ] {
            #expect(lines.contains { $0.hasPrefix(name) }, "\(name)")
        }
        for format in [ExpositionFormat.text, .openMetrics] {
            let problems = ExpositionLint.problems(exporter.registry.render(as: format), format: format)
            #expect(problems.filter { $0.check.refusesPage }.isEmpty, "\(problems)")
        }
    }

    @Test("what may be on the page is the same on all machines, so that it can be documented")
    func definitions() throws {
        let (exporter, files) = try exporter()
        defer { withExtendedLifetime(files) {} }
        let definitions = exporter.registry.definitions.filter { !$0.name.hasPrefix("process_") }
        #expect(definitions.count == 121)
        #expect(definitions.allSatisfy { $0.help.hasSuffix(".") || $0.help.hasSuffix("value is 1") })
        #expect(definitions.filter { $0.type == .counter }.allSatisfy { $0.name.hasSuffix("_total") })
    }
}
