import AlertCore
import AlertStorage
import Foundation
import Journal
import Labels
import Time

/// A generator that repeats itself (SplitMix64).
struct Seeded: RandomNumberGenerator {
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

/// Makes random records that look like the machine's and worse.
struct RecordGenerator {
    var random: Seeded

    init(seed: UInt64) { random = Seeded(seed) }

    private static let texts = [
        "", "a", "up", "instance", "ünïcödé \u{1F525}", "line\nbreak\t\"quoted\"\\", String(repeating: "long ", count: 300),
    ]

    mutating func text() -> String { Self.texts.randomElement(using: &random) ?? "" }

    mutating func time() -> Timestamp {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: .goZero
        case 1: Timestamp(seconds: .max, nanoseconds: 999_999_999, utcOffset: -43_200)
        case 2: Timestamp(seconds: -1, nanoseconds: 1)
        default:
            Timestamp(
                seconds: .random(in: 1_700_000_000..<1_700_001_000, using: &random),
                nanoseconds: .random(in: 0..<1_000_000_000, using: &random),
                utcOffset: [0, 3600, -19_800].randomElement(using: &random) ?? 0)
        }
    }

    mutating func labels() -> LabelSet {
        LabelSet((0..<Int.random(in: 0..<6, using: &random)).map { ("name\($0)", text()) })
    }

    mutating func alert() -> Alert {
        Alert(
            body: AlertBody(labels: labels(), annotations: labels(), generatorURL: text()), startsAt: time(), endsAt: time(),
            updatedAt: time(),
            isTimeout: .random(using: &random), endReason: [nil, .resolved, .expired].randomElement(using: &random) ?? nil)
    }

    mutating func silence() -> Silence {
        let operations: [Matcher.Operation] = [.equal, .notEqual, .regexMatch, .regexNotMatch]
        let matchers = (0..<Int.random(in: 1..<4, using: &random)).compactMap { index in
            try? Matcher(
                name: "name\(index)", operation: operations.randomElement(using: &random) ?? .equal,
                value: ["", "x", "a|b", ".*"].randomElement(using: &random) ?? "")
        }
        return Silence(
            id: "id-\(Int.random(in: 0..<5, using: &random))", matchers: Matchers(matchers), startsAt: time(), endsAt: time(),
            updatedAt: time(),
            createdBy: text(), comment: text(), annotations: labels())
    }

    mutating func logKey() -> LogKey {
        LogKey(
            groupKey: "{}:{a=\"\(Int.random(in: 0..<3, using: &random))\"}", receiver: "team", kind: "webhook",
            index: .random(in: 0..<2, using: &random))
    }

    mutating func fingerprints() -> [Fingerprint] {
        (0..<Int.random(in: 0..<5, using: &random)).map { _ in Fingerprint(value: random.next()) }.sorted()
    }

    mutating func logEntry() -> LogEntry {
        var data: [String: ReceiverValue] = [:]
        if Bool.random(using: &random) { data["thread"] = .string(text()) }
        if Bool.random(using: &random) { data["count"] = .integer(Int64(bitPattern: random.next())) }
        if Bool.random(using: &random) { data["share"] = .double(-0.1) }
        return LogEntry(
            key: logKey(), firing: fingerprints(), resolved: fingerprints(), timestamp: time(), expiresAt: time(), receiverData: data)
    }

    mutating func slot() -> Int32 { .random(in: 0..<12, using: &random) }

    mutating func record() -> JournalRecord {
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<4: .alert(slot: slot(), alert())
        case 4: .alertRemoved(slot: slot())
        case 5: .silence(silence())
        case 6: .silenceRemoved(id: silence().id)
        case 7: .told(logEntry(), ended: (0..<Int.random(in: 0..<4, using: &random)).map { _ in (slot(), alert()) })
        case 8: .logEntry(logEntry())
        case 9: .logEntryRemoved(logKey())
        default: .leases((0..<Int.random(in: 0..<5, using: &random)).map { _ in (slot(), time(), time()) }, heartbeat: time())
        }
    }
}

/// What the tables ought to hold, kept as plainly as possible.
struct NaiveTables {
    private var alerts: [Int32: Alert] = [:]
    private var leases: [Int32: (endsAt: Timestamp, updatedAt: Timestamp)] = [:]
    private var silences: [String: Silence] = [:]
    private var log: [LogKey: LogEntry] = [:]
    private var heartbeat: Timestamp?

    mutating func write(_ record: JournalRecord) {
        switch record {
        case .alert(let slot, let alert): put(alert, in: slot)
        case .alertRemoved(let slot):
            alerts[slot] = nil
            leases[slot] = nil
        case .silence(let silence): silences[silence.id] = silence
        case .silenceRemoved(let id): silences[id] = nil
        case .told(let entry, let ended):
            for (slot, alert) in ended { put(alert, in: slot) }
            log[entry.key] = entry
        case .logEntry(let entry): log[entry.key] = entry
        case .logEntryRemoved(let key): log[key] = nil
        case .leases(let list, let heartbeat):
            for lease in list where alerts[lease.slot] != nil { leases[lease.slot] = (lease.endsAt, lease.updatedAt) }
            self.heartbeat = heartbeat
        }
    }

    private mutating func put(_ alert: Alert, in slot: Int32) {
        alerts[slot] = alert
        leases[slot] = nil
    }

    var description: [String] {
        var state = RestoredState(silences: Array(silences.values), log: Array(log.values), heartbeat: heartbeat)
        for (slot, var alert) in alerts {
            if let lease = leases[slot], lease.updatedAt >= alert.updatedAt { (alert.endsAt, alert.updatedAt) = lease }
            state.alerts.append((slot, alert))
        }
        return describe(state)
    }
}

/// A state as sorted lines with everything in it, also what `==` ignores.
func describe(_ state: RestoredState) -> [String] {
    func text(_ time: Timestamp) -> String { "\(time.seconds).\(time.nanoseconds)+\(time.utcOffset)" }
    func text(_ labels: LabelSet) -> String { labels.pairs.map { "\($0.name)=\($0.value.debugDescription)" }.joined(separator: ",") }
    var lines: [String] = []
    for (slot, alert) in state.alerts {
        let times = [alert.startsAt, alert.endsAt, alert.updatedAt].map(text).joined(separator: " ")
        let body = alert.body
        let reason = alert.endReason.map { "\($0)" } ?? "-"
        lines.append(
            "alert \(slot) \(text(body.labels)) \(body.labels.fingerprint) \(text(body.annotations)) \(body.generatorURL) \(times) \(alert.isTimeout) \(reason)"
        )
    }
    for silence in state.silences {
        let times = [silence.startsAt, silence.endsAt, silence.updatedAt].map(text).joined(separator: " ")
        let matchers = silence.matchers.map { "\($0.name)\($0.operation)\($0.value)" }.joined(separator: ";")
        lines.append("silence \(silence.id) \(matchers) \(times) \(silence.createdBy) \(silence.comment) \(text(silence.annotations))")
    }
    for entry in state.log {
        let data = entry.receiverData.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
        lines.append("log \(entry.key) \(entry.firing) \(entry.resolved) \(text(entry.timestamp)) \(text(entry.expiresAt)) \(data)")
    }
    lines.append("heartbeat \(state.heartbeat.map(text) ?? "-")")
    return lines.sorted()
}

/// A directory that goes away with the value.
final class TemporaryDirectory: Sendable {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("storage-\(UUID().uuidString)").path

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension JournalOptions {
    static var quiet: JournalOptions {
        var options = JournalOptions()
        options.reserveBytes = 0
        options.idleAfter = .hours(1)
        return options
    }
}
