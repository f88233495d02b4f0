import Dispatch
import Logging
import NIOConcurrencyHelpers
import Time

/// Keeps what is known of receivers before anything is sent: looked at when a configuration is loaded, and once a minute from then on, in a thread of
/// its own. Nothing ever waits for it: a resolver that is not there yet must not keep alerts from being told.
final class ReceiverWatch: Sendable {
    private struct State {
        var findings: [ReceiverFinding] = []
        var externalURL: Problem?
        /// The loads so far; a look that was begun under an earlier one is not kept.
        var generation = 0
        var isStopped = false
    }

    private let state = NIOLockedValueBox(State())
    private let queue = DispatchQueue(label: "flatalert.receivers", qos: .utility)
    private let check: ReceiverCheck
    private let externalURL: String
    private let interval: DispatchTimeInterval
    private let log: Logger

    /// A watch that has not looked yet; `interval` lies between its looks.
    init(externalURL: String, check: ReceiverCheck = ReceiverCheck(), interval: DispatchTimeInterval = .seconds(60), log: Logger) {
        self.externalURL = externalURL
        self.check = check
        self.interval = interval
        self.log = log
    }

    /// What is known now; empty until the first look is over.
    var findings: [ReceiverFinding] { state.withLockedValue { $0.findings } }

    /// Why people cannot open the links in messages; nil when nothing speaks against it.
    var externalURLProblem: Problem? { state.withLockedValue { $0.externalURL } }

    /// Watches the receivers of this configuration from now on.
    ///
    /// - Parameter isStart: Whether the external URL, which a reload does not change, is to be looked at too.
    func watch(_ configuration: AlertmanagerConfiguration, isStart: Bool) {
        let generation = state.withLockedValue { state in
            state.generation += 1
            return state.generation
        }
        queue.async { [self] in
            if isStart { lookAtExternalURL() }
            var hosts: Set<String> = []
            look(at: configuration, knownHosts: &hosts, generation: generation, isFirst: true)
            lookAgain(at: configuration, knownHosts: hosts, generation: generation)
        }
    }

    /// Ends it; a look that is under way changes nothing any more.
    func stop() {
        state.withLockedValue { state in
            state.generation += 1
            state.isStopped = true
        }
    }

    /// Returns when the looks that were begun before are over.
    func settled() async {
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }

    private func lookAgain(at configuration: AlertmanagerConfiguration, knownHosts: Set<String>, generation: Int) {
        queue.asyncAfter(deadline: .now() + interval) { [weak self] in
            guard let self, isCurrent(generation) else { return }
            var hosts = knownHosts
            look(at: configuration, knownHosts: &hosts, generation: generation, isFirst: false)
            lookAgain(at: configuration, knownHosts: hosts, generation: generation)
        }
    }

    private func isCurrent(_ generation: Int) -> Bool { state.withLockedValue { $0.generation == generation && !$0.isStopped } }

    private func look(at configuration: AlertmanagerConfiguration, knownHosts: inout Set<String>, generation: Int, isFirst: Bool) {
        guard isCurrent(generation) else { return }
        let found = check.findings(on: configuration, knownHosts: &knownHosts)
        let before: [ReceiverFinding]? = state.withLockedValue { state in
            guard state.generation == generation else { return nil }
            defer { state.findings = found }
            return isFirst ? [] : state.findings
        }
        guard let before else { return }
        for finding in found where finding.isRouted && !before.contains(finding) { tell(finding, isFirst: isFirst) }
    }

    private func tell(_ finding: ReceiverFinding, isFirst: Bool) {
        var metadata: Logger.Metadata = ["receiver": "\(finding.receiver)"]
        guard !finding.integration.isEmpty else {
            log.info("A receiver has no integration: what is routed to it is told to nobody", metadata: metadata)
            return
        }
        metadata["integration"] = "\(finding.integration)"
        if let problem = finding.problem {
            log.warning(
                "A receiver cannot deliver",
                metadata: metadata.merging(["err": "\(problem.message)", "advice": "\(problem.advice)"]) { $1 })
        } else if !isFirst {
            log.info("Nothing speaks against a receiver any more", metadata: metadata)
        }
    }

    private func lookAtExternalURL() {
        guard let problem = ExternalURLCheck.problem(of: externalURL, resolves: check.resolves) else { return }
        state.withLockedValue { $0.externalURL = problem }
        log.warning(
            "People may not be able to open links in messages", metadata: ["err": "\(problem.message)", "advice": "\(problem.advice)"])
    }
}
