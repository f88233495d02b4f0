public import AlertCore
public import Labels
public import Time

/// Makes random records that look like the machine's and worse.
public struct RecordGenerator: Sendable {
    /// Where its choices come from.
    public var random: Seeded

    /// The records of this seed.
    public init(seed: UInt64) { random = Seeded(seed) }

    private static let texts = [
        "", "a", "up", "instance", "ünïcödé \u{1F525}", "line\nbreak\t\"quoted\"\\", String(repeating: "long ", count: 300),
    ]

    /// A random text.
    public mutating func text() -> String { Self.texts.randomElement(using: &random) ?? "" }

    /// A random time.
    public mutating func time() -> Timestamp {
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

    /// A random labels.
    public mutating func labels() -> LabelSet {
        LabelSet((0..<Int.random(in: 0..<6, using: &random)).map { ("name\($0)", text()) })
    }

    /// A random alert.
    public mutating func alert() -> Alert {
        Alert(
            body: AlertBody(labels: labels(), annotations: labels(), generatorURL: text()), startsAt: time(), endsAt: time(),
            updatedAt: time(),
            isTimeout: .random(using: &random), endReason: [nil, .resolved, .expired].randomElement(using: &random) ?? nil)
    }

    /// A random silence.
    public mutating func silence() -> Silence {
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

    /// A random log key.
    public mutating func logKey() -> LogKey {
        LogKey(
            groupKey: "{}:{a=\"\(Int.random(in: 0..<3, using: &random))\"}", receiver: "team", kind: "webhook",
            index: .random(in: 0..<2, using: &random))
    }

    /// A random fingerprints.
    public mutating func fingerprints() -> [Fingerprint] {
        (0..<Int.random(in: 0..<5, using: &random)).map { _ in Fingerprint(value: random.next()) }.sorted()
    }

    /// A random log entry.
    public mutating func logEntry() -> LogEntry {
        var data: [String: ReceiverValue] = [:]
        if Bool.random(using: &random) { data["thread"] = .string(text()) }
        if Bool.random(using: &random) { data["count"] = .integer(Int64(bitPattern: random.next())) }
        if Bool.random(using: &random) { data["share"] = .double(-0.1) }
        return LogEntry(
            key: logKey(), firing: fingerprints(), resolved: fingerprints(), timestamp: time(), expiresAt: time(), receiverData: data)
    }

    /// A random slot.
    public mutating func slot() -> Int32 { .random(in: 0..<12, using: &random) }

    /// A random record.
    public mutating func record() -> JournalRecord {
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
