import ArgumentParser
import Time
import Transport

/// `doctor`: looks at everything that a running or planned instance needs, and says what to do about what is wrong.
struct Doctor: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool doctor",
        abstract: "Check everything that a running or planned instance needs, and say the remedy.",
        discussion: """
            A line a check: ok, warn or FAIL, what was found, and what to do. Exits with 1 if anything fails. Nothing is changed, and nothing is sent \
            to receivers: test-fire does that. Flags that are not given are taken from FLATALERT_… as serve takes them.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Option(name: .customLong("config.file"), help: "The configuration file to check.", completion: .file())
    var configFile: String?

    @Option(name: .customLong("storage.path"), help: "The directory for data.", completion: .directory)
    var storagePath: String?

    @Option(name: .customLong("web.listen-address"), parsing: .singleValue, help: "Address that the instance listens on; repeatable.")
    var listenAddresses: [String] = []

    func run(_ session: ClientSession) async throws(ClientError) {
        let findings = try await findings(session, .system)
        for finding in findings { session.console.print(finding.line) }
        session.console.print(Self.summary(findings))
        guard !findings.contains(where: { $0.verdict == .failure }) else { throw .alreadyTold }
    }

    /// Looks at everything, in the order in which an instance needs it.
    func findings(_ session: ClientSession, _ probes: MachineProbes) async throws(ClientError) -> [DoctorFinding] {
        let variable = session.environment.variable
        let addresses = listenAddresses.isEmpty ? [variable("FLATALERT_WEB_LISTEN_ADDRESS") ?? ":9093"] : listenAddresses
        let instance = InstanceURL(session.configuredURL ?? Health.localURL(listenAddress: addresses[0]))
        let running = InstanceChecks(
            instance: instance, options: try session.clientOptions(for: instance.text), send: session.environment.send)
        let machine = MachineChecks(probes: probes)
        let runs = await running.answers()
        var findings: [DoctorFinding] = []
        if runs {
            findings += await running.findings()
        } else {
            findings.append(.ok("instance", "none answers at \(instance.shown): a planned one is checked"))
        }
        // What is beside this program says nothing about an instance elsewhere.
        if instance.isLocal {
            findings += runs ? [machine.heldPort(instance.port)] : machine.ports(addresses)
            let storage = storagePath ?? variable("FLATALERT_STORAGE_PATH")
            // Where a running instance keeps its data it does not tell; its journal is checked above.
            if let storage {
                findings.append(machine.storage(storage, runs: runs))
            } else if !runs {
                findings.append(machine.storage("data/", runs: false))
            }
            for kind in ExporterKind.allCases {
                let url = InstanceURL("http://localhost:\(kind.port)")
                findings += await InstanceChecks(instance: url, options: HTTPClientOptions(), send: session.environment.send)
                    .standaloneExporters()
            }
            findings.append(machine.clock(session.environment.now()))
            findings.append(machine.transport())
        }
        if let file = configFile ?? variable("FLATALERT_CONFIG_FILE") {
            findings += ConfigurationChecks(probes: probes, mode: session.matchers.mode).findings(file)
        } else if !runs {
            findings.append(.warning("config", "none is given: the built-in one tells only the inbox", "give --config.file"))
        }
        if !runs,
            let url = try? ExternalURL(
                flag: variable("FLATALERT_WEB_EXTERNAL_URL") ?? "", prefix: nil, listenAddress: addresses[0])
        {
            findings.append(machine.externalURL(url.url))
        }
        return findings
    }

    /// The last line.
    static func summary(_ findings: [DoctorFinding]) -> String {
        let failures = findings.count { $0.verdict == .failure }
        let warnings = findings.count { $0.verdict == .warning }
        let parts = [failures == 0 ? nil : "\(failures) FAIL", warnings == 0 ? nil : "\(warnings) warn"].compactMap { $0 }
        return parts.isEmpty ? "All is well." : parts.joined(separator: ", ") + (failures == 0 ? "" : ", exit 1")
    }
}
