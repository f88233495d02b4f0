import Foundation
import Journal
import Labels
import Logging
import NIOConcurrencyHelpers
import Rules
import Testing

@testable import RuleEngine

/// Random numbers that a seed repeats.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension ActiveAlert {
    /// Any alert that a rule may hold.
    static func random(_ number: Int, using random: inout SeededNumbers) -> ActiveAlert {
        func text(_ random: inout SeededNumbers) -> String {
            String(
                (0..<Int.random(in: 0...12, using: &random)).map { _ in
                    ["a", "ß", "\u{0}", "\"", "\n", "日", "🛰"].randomElement(using: &random) ?? "a"
                })
        }
        func time(_ random: inout SeededNumbers) -> Int64 { Int64.random(in: -1000...2_000_000_000_000, using: &random) }
        let labels = LabelSet([("alertname", "A"), ("n", "\(number)"), (text(&random) + "l", text(&random))])
        let annotations = LabelSet([("summary", text(&random)), ("empty", "")])
        let state = [State.inactive, .pending, .firing].randomElement(using: &random) ?? .pending
        let value = [1.5, .infinity, -0.0, 3e-320, Double(Int.random(in: -9...9, using: &random))].randomElement(using: &random) ?? 0
        var alert = ActiveAlert(labels: labels, annotations: annotations, state: state, value: value, activeAt: time(&random))
        if state != .pending { alert.firedAt = time(&random) }
        if state == .inactive { alert.resolvedAt = time(&random) }
        if Bool.random(using: &random) { alert.lastSentAt = time(&random) }
        if Bool.random(using: &random) { alert.keepFiringSince = time(&random) }
        if Bool.random(using: &random) { alert.pausedSinceResolved = time(&random) }
        return alert
    }
}

@Suite struct RuleStateStoreTests {
    private let directory = ScratchDirectory()
    private let lines = NIOLockedValueBox<[String]>([])

    private func open(_ options: JournalOptions = .ruleState) -> RuleStateStore {
        RuleStateStore.open(at: directory.path, options: options, log: Logger(label: "test") { _ in RecordingLog(lines) })
    }

    private static let key = RuleGroupKey(file: "a file.yml", name: "g")

    private static func identity(_ name: String, query: String = "up == 0") -> RuleIdentity {
        RuleIdentity(kind: .alerting, name: name, labels: [TemplatedText(name: "severity", template: "{{ $value }} 3:x")], query: query)
    }

    private static func group(_ rules: [RuleState], lastPass: Int64 = 5000) -> GroupState {
        GroupState(file: key.file, name: key.name, lastPass: lastPass, rules: rules)
    }

    private static func write(_ state: GroupState, to store: RuleStateStore) {
        store.write(.group(state, identities: RuleStateKey.identities(of: state.rules.map(\.identity))))
    }

    @Test("every alert comes back as it was, whatever is in it", arguments: 0..<8 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) async throws {
        var random = SeededNumbers(seed)
        let rules = (0..<5).map { rule in
            RuleState(
                identity: Self.identity("rule \(rule): \u{1F6F0}", query: "up{a=\"\(rule)\"} 4:"),
                alerts: (0..<Int.random(in: 1...20, using: &random)).map { .random($0, using: &random) })
        }
        var state = Self.group(rules, lastPass: 1_800_000_000_123)
        state.gap = seed.isMultiple(of: 2) ? SampleGap(start: -5, end: 1_800_000_000_000) : nil
        let store = open()
        Self.write(state, to: store)
        store.close()
        let restored = open()
        #expect(restored.take(Self.key) == state)
        #expect(restored.take(Self.key) == nil)
        restored.close()
        #expect(lines.withLockedValue { $0 }.isEmpty)
    }

    @Test("the alerts of one rule and the times of passes are written without touching the others")
    func parts() throws {
        var random = SeededNumbers(3)
        let (first, second) = (RuleState(identity: Self.identity("A"), alerts: [.random(1, using: &random)]), Self.identity("B"))
        let store = open()
        Self.write(Self.group([first, RuleState(identity: second, alerts: [.random(2, using: &random)])]), to: store)
        let replaced = [ActiveAlert.random(3, using: &random), .random(4, using: &random)]
        let identities = RuleStateKey.identities(of: [first.identity, second])
        store.write(.alerts(RuleStateKey(group: Self.key, rule: identities[1]), replaced, pass: 6000))
        let passes: [(group: RuleGroupKey, time: Int64)] = [(Self.key, Int64(7000)), (RuleGroupKey(file: "other", name: "h"), Int64(7500))]
        store.write(.passes(passes))
        store.close()
        let again = open()
        #expect(again.take(Self.key) == Self.group([first, RuleState(identity: second, alerts: replaced)], lastPass: 7000))
        #expect(again.take(RuleGroupKey(file: "other", name: "h"))?.lastPass == 7500)
        again.write(.alerts(RuleStateKey(group: Self.key, rule: identities[1]), [], pass: 8000))
        again.close()
        #expect(open().take(Self.key) == Self.group([first], lastPass: 8000))
    }

