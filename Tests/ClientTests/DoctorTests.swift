import AlertRouter
import Foundation
import Testing
import Time
import Transport
import WebServer

@testable import flatalert

@Suite("doctor")
struct DoctorTests {
    typealias Site = MachineProbes.Site

    /// A machine where all is well.
    private static func probes() -> MachineProbes {
        MachineProbes(
            listenProblem: { _ in nil }, portHolder: { _ in PortHolder(pid: 7, command: "flatalert") },
            site: { Site(path: $0, exists: true, magic: 0xEF53, freeBytes: 68 << 30) }, resolves: { _ in true }, transportProblem: { nil },
            hasZones: { true })
    }

    private func findings(
        _ arguments: [String] = [], _ probes: MachineProbes = probes(), variables: [String: String] = [:],
        answer: @escaping @Sendable (String) -> String? = { _ in nil }
    ) async throws -> [DoctorFinding] {
        let command = try Doctor.parse(arguments)
        let environment = ClientEnvironment(
            program: "flatalert", variable: { variables[$0] }, userName: { "joe" }, contents: { _ throws(ClientError) in nil },
            standardInput: { () throws(ClientError) in nil }, now: { RFC3339.parse("2026-11-22T12:00:00Z") ?? .goZero },
            send: { request throws(TransportError) in
                guard let body = answer(request.url) else { throw .connect("connection refused") }
                return HTTPResponse(status: 200, body: Array(body.utf8))
            },
            console: Console { _, _ in })
        return try await command.findings(try ClientSession(command.global, in: environment), probes)
    }

    private func line(_ findings: [DoctorFinding], _ topic: String) -> String { findings.first { $0.topic == topic }?.line ?? "none" }

    @Test("a planned instance on a good machine only lacks a configuration and a URL for its readers")
    func planned() async throws {
        let found = try await findings(variables: ["FLATALERT_WEB_EXTERNAL_URL": "https://alerts.example.jp"])
        #expect(found.filter { $0.verdict != .ok }.map(\.topic) == ["config"])
        #expect(line(found, "port") == "ok    port       :9093 is free")
        #expect(line(found, "storage") == "ok    storage    data/: ext4, 68 GB free")
        #expect(line(found, "config").hasSuffix("→ give --config.file"))
        #expect(Doctor.summary(found) == "1 warn")
        let local = try await findings(variables: ["FLATALERT_WEB_EXTERNAL_URL": "http://localhost:9093"])
        #expect(line(local, "links").hasPrefix("warn  links"))
    }

    @Test("a taken port names its holder")
    func port() async throws {
        var probes = Self.probes()
        probes.listenProblem = { .portTaken(address: $0, holder: PortHolder(pid: 12, command: "nginx")) }
        let found = try await findings(["--web.listen-address", ":80", "--web.listen-address", ":81"], probes)
        #expect(found.filter { $0.topic == "port" }.count == 2)
        #expect(line(found, "port").hasPrefix("FAIL  port       cannot listen on :80: the port is taken by nginx (pid 12)  → stop it"))
        #expect(Doctor.summary(found).hasSuffix("exit 1"))
    }

    @Test(
        "a directory that cannot keep data is found",
        arguments: [
            (Site(path: "/d", exists: true, magic: 0x0102_1997, freeBytes: 1 << 40), "FAIL", "9p"),
            (Site(path: "/d", exists: true, isWritable: false, magic: 0xEF53, freeBytes: 1 << 40), "FAIL", "not writable"),
            (Site(path: "/d", exists: true, isDirectory: false), "FAIL", "no directory"),
            (Site(path: "/d", exists: true, magic: 0xEF53, freeBytes: 1 << 20), "FAIL", "1 MB free"),
            (Site(path: "/d", exists: true, magic: 0xEF53, freeBytes: 100 << 20), "warn", "100 MB free"),
            (Site(path: "/d", exists: true, magic: 0x0102_1994, freeBytes: 1 << 40), "warn", "in memory"),
            (Site(path: "/d", exists: true, magic: 0x794C_7630, freeBytes: 1 << 40), "warn", "container"),
            (Site(path: "/d", exists: true, magic: 0xEF53, freeBytes: 1 << 40, holder: 99), "FAIL", "process 99"),
            (Site(path: "/", exists: false, magic: 0xEF53, freeBytes: 1 << 40), "ok", "will be made in /"),
        ])
    func storage(_ site: Site, _ verdict: String, _ part: String) async throws {
        var probes = Self.probes()
        probes.site = { _ in site }
        let found = line(try await findings(["--storage.path", "/d"], probes), "storage")
        #expect(found.hasPrefix(verdict) && found.contains(part), "\(found)")
    }

