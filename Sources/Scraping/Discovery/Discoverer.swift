public import Logging
public import MonitorFile
import NIOConcurrencyHelpers
public import Transport

/// Finds the targets of one job, or of one entry of `alerting.alertmanagers`, and says when they change.
///
/// ```swift
/// let discoverer = Discoverer(job.discoveries, name: "job \"node\"", transport: transport, log: log) { targetsChanged() }
/// discoverer.start()
/// await discoverer.ready()
/// let targets = TargetBuilder(job).build(discoverer.groups)
/// ```
public final class Discoverer: Sendable {
    private struct State {
        /// Of each configuration, in their order.
        var answers: [[TargetGroup]]
        /// Configurations that have not answered yet, be it with a failure.
        var unasked: Set<Int>
        var failures = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isStopped = false
    }

    private let sources: [(index: Int, source: any DiscoverySource)]
    private let state: NIOLockedValueBox<State>
    private let changed: @Sendable () -> Void

    /// A discoverer that does not ask yet. What is fixed in the configuration is in `groups` at once.
    ///
    /// - Parameters:
    ///   - name: Whose targets they are, for the log.
    ///   - transport: Asks HTTP discoveries.
    ///   - changed: Called from any thread when `groups` has become different; must not block.
    public init(
        _ configurations: [DiscoveryConfiguration], name: String, transport: Transport, log: Logger,
        changed: @escaping @Sendable () -> Void
    ) {
        var answers: [[TargetGroup]] = []
        var sources: [(Int, any DiscoverySource)] = []
        for configuration in configurations {
            answers.append([])
            switch configuration {
            case .fixed(let groups): answers[answers.count - 1] = groups
            case .files(let files): sources.append((answers.count - 1, FileSource(files, name: name, log: log)))
            case .http(let list): sources.append((answers.count - 1, HTTPSource(list, name: name, transport: transport, log: log)))
            }
        }
        self.sources = sources
        self.changed = changed
        state = NIOLockedValueBox(State(answers: answers, unasked: Set(sources.map(\.0))))
    }

    /// All groups that are known now: configurations in their order, groups in the order of their lists.
    public var groups: [TargetGroup] {
        state.withLockedValue { state in state.answers.count == 1 ? state.answers[0] : Array(state.answers.joined()) }
    }

    /// How many times a file could not be used or a list could not be had.
    public var failures: Int { state.withLockedValue { $0.failures } }

    /// Begins to ask. To be called once.
    public func start() {
        for (index, source) in sources {
            source.start { [weak self] answer in self?.take(answer, from: index) }
        }
    }

    /// Waits until every source was asked once, whether it answered well or not, or the discoverer was stopped.
    public func ready() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLockedValue { state in
                if state.isStopped || state.unasked.isEmpty { return true }
                state.waiting.append(continuation)
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    /// Asks everything again now, as is right after a sleep.
    public func refresh() {
        for (_, source) in sources { source.refresh() }
    }

    /// Ends asking; `changed` is not called any more, but for a call that is under way.
    public func stop() {
        let waiting = state.withLockedValue { state in
            state.isStopped = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for (_, source) in sources { source.stop() }
        for continuation in waiting { continuation.resume() }
    }

    private func take(_ answer: DiscoveryAnswer, from index: Int) {
        let (isChange, waiting) = state.withLockedValue { state -> (Bool, [CheckedContinuation<Void, Never>]) in
            guard !state.isStopped else { return (false, []) }
            state.failures += answer.failures
            var isChange = false
            if let groups = answer.groups, groups != state.answers[index] {
                state.answers[index] = groups
                isChange = true
            }
            state.unasked.remove(index)
            guard state.unasked.isEmpty else { return (isChange, []) }
            defer { state.waiting = [] }
            return (isChange, state.waiting)
        }
        // Told before those who wait go on: whoever saw `ready` return has been told of all targets.
        if isChange { changed() }
        for continuation in waiting { continuation.resume() }
    }
}
