import Exposition
import Foundation
import Logging
import Testing
import Time

@testable import Exporters

@Suite("The CNI exporter's page")
struct CNIExporterTests {
    /// A host of files: kernel, configuration, IPAM, plugin, log.
    private final class Host {
        let root: URL
        var options = CNIOptions(version: "1.2.3")

        init() throws {
            root = FileManager.default.temporaryDirectory.appending(path: "cni-\(UUID().uuidString)")
            options.plugin = root.path + "/flatnet"
            options.configDirectory = root.path + "/net.d"
            options.ipamFile = root.path + "/ipam.json"
            options.eventLog = root.path + "/cni.log"
            options.stateDirectory = root.path + "/state"
            options.sysDirectory = root.path + "/sys"
            options.procDirectory = root.path + "/proc"
            options.probeInterval = .zero
            options.fromBeginning = true
            try write("proc/sys/net/ipv4/ip_forward", "1\n")
            try write("sys/class/net/flatnet-br0/operstate", "up\n")
            try plugin(#"echo '{"cniVersion":"1.0.0","supportedVersions":["0.4.0","1.0.0"]}'"#)
        }

        deinit { try? FileManager.default.removeItem(at: root) }

        func write(_ path: String, _ text: String) throws {
            let file = root.appending(path: path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }

        func plugin(_ script: String) throws {
            try write("flatnet", "#!/bin/sh\n\(script)\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: options.plugin)
        }

        func remove(_ path: String) throws { try FileManager.default.removeItem(at: root.appending(path: path)) }

        func exporter() throws -> Exporter {
            try CNIExporter.make(options: options, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }
    }

    /// The samples of a page by their series.
    private static func page(_ exporter: Exporter) async -> [String: String] {
        let page = await exporter.page(accept: nil, acceptEncoding: nil)
        let lines = String(decoding: page.body, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
        return Dictionary(
            lines.compactMap { line in line.lastIndex(of: " ").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) } },
            uniquingKeysWith: { first, _ in "twice: \(first)" })
    }

    private static let configuration = #"{"name":"flatnet","_comment":1,"plugins":[{"type":"flatnet","ipam":{"type":"flatnet-ipam"}}]}"#
    private static let state =
        #"{"subnet":"10.87.1.0/24","gateway":"10.87.1.1","range_start":"10.87.1.2","range_end":"10.87.1.254","allocations":{"0b454b316303e7":"10.87.1.2","07910d97e943a1":"10.87.1.3"}}"#

    @Test("everything is zero from the first scrape, and what is not known is absent")
    func zeros() async throws {
        let host = try Host()
        let exporter = try host.exporter()
        let page = await Self.page(exporter)
        for operation in ["ADD", "DEL", "CHECK"] {
            for status in ["success", "failure"] {
                #expect(page["flatnet_cni_operations_total{operation=\"\(operation)\",status=\"\(status)\"}"] == "0")
            }
            #expect(page["flatnet_cni_operation_duration_seconds_count{operation=\"\(operation)\"}"] == "0")
        }
        #expect(page[#"flatnet_cni_gateway_registrations_total{operation="register",status="failure"}"#] == "0")
        #expect(page[#"flatnet_cni_errors_total{code="102"}"#] == "0")
        #expect(page["flatnet_cni_ip_allocated"] == "0" && page["flatnet_cni_ip_pool_size"] == nil && page["flatnet_cni_ip_free"] == nil)
        #expect(page["flatnet_cni_plugin_up"] == "0" && page["flatnet_cni_event_log_up"] == "0" && page["flatnet_cni_ipam_up"] == "0")
        #expect(page["flatnet_cni_ipam_read_errors_total"] == "0", "no container was started yet, which is no error")
        #expect(page[#"cni_exporter_build_info{version="1.2.3"}"#] == "1")
        #expect(Set(exporter.sources.filter { $0.problem != nil }.map(\.name)) == ["CNI event log", "IPAM state", "network configuration"])
        #expect(exporter.sources.allSatisfy { ($0.problem == nil) == $0.advice.isEmpty })
        await exporter.stop()
    }

    @Test("addresses, devices and operations are told as they are")
    func values() async throws {
        let host = try Host()
        try host.write("net.d/10.conflist", Self.configuration)
        try host.write("ipam.json", Self.state)
        try host.write("sys/class/net/fn-0b454b316303/operstate", "up")
        try host.write("cni.log", #"{"operation":"ADD","status":"success","duration_ms":26}"# + "\n")
        let exporter = try host.exporter()
        let page = await Self.page(exporter)
        #expect(page["flatnet_cni_plugin_up"] == "1")
        #expect(
            page["flatnet_cni_ip_allocated"] == "2" && page["flatnet_cni_ip_free"] == "251" && page["flatnet_cni_ip_pool_size"] == "253")
        #expect(page["flatnet_cni_active_containers"] == "1" && page["flatnet_cni_ip_stale_allocations"] == "1")
        #expect(page[#"flatnet_cni_bridge_up{bridge="flatnet-br0"}"#] == "1" && page["flatnet_cni_ip_forwarding_enabled"] == "1")
        #expect(page["flatnet_cni_containers_created_total"] == "1" && page["flatnet_cni_event_log_up"] == "1")
        #expect(page[#"flatnet_cni_operation_duration_seconds_bucket{operation="ADD",le="0.05"}"#] == "1")
        #expect(page[#"flatnet_cni_operation_duration_seconds_sum{operation="ADD"}"#] == "0.026")
        #expect(!page.keys.contains { $0.contains("0b454b316303") }, "a container's ID is in a label")
        #expect(exporter.sources.allSatisfy { $0.problem == nil })
        await exporter.stop()
    }

    @Test("a source that breaks keeps its last good values, and says so")
    func broken() async throws {
        let host = try Host()
        try host.write("net.d/10.conflist", Self.configuration)
        try host.write("ipam.json", Self.state)
        let exporter = try host.exporter()
        _ = await Self.page(exporter)
        for (step, text) in ["", "{\"subnet\": ", "[]"].enumerated() {
            try host.write("ipam.json", text)
            let page = await Self.page(exporter)
            #expect(
                page["flatnet_cni_ip_allocated"] == "2" && page["flatnet_cni_ip_pool_size"] == "253" && page["flatnet_cni_ipam_up"] == "0")
            #expect(page["flatnet_cni_ipam_read_errors_total"] == "\(step + 1)")
        }
        try host.remove("ipam.json")
        #expect(await Self.page(exporter)["flatnet_cni_ipam_read_errors_total"] == "4", "a state that was there has vanished")
        try host.write("ipam.json", Self.state.replacing("\"07910d97e943a1\"", with: "\"1\""))
        let page = await Self.page(exporter)
        #expect(page["flatnet_cni_ipam_up"] == "1" && page["flatnet_cni_ipam_read_errors_total"] == "4")
        await exporter.stop()
    }

    @Test("the bridge is up without containers, and down when it is gone")
    func bridge() async throws {
        let host = try Host()
        let exporter = try host.exporter()
        let series = #"flatnet_cni_bridge_up{bridge="flatnet-br0"}"#
        #expect(await Self.page(exporter)[series] == "1")
        try host.write("sys/class/net/flatnet-br0/operstate", "down\n")
        #expect(await Self.page(exporter)[series] == "0")
        try FileManager.default.createDirectory(
            at: host.root.appending(path: "sys/class/net/flatnet-br0/brif"), withIntermediateDirectories: true)
        try host.write("sys/class/net/flatnet-br0/flags", "0x1003\n")
        #expect(await Self.page(exporter)[series] == "1")
        try host.write("sys/class/net/flatnet-br0/flags", "0x1002\n")
        #expect(await Self.page(exporter)[series] == "0")
        try host.remove("sys/class/net/flatnet-br0")
        #expect(await Self.page(exporter)[series] == "0")
        await exporter.stop()
    }

    @Test("the plugin is up when it answers and is configured, and its fault is told in words")
    func plugin() async throws {
        let host = try Host()
        host.options.probeLimit = .seconds(1)
        try host.write("net.d/20-odd.conflist", "no JSON")
        try host.write("net.d/30.conflist", #"{"plugins":[{"type":"bridge"}]}"#)
        let exporter = try host.exporter()
        func state() async -> (String?, String?) {
            let page = await Self.page(exporter)
            return (page["flatnet_cni_plugin_up"], exporter.sources.first { $0.name == "CNI plugin" }?.problem)
        }
        #expect(await state() == ("0", nil))
        #expect(exporter.sources.first { $0.name == "network configuration" }?.problem?.contains("20-odd.conflist is no JSON") == true)
        try host.write("net.d/40.conflist", Self.configuration)
        #expect(await state() == ("1", nil))
        try host.plugin("echo '{\"code\":4,\"msg\":\"odd\"}'; exit 1")
        #expect(await state() == ("0", "it ended with exit code 1: odd"))
        try host.plugin("exec sleep 60")
        let (up, problem) = await state()
        #expect(up == "0" && problem == "it has not answered within 1s and was killed")
        try host.plugin("kill -9 $$")
        #expect(await state() == ("0", "it was ended by signal 9"))
        try host.plugin("echo words")
        #expect(await state() == ("0", "its answer is no JSON"))
        try host.remove("flatnet")
        #expect(await state() == ("0", "it cannot be run: No such file or directory"))
        try host.plugin(#"read question; echo "{\"supportedVersions\":[\"$CNI_COMMAND\"]}""#)
        #expect(await state() == ("1", nil))
        await exporter.stop()
    }

    @Test("scrapes that come while the plugin is asked for the first time wait for its answer")
    func firstAnswer() async throws {
        let host = try Host()
        host.options.probeInterval = .hours(1)
        host.options.probeLimit = .minutes(10)
        try host.write("net.d/10.conflist", Self.configuration)
        let (asked, go) = (host.root.path + "/asked", host.root.path + "/go")
        try host.plugin(#"echo x >>\#(asked); until [ -e \#(go) ]; do sleep 0.01; done; echo '{"supportedVersions":["1.0.0"]}'"#)
        let exporter = try host.exporter()
        async let first = Self.page(exporter)
        while !FileManager.default.fileExists(atPath: asked) { await Task.yield() }
        let seconds = (0..<8).map { _ in Task { await Self.page(exporter) } }
        for _ in 0..<1000 { await Task.yield() }
        try host.write("go", "")
        #expect(await first["flatnet_cni_plugin_up"] == "1")
        for second in seconds { #expect(await second.value["flatnet_cni_plugin_up"] == "1") }
        #expect(try String(contentsOfFile: asked, encoding: .utf8) == "x\n", "the plugin was asked more than once")
        await exporter.stop()
    }

    @Test("values that lead nowhere are refused by their flags")
    func refused() throws {
        let host = try Host()
        host.options.bridge = "a/b"
        #expect(
            throws: CNIOptionsError.invalid(
                flag: "cni.bridge", value: "a/b", advice: "give a network device's name, at most 15 bytes without a slash")
        ) {
            try host.exporter()
        }
        host.options.bridge = "br0"
        host.options.eventLog = "cni.log"
        let error = #expect(throws: CNIOptionsError.self) { try host.exporter() }
        #expect("\(error, default: "")".hasPrefix("--cni.event-log: \"cni.log\": give an absolute path"))
        host.options.eventLog = nil
        _ = try host.exporter()
    }

    @Test("the page has nothing that a strict reader would refuse")
    func lint() async throws {
        let host = try Host()
        try host.write("net.d/10.conflist", Self.configuration)
        try host.write("ipam.json", Self.state)
        let exporter = try host.exporter()
        let page = await exporter.page(accept: nil, acceptEncoding: nil)
        #expect(ExpositionLint.problems(page.body, format: .text) == [])
        await exporter.stop()
        try host.write("ipam.json", Self.state.replacing("10.87.1.0/24", with: "").replacing("\"gateway\":\"10.87.1.1\",", with: ""))
        let bare = try host.exporter()
        #expect(ExpositionLint.problems(await bare.page(accept: nil, acceptEncoding: nil).body, format: .text) == [])
        await bare.stop()
        host.options.hostLocalDirectory = host.root.path + "/networks"
        try host.write("networks/10.9.0.3", "07910d97e943\r\neth0")
        try host.write("networks/last_reserved_ip.0", "10.9.0.3")
        try host.write("net.d/10.conflist", #"{"plugins":[{"type":"flatnet","ipam":{"type":"host-local","subnet":"10.9.0.0/29"}}]}"#)
        let local = try host.exporter()
        let text = await local.page(accept: nil, acceptEncoding: nil).body
        #expect(ExpositionLint.problems(text, format: .text) == [])
        #expect(String(decoding: text, as: UTF8.self).contains("\nflatnet_cni_ip_allocated 1\n"))
        #expect(String(decoding: text, as: UTF8.self).contains("\nflatnet_cni_ip_pool_size 5\n"))
        await local.stop()
    }
}