    @Test("a clock that cannot be right, missing zones and a missing libcurl are found")
    func machine() throws {
        var probes = Self.probes()
        #expect(MachineChecks(probes: probes).clock(Timestamp(seconds: 0), zone: .utc).verdict == .failure)
        let now = Timestamp(seconds: 1_800_000_000)
        #expect(MachineChecks(probes: probes).clock(now, zone: .utc).line == "ok    clock      2027-01-15 08:00 UTC")
        (probes.hasZones, probes.transportProblem) = ({ false }, { "libcurl 8 has no TLS; install Debian's libcurl4" })
        #expect(MachineChecks(probes: probes).clock(now, zone: .utc).verdict == .warning)
        #expect(MachineChecks(probes: probes).transport().line == "FAIL  https      libcurl 8 has no TLS  → install Debian's libcurl4")
    }

    @Test("a configuration is loaded, and its receivers are looked at")
    func configuration() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("flatalert-\(UUID().uuidString).yml").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let text = """
            route: {receiver: a, routes: [{matchers: [x="y"], receiver: c}]}
            receivers: [{name: a, webhook_configs: [{url: 'http://gone.test/'}, {url_file: /none/url}, {url: 'http://there.test/'}]},
              {name: b, webhook_configs: [{url_file: /none/url}]}, {name: c}]
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        var probes = Self.probes()
        probes.resolves = { $0 != "gone.test" }
        let found = try await findings(["--config.file", path], probes).filter { $0.topic == "receiver" }
        #expect(found.map(\.verdict) == [.failure, .failure, .ok, .warning, .warning])
        #expect(found[0].text == "a webhook[0] gone.test: the host gone.test is not known")
        #expect(found[1].remedy == "make /none/url a file that this process may read")
        #expect(found[4].text.hasPrefix("c has no integration"))
        try Data("route: {receiver: z}\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(line(try await findings(["--config.file", path]), "config").hasPrefix("FAIL  config"))
    }

    @Test("a running instance tells about itself, and the machine's port is its own")
    func running() async throws {
        let found = try await findings { url in
            switch url.split(separator: "/", maxSplits: 2).last {
            case "-/healthy": "OK"
            case "api/v2/status": #"{"uptime":"2026-11-22T11:00:00Z","versionInfo":{"version":"0.34.0","revision":"flatalert-0.0.9"}}"#
            case "metrics": "flatalert_journal_durable 0\nalertmanager_config_last_reload_successful 1\n"
            case "api/flatalert/v1/receivers":
                ##"{"receivers":[{"name":"a","routed":true,"integrations":[{"integration":"slack[0]","where":"#a","problem":"p","advice":"do"},"##
                    + ##"{"integration":"slack[1]","where":"#b","last":{"kind":"delivery_failed","time":"t","error":"boom"}}]},"##
                    + ##"{"name":"b","routed":false,"integrations":[{"integration":"slack[0]","where":"#c","problem":"p"}]}]}"##
            default: nil
            }
        }
        #expect(line(found, "instance").contains("runs 0.0.9") && line(found, "instance").hasPrefix("warn"))
        #expect(line(found, "journal").hasPrefix("FAIL") && line(found, "config").hasPrefix("ok"))
        #expect(line(found, "port") == "ok    port       9093 is held by flatalert (pid 7)")
        #expect(found.filter { $0.topic == "receiver" }.map(\.verdict) == [.failure, .warning])
        #expect(line(found, "receiver") == "FAIL  receiver   a slack[0] #a: p  → do")
        #expect(!found.contains { $0.topic == "storage" || $0.topic == "links" })
    }

    @Test("an Alertmanager in its place is named; an instance elsewhere says nothing about this machine")
    func others() async throws {
        let found = try await findings { url in
            switch url.split(separator: "/", maxSplits: 2).last {
            case "-/healthy": "OK"
            case "api/v2/status": #"{"versionInfo":{"version":"0.27.0","revision":"abc"}}"#
            default: nil
            }
        }
        #expect(line(found, "instance").contains("is an Alertmanager 0.27.0, not Flatalert"))
        let remote = try await findings(["--alertmanager.url", "http://far.test:9093"])
        #expect(!remote.contains { ["port", "storage", "clock", "https"].contains($0.topic) })
    }

    @Test("this machine's own answers: a port in use, a directory that is not there yet")
    func system() async throws {
        let server = WebServer(options: WebServerOptions(listen: ["127.0.0.1:0"])) { _ in WebResponse(status: 200) }
        let address = try await server.start()[0]
        guard case .portTaken(_, let holder) = MachineProbes.system.listenProblem(address) else {
            Issue.record("the port is not taken")
            return
        }
        #expect(holder?.pid == getpid())
        await server.shutdown(within: .seconds(1))
        #expect(MachineProbes.system.listenProblem(address) == nil)
        #expect(MachineProbes.system.listenProblem("nonsense") != nil)
        let temporary = FileManager.default.temporaryDirectory.path
        let site = MachineProbes.system.site("\(temporary)/flatalert-\(UUID().uuidString)/data")
        #expect(!site.exists && site.isDirectory && site.isWritable && site.freeBytes != nil && site.magic != nil)
        #expect(site.path == temporary || site.path == temporary + "/")
    }

    @Test("targets that are down, rules that cannot be evaluated and built-in ones that are off are told")
    func rules() async throws {
        let answers = [
            "/-/healthy": "OK", "/metrics": "",
            "/api/v2/status": #"{"versionInfo":{"revision":"flatalert-\#(ProductInfo.version)"},"uptime":"2026"}"#,
            "/api/v1/targets?state=active":
                #"{"data":{"activeTargets":[{"health":"up","scrapePool":"a"},{"health":"down","scrapePool":"b","scrapeUrl":"http://h:1/m","lastError":"refused"}]}}"#,
            "/api/v1/rules?exclude_alerts=true":
                #"{"data":{"groups":[{"file":"monitoring.yml","rules":[{"name":"A","health":"err","lastError":"no vector"},{"name":"B","health":"ok"}]}]}}"#,
        ]
        func found(_ answers: [String: String]) async throws -> [DoctorFinding] {
            try await findings { url in answers.first { url.hasSuffix(":9093" + $0.key) }?.value }
        }
        let sick = try await found(answers)
        #expect(line(sick, "targets").hasPrefix("warn  targets    1 of 2 targets down: http://h:1/m: refused"))
        #expect(line(sick, "rules").hasPrefix("FAIL  rules      1 of 2 rules cannot be evaluated: A: no vector"))
        #expect(sick.contains { $0.topic == "rules" && $0.text.hasPrefix("off, no scrape job \"gateway\": GatewayDown") })
        #expect(sick.contains { $0.topic == "rules" && $0.text.hasPrefix("off, no scrape job \"node\": DiskSpaceWarning") })
        var well = answers
        well["/api/v1/targets?state=active"] = #"{"data":{"activeTargets":[{"health":"up","scrapePool":"a"}]}}"#
        well["/api/v1/rules?exclude_alerts=true"] = #"{"data":{"groups":[{"file":"/etc/rules.yml","rules":[{"name":"B","health":"ok"}]}]}}"#
        let healthy = try await found(well)
        #expect(line(healthy, "targets") == "ok    targets    1 target of 1 job, none down")
        #expect(line(healthy, "rules") == "ok    rules      1 rule, all can be evaluated")
        #expect(!healthy.contains { $0.text.hasPrefix("off,") })
    }

    @Test("sources of exporters are told with what to do, inside the instance and beside it; what is missing is no failure")
    func exporters() async throws {
        let found = try await findings { url in
            switch url {
            case "http://127.0.0.1:9093/-/healthy": "OK"
            case "http://127.0.0.1:9093/api/v2/status":
                #"{"uptime":"t","versionInfo":{"version":"0.34.0","revision":"flatalert-\#(ProductInfo.version)"}}"#
            case "http://127.0.0.1:9093/metrics", "http://127.0.0.1:9093/metrics/gateway": "x 1\n"
            case "http://127.0.0.1:9093/api/flatalert/v1/exporters":
                #"{"exporters":[{"name":"gateway","path":"/metrics/gateway","sources":[{"name":"access log","place":"/a"},"#
                    + #"{"name":"API","place":"http://gw:8080","problem":"answered with 403","advice":"allow us"}]},"#
                    + #"{"name":"host","path":"/metrics/host","sources":[]}]}"#
            case "http://localhost:9146/-/sources":
                #"{"exporters":[{"name":"cni","sources":[{"name":"event log","place":"/c","problem":"no file","advice":"install"}]}]}"#
            default: nil
            }
        }
        let lines = found.map(\.line)
        #expect(lines.contains("ok    gateway    access log /a"))
        #expect(lines.contains("warn  gateway    API http://gw:8080: answered with 403  → allow us"))
        #expect(lines.contains("warn  cni        event log /c: no file  → install"))
        // The page that does not answer is one.
        #expect(found.filter { $0.verdict == .failure }.map(\.text) == ["http://127.0.0.1:9093/metrics/host does not answer"])
    }
}
