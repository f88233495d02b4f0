import AlertCore
import Labels

/// What stays the same during a run: what alerts can be about, and tables between the model's integers and the core's values.
final class World {
    /// Everything that alerts can be about; at most 64, so that a set of them is one integer.
    let subjects: [Subject]
    /// Annotation sets.
    let notes: [LabelSet]
    /// Generator URLs.
    let links = ["", "http://prometheus/graph?g0", "http://prometheus/graph?g1"]
    /// How round times are.
    let grain: Grain
    private let subjectByFingerprint: [Fingerprint: Int]
    private var keyIDs: [LogKey: Int] = [:]
    /// The matchers of every silence that was made, by id: a stored silence is compared with them.
    var silenceMatchers: [String: ModelMatchers] = [:]
    /// Log keys by their number.
    private(set) var keys: [LogKey] = []

    /// A random world.
    init(dice: inout Dice) {
        grain = dice.pick([.odd, .second, .second, .minute])
        var codes: [UInt64] = []
        for _ in 0..<(6 + dice.below(16)) {
            var code = Vocabulary.setting(0, to: 1 + dice.below(4), in: 0)
            for name in 1..<Vocabulary.names.count where dice.chance(70) {
                code = Vocabulary.setting(name, to: 1 + dice.below(Vocabulary.values[name].count - 1), in: code)
            }
            if dice.chance(5) { code = Vocabulary.setting(0, to: 0, in: code) }
            if code != 0, !codes.contains(code) { codes.append(code) }
        }
        subjects = codes.map { Subject(code: $0) }
        subjectByFingerprint = Dictionary(uniqueKeysWithValues: subjects.enumerated().map { ($1.fingerprint, $0) })
        notes = (0..<4).map { $0 == 0 ? LabelSet() : LabelSet([("summary", "variant \($0)"), ("runbook", "")]) }
    }

    /// The subject of a fingerprint.
    func subject(_ fingerprint: Fingerprint) -> Int? { subjectByFingerprint[fingerprint] }

    /// The number of a log key.
    func id(of key: LogKey) -> Int {
        if let id = keyIDs[key] { return id }
        keyIDs[key] = keys.count
        keys.append(key)
        return keys.count - 1
    }

    /// The subjects that matchers hold for, found by trying each.
    func mask(_ matchers: ModelMatchers) -> UInt64 {
        var mask: UInt64 = 0
        for (index, subject) in subjects.enumerated() where matchers.matches(subject.code) { mask |= 1 << UInt64(index) }
        return mask
    }

    /// A stored silence in the model's form.
    func silence(_ silence: Silence) -> ModelSilence {
        ModelSilence(
            id: silence.id, matchers: silenceMatchers[silence.id] ?? [], startsAt: silence.startsAt.unixNanoseconds,
            endsAt: silence.endsAt.unixNanoseconds, updatedAt: silence.updatedAt.unixNanoseconds, comment: silence.comment)
    }

    /// The set of subjects that fingerprints name; nil when one is unknown.
    func mask(of fingerprints: [Fingerprint]) -> UInt64? {
        var mask: UInt64 = 0
        for fingerprint in fingerprints {
            guard let subject = subject(fingerprint) else { return nil }
            mask |= 1 << UInt64(subject)
        }
        return mask
    }
}

/// A set of subjects.
typealias SubjectSet = UInt64

extension SubjectSet {
    /// The set of one subject.
    static func only(_ subject: Int) -> SubjectSet { 1 << UInt64(subject) }
    /// Whether a subject is in it.
    func has(_ subject: Int) -> Bool { (self >> UInt64(subject)) & 1 == 1 }

    /// Calls the body with each member in ascending order.
    func forEach(_ body: (Int) -> Void) {
        var rest = self
        while rest != 0 {
            body(rest.trailingZeroBitCount)
            rest &= rest - 1
        }
    }
}
