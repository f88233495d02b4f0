import Exposition

extension Router {
    func configuration(of epoch: UInt32) -> AlertmanagerConfiguration? { loaded.withLockedValue { $0[epoch] } }

    func testNotifier() -> Notifier { notifier.apart() }
}

extension RouterMetrics {
    /// Adds what is known of receivers before anything is sent.
    func attach(to watch: ReceiverWatch) {
        registry.collect(
            "flatalert_receiver_problem", help: "Whether something is known to keep a routed receiver's integration from delivering.",
            labels: ["receiver", "integration"]
        ) { [weak watch] in
            (watch?.findings ?? []).filter { $0.isRouted && !$0.integration.isEmpty }.map { finding in
                MetricSample(labels: [finding.receiver, finding.integration], value: finding.problem == nil ? 0 : 1)
            }
        }
    }
}
