import Exposition
import Logging
import NIOConcurrencyHelpers
import Time

/// Whether the plugin can be run and some network's configuration names it.
final class PluginCollector: MetricCollector {
    private struct State: Sendable {
        var outcome: PluginProbe.Outcome?
        /// When the plugin was asked for the outcome.
        var asked = Int64.min
    }

    private let options: CNIOptions
    private let log: Logger
    private let look = BoundedLook<Void>(name: "cni plugin")
    private let state = NIOLockedValueBox(State())

    init(registry: MetricRegistry, options: CNIOptions, addresses: AddressCollector, log: Logger) {
        self.options = options
        self.log = log
        registry.collect(
            "flatnet_cni_plugin_up", help: "Whether the plugin answers VERSION and a .conflist with its type is there."
        ) { [state] in
            guard case .answered = state.withLockedValue({ $0.outcome }) else { return 0 }
            return addresses.isConfigured ? 1 : 0
        }
    }

    var sources: [SourceState] {
        guard case .failed(let problem) = state.withLockedValue({ $0.outcome }) else {
            return [SourceState(name: "CNI plugin", place: options.plugin)]
        }
        return [
            SourceState(
                name: "CNI plugin", place: options.plugin, problem: problem,
                advice: "put the plugin back from its last release, or look with flatalert cni-shim status")
        ]
    }

    func collect() async {
        let now = Clock.monotonic()
        let isDue = state.withLockedValue { $0.asked == .min || now - $0.asked >= options.probeInterval.nanoseconds }
        guard isDue else { return }
        // Who comes while the plugin is being asked waits for the same answer.
        let looked = await look.run(limit: options.probeLimit + .seconds(1)) { [self] in
            take(PluginProbe(plugin: options.plugin, limit: options.probeLimit).run(), asked: now)
        }
        if case .failure(let failure) = looked {
            let hangs = "an earlier question to it hangs still"
            take(.failed(failure == .noThread ? "the system gives no thread to ask it" : hangs), asked: now)
        }
    }

    private func take(_ outcome: PluginProbe.Outcome, asked: Int64) {
        let before = state.withLockedValue { state in
            defer { state = State(outcome: outcome, asked: asked) }
            return state.outcome
        }
        tell(outcome, before)
    }

    private func tell(_ outcome: PluginProbe.Outcome, _ before: PluginProbe.Outcome?) {
        switch outcome {
        case .failed(let problem):
            if outcome != before { log.warning("The CNI plugin \(options.plugin) does not work: \(problem)") }
        case .answered:
            if case .failed = before { log.notice("The CNI plugin \(options.plugin) works again") }
        }
    }
}
