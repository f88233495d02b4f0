import AlertRouter
import Labels

/// A configuration and its receivers, before anything is sent.
struct ConfigurationChecks {
    let probes: MachineProbes
    let mode: MatcherMode

    /// The file, and what it sends to.
    func findings(_ file: String) -> [DoctorFinding] {
        let configuration: AlertmanagerConfiguration
        do throws(ConfigurationError) {
            configuration = try AlertmanagerConfiguration.load(file: file, mode: mode)
        } catch {
            return error.lines.map { .failure("config", $0, "correct it; flatalert check-config \(file) tries again") }
        }
        let warnings: [DoctorFinding] = configuration.warnings(retention: .hours(120)).map { .warning("config", "\(file): \($0)", "") }
        var hosts: Set<String> = []
        let receivers = ReceiverCheck(resolves: probes.resolves).findings(on: configuration, knownHosts: &hosts)
        return (warnings.isEmpty ? [.ok("config", "\(file) loads")] : warnings) + receivers.map(finding)
    }

    private func finding(_ receiver: ReceiverFinding) -> DoctorFinding {
        guard !receiver.integration.isEmpty else {
            return .warning(
                "receiver", "\(receiver.receiver) has no integration: what is routed to it is told to nobody",
                "give it one, if that is not meant")
        }
        let name = "\(receiver.receiver) \(receiver.integration) \(receiver.place)"
        guard let problem = receiver.problem else { return .ok("receiver", name) }
        return receiver.isRouted
            ? .failure("receiver", "\(name): \(problem.message)", problem.advice)
            : .warning("receiver", "\(name): \(problem.message); no route leads there", problem.advice)
    }
}
