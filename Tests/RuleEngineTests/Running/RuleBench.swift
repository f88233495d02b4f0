import Foundation
import Labels
import Logging
import NIOConcurrencyHelpers
import PromQL
import Rules
import SampleStore
import Testing

@testable import RuleEngine

/// Takes alerts and remembers them.
final class RecordingSink: AlertSink {
    private let taken = NIOLockedValueBox<[RuleAlert]>([])

    var alerts: [RuleAlert] { taken.withLockedValue { $0 } }

    func send(_ alerts: [RuleAlert]) async { taken.withLockedValue { $0 += alerts } }
}

/// Remembers what was logged.
struct RecordingLog: LogHandler {
    let lines: NIOLockedValueBox<[String]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    init(_ lines: NIOLockedValueBox<[String]>) { self.lines = lines }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(
        level: Logger.Level, message: Logger.Message, metadata: Logger.Metadata?, source: String, file: String, function: String, line: UInt
    ) {
        let pairs = (metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        lines.withLockedValue { $0.append((["\(level): \(message)"] + pairs).joined(separator: " ")) }
    }
}

/// A directory that goes with the value.
final class ScratchDirectory: Sendable {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("rules-\(UUID().uuidString)").path

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A manager on virtual time over a store that is scraped every 15 seconds, and what it tells.
final class RuleBench {
    let clock = VirtualClock()
    let sink = RecordingSink()
    let store = SampleStore()
    let lines = NIOLockedValueBox<[String]>([])
    let directory = ScratchDirectory()
    /// The series at a moment, by the time awake since the beginning in seconds.
    let scrape: NIOLockedValueBox<@Sendable (_ awake: Int) -> [(LabelSet, Double)]>
    var options = RuleManager.Options()
    var settings = RuleSettings()
    private(set) var manager: RuleManager?
    private(set) var state: RuleStateStore?
    private let beginning: Int64
    private let step: Int64

    /// - Parameter step: Milliseconds between two looks at the clock.
    init(step: Int64 = 5000, scrape: @escaping @Sendable (_ awake: Int) -> [(LabelSet, Double)] = { _ in [] }) {
        self.scrape = NIOLockedValueBox(scrape)
        self.step = step
        beginning = clock.now.monotonic
        options.clock = clock
        options.isTimed = false
    }

    var log: Logger { Logger(label: "test") { _ in RecordingLog(self.lines) } }

    /// Seconds awake since the beginning.
    var awake: Int { Int((clock.now.monotonic - beginning) / 1_000_000_000) }

    func scrapeNow() {
        let moment = clock.now
        var batch = SampleBatch()
        for (labels, value) in scrape.withLockedValue({ $0 })(awake) { batch.append(labels, time: moment.wall, value: value) }
        store.append(batch)
    }

    /// Starts a manager; with the state of the last run where there is one.
    @discardableResult
    func start(
        _ groups: [RuleGroupDefinition], remotes: [any QuerySource] = [], keepsState: Bool = true,
        ready: (@Sendable () async -> Void)? = nil
    ) throws -> RuleManager {
        state = keepsState ? RuleStateStore.open(at: directory.path, log: log) : nil
        let sources = QuerySources(local: LocalSource(store: store), remotes: remotes)
        scrapeNow()
        let manager = RuleManager(
            options: options, store: store, sources: sources, dispatcher: sink, state: state, ready: ready ?? {}, log: log)
        self.manager = manager
        try manager.apply(groups, settings: settings)
        return manager
    }

    /// Lets time go on, milliseconds, with everything that happens meanwhile.
    ///
    /// - Parameter source: Waits for the passes of this source alone.
    func run(_ time: Int64, waitingFor source: String? = nil) async {
        let end = clock.now.monotonic + time * 1_000_000
        while clock.now.monotonic < end {
            clock.advance(min(step, (end - clock.now.monotonic) / 1_000_000))
            if awake % 15 == 0 { scrapeNow() }
            manager?.look()
            await manager?.settled(source)
        }
    }

    /// The host sleeps, milliseconds; the scraper tries its targets when it wakes up.
    func sleep(_ time: Int64) async {
        clock.sleep(time)
        scrapeNow()
        manager?.look()
        await manager?.settled()
    }

    /// The process dies: from now on nothing is written any more.
    func kill() async {
        state?.close()
        await manager?.stop()
        manager = nil
        state = nil
    }

    /// The values of a series in the store, stale markers as nil.
    func values(_ selector: [Matcher]) -> [(labels: LabelSet, time: Int64, value: Double?)] {
        let selection = store.select(selector, after: .min, through: .max)
        return (0..<selection.count).flatMap { index in
            var buffer = SampleBuffer()
            selection.read(at: index, after: .min, through: .max, into: &buffer)
            return zip(buffer.times, buffer.values).map { (selection.labels(at: index), $0, $1.isStaleMarker ? nil : $1) }
        }
    }
}

extension LabelSet {
    /// A series.
    static func series(_ name: String, _ labels: (String, String)...) -> LabelSet { LabelSet([("__name__", name)] + labels) }
}

extension RuleGroupDefinition {
    /// A group of these rules, every minute unless told otherwise.
    static func test(
        _ name: String, file: String = "rules.yml", interval: Int64 = 60_000, source: String? = nil, _ rules: [RuleDefinition]
    ) -> RuleGroupDefinition {
        var group = RuleGroupDefinition(file: file, name: name)
        group.interval = interval
        group.source = source
        group.rules = rules
        return group
    }
}

extension RuleDefinition {
    /// An alerting rule; durations in milliseconds.
    static func alert(_ name: String, _ query: String, hold: Int64 = 0, keep: Int64 = 0, annotation: String = "") throws -> RuleDefinition {
        var rule = RuleDefinition(kind: .alerting, name: name, query: try RuleQuery(query))
        rule.holdDuration = hold
        rule.keepFiringFor = keep
        if !annotation.isEmpty { rule.annotations = [TemplatedText(name: "summary", template: annotation)] }
        return rule
    }

    /// A recording rule.
    static func record(_ name: String, _ query: String) throws -> RuleDefinition {
        RuleDefinition(kind: .recording, name: name, query: try RuleQuery(query))
    }
}
