import ClientConfiguration
import Transport

/// Looks at receivers without sending anything: what can be known of a delivery before it is needed.
public struct ReceiverCheck: Sendable {
    /// Whether a name has an address; may take seconds.
    let resolves: @Sendable (String) -> Bool

    /// A check that asks the system's resolver.
    public init() { self.init(resolves: HostLookup.resolves) }

    /// A check with another resolver.
    public init(resolves: @escaping @Sendable (String) -> Bool) { self.resolves = resolves }

    /// All integrations of a configuration, in its order; a routed receiver without any has an element of its own, without a problem.
    ///
    /// Reads files, and asks the resolver once for each host that is not in `knownHosts`. Blocks meanwhile.
    public func findings(on configuration: AlertmanagerConfiguration, knownHosts: inout Set<String>) -> [ReceiverFinding] {
        let core = configuration.core()
        let routed = Set(core.routes.map(\.receiver))
        var unknownHosts: Set<String> = []
        return configuration.receivers.enumerated().flatMap { index, receiver in
            let isRouted = routed.contains(index)
            let integrations = receiver.integrations
            if integrations.isEmpty {
                return isRouted ? [ReceiverFinding(receiver: receiver.name, integration: "", place: "nobody", isRouted: true)] : []
            }
            return integrations.map { integration in
                var problem = Self.secretProblem(of: integration)
                // Only what somebody is told through is worth a question to the resolver.
                if problem == nil, isRouted { problem = hostProblem(of: integration, known: &knownHosts, unknown: &unknownHosts) }
                return ReceiverFinding(
                    receiver: receiver.name, integration: integration.label, place: integration.place(), isRouted: isRouted,
                    problem: problem)
            }
        }
    }

    /// A secret that cannot be read or is empty.
    static func secretProblem(of integration: IntegrationConfiguration) -> Problem? {
        integration.secrets.lazy.compactMap(problem(with:)).first
    }

    private static func problem(with secret: ConfiguredSecret) -> Problem? {
        switch secret.source.current() {
        case .failure(let fault):
            return Problem(
                "\(secret.place) (\(secret.key)) cannot be read: \(fault.message)",
                advice: "make \(secret.place) a file that this process may read")
        case .success(let text) where text.isEmpty:
            // Written out in the configuration, an empty user or password is meant.
            if case .inline = secret.source, secret.use != .address { return nil }
            return Problem("\(secret.place) (\(secret.key)) is empty", advice: "put the \(name(of: secret)) into \(secret.place)")
        case .success(let text):
            guard secret.use == .address, !text.contains("{{") else { return nil }
            do throws(WebURL.Fault) {
                _ = try WebURL.web(text, mask: "<redacted>")
                return nil
            } catch {
                return Problem(
                    "\(secret.place) (\(secret.key)) holds no URL to send to: \(error.message)\(error.rest)",
                    advice: "put one line with a URL that begins with http:// or https:// into \(secret.place)")
            }
        }
    }

    private static func name(of secret: ConfiguredSecret) -> String {
        switch secret.use {
        case .address: "URL"
        case .credential: "password or token"
        case .certificate: "PEM text"
        }
    }

    private func hostProblem(of integration: IntegrationConfiguration, known: inout Set<String>, unknown: inout Set<String>) -> Problem? {
        for host in integration.hostsToFind where !known.contains(host.name) {
            if !unknown.contains(host.name), resolves(host.name) {
                known.insert(host.name)
                continue
            }
            unknown.insert(host.name)
            return DeliveryAdvice.unknownHost(host.name)
        }
        return nil
    }
}