    @Test("of equal rules the second one's alerts stay the second one's")
    func equalRules() throws {
        var random = SeededNumbers(4)
        let identity = Self.identity("A")
        let state = Self.group([RuleState(identity: identity), RuleState(identity: identity, alerts: [.random(1, using: &random)])])
        let store = open()
        Self.write(state, to: store)
        store.close()
        #expect(open().take(Self.key) == state)
    }

    @Test("groups that the configuration does not know are forgotten after a day, not before")
    func forgotten() throws {
        var random = SeededNumbers(5)
        let day: Int64 = 24 * 3_600_000
        let store = open()
        Self.write(Self.group([RuleState(identity: Self.identity("A"), alerts: [.random(1, using: &random)])], lastPass: 1000), to: store)
        store.close()
        let second = open()
        second.forgetOld(now: day + 1000)
        second.close()
        let third = open()
        third.forgetOld(now: day + 1001)
        #expect(third.take(Self.key) == nil)
        third.close()
        #expect(open().take(Self.key) == nil)
    }

    @Test("a damaged file is set aside with a line in the log, and a new one is begun")
    func damagedFile() throws {
        let store = open()
        Self.write(Self.group([]), to: store)
        store.close()
        let path = "\(directory.path)/rules.db"
        let handle = try #require(FileHandle(forWritingAtPath: path))
        handle.write(Data(repeating: 0x58, count: 2048))
        try handle.close()
        let again = open()
        #expect(again.take(Self.key) == nil)
        #expect(again.isDurable)
        #expect(FileManager.default.fileExists(atPath: "\(path).corrupt-1"))
        #expect(lines.withLockedValue { $0 }.contains { $0.hasPrefix("error: The state of rules was lost") && $0.contains("corrupt-1") })
        Self.write(Self.group([], lastPass: 9), to: again)
        again.close()
        #expect(open().take(Self.key)?.lastPass == 9)
    }

    @Test("rows that make no sense are left out and told; the others come back")
    func damagedRow() throws {
        var random = SeededNumbers(6)
        let alerts = [ActiveAlert.random(1, using: &random), .random(2, using: &random)]
        let store = open()
        Self.write(Self.group([RuleState(identity: Self.identity("A"), alerts: alerts)]), to: store)
        store.close()
        // Closed again when the statement has run.
        try Connection(path: "\(directory.path)/rules.db").execute(
            "UPDATE alerts SET labels=x'0901' WHERE id=(SELECT min(id) FROM alerts)")
        let again = open()
        #expect(again.take(Self.key)?.rules.first?.alerts == [alerts[1]])
        #expect(lines.withLockedValue { $0 }.contains { $0.contains("made no sense") && $0.hasSuffix("alerts=1") })
    }

    @Test("a directory that cannot be written leaves alerts working in memory, with a line in the log")
    func noDirectory() async throws {
        try Data("x".utf8).write(to: URL(fileURLWithPath: directory.path))
        let store = open()
        #expect(!store.isDurable)
        #expect(lines.withLockedValue { $0 }.contains { $0.hasPrefix("error: The state of rules cannot be kept") })
        Self.write(Self.group([]), to: store)
        await store.flush()
        store.close()
    }

    @Test("a full disk is told once when it begins and once when it ends, and everything is written then")
    func fullDisk() async throws {
        var random = SeededNumbers(7)
        var options = JournalOptions.ruleState
        options.maxBytes = 64 << 10
        options.retryAfter = .milliseconds(20)
        let store = open(options)
        let many = (0..<2000).map { ActiveAlert.random($0, using: &random) }
        let key = RuleStateKey(group: Self.key, rule: RuleStateKey.identities(of: [Self.identity("A")])[0])
        store.write(.alerts(key, many, pass: 1000))
        await store.flush()
        #expect(!store.isDurable)
        let few = Array(many.prefix(3))
        store.write(.alerts(key, few, pass: 2000))
        await store.flush()
        #expect(store.isDurable)
        store.close()
        let told = lines.withLockedValue { $0 }
        #expect(told.count { $0.contains("cannot be written") } == 1 && told.count { $0.contains("written again") } == 1)
        #expect(open().take(Self.key) == Self.group([RuleState(identity: Self.identity("A"), alerts: few)], lastPass: 2000))
    }

    @Test(
        "texts that no identity gives are refused",
        arguments: [
            "", "0", "0 alert", "0 alert ", "x alert 1:a 1:b", "0 other 1:a 1:b", "0 alert 1:a", "0 alert 9:a 1:b", "0 alert 1:a1:b",
            "-1 alert 1:a 1:b", "0 alert 1:a 1:b 1:c",
        ])
    func foreignTexts(_ text: String) {
        #expect(RuleStateKey.parse(text) == nil)
    }
}
