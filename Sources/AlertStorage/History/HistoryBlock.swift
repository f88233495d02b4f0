import AlertCore
import Labels
import Time

/// Some hundred events in a row, packed: what the history's file consists of.
///
/// Events follow each other; each text and each set of labels is written where it appears first and is named by its number after that. So events are appended
/// without touching what is there, and a block needs nothing outside of itself.
struct HistoryBlock {
    /// Events and bytes in one block at most, the last event's own bytes aside.
    static let maxCount = 512
    private static let maxBytes = 64 << 10

    /// The number of the first event.
    let first: Int64
    private(set) var count = 0
    private(set) var since = Int64.max
    private(set) var until = Int64.min
    /// A bit for each kind that is in it.
    private(set) var kinds: Int64 = 0

    private var row = RowWriter()
    private var texts: [String: UInt64] = ["": 0]
    private var subjects: [LabelSet: UInt64] = [:]
    private var hashes: Set<UInt64> = []
    private var lastTime: Int64 = 0

    init(first: Int64) {
        self.first = first
        row.begin()
    }

    var isFull: Bool { count >= Self.maxCount || row.bytes.count >= Self.maxBytes }
    var bytes: [UInt8] { row.bytes }
    var filter: HistoryFilterBits { HistoryFilterBits(hashes) }

    static func bit(of kind: HistoryEvent.Kind) -> Int64 { 1 << Int64(kind.rawValue) }

    mutating func append(_ event: HistoryEvent) {
        let time = event.time.unixNanoseconds
        count += 1
        since = min(since, time)
        until = max(until, time)
        kinds |= Self.bit(of: event.kind)
        row.byte(event.kind.rawValue)
        row.signed(time &- lastTime)
        lastTime = time
        append(event.labels)
        for text in [event.groupKey, event.receiver, event.integration, event.text, event.error] { append(text) }
        row.signed(Int64(event.attempts))
        row.signed(Int64(event.alerts))
        row.signed(event.milliseconds)
        if !event.groupKey.isEmpty { hashes.insert(HistoryFilterBits.hash(group: event.groupKey)) }
    }

    private mutating func append(_ labels: LabelSet?) {
        guard let labels else { return row.unsigned(0) }
        if let known = subjects[labels] { return row.unsigned(known) }
        let number = UInt64(subjects.count) + 1
        subjects[labels] = number
        row.unsigned(number)
        row.labels(labels)
        hashes.insert(labels.fingerprint.value)
        labels.forEach { hashes.insert(HistoryFilterBits.hash(name: $0, value: $1)) }
    }

    private mutating func append(_ text: String) {
        // Most are empty: the dictionary need not be asked.
        if text.isEmpty { return row.unsigned(0) }
        if let known = texts[text] { return row.unsigned(known) }
        let number = UInt64(texts.count)
        texts[text] = number
        row.unsigned(number)
        row.text(text)
    }
}

extension HistoryBlock {
    /// Reads a block's events one after the other. What a filter leaves out costs no more than being read over.
    struct Reader {
        private var row: RowReader
        private var number: Int64
        private var time: Int64 = 0
        private var texts: [UnsafeBufferPointer<UInt8>] = [UnsafeBufferPointer(start: nil, count: 0)]
        private var subjects: [LabelSet] = []
        /// Whether the matchers take each of the subjects.
        private var isWanted: [Bool] = []
        private var builder = LabelSetBuilder()

        /// - Parameter bytes: The block; they must stay where they are until the last event is read.
        init(_ bytes: UnsafeRawBufferPointer, first: Int64) throws(RowDamage) {
            row = try RowReader(bytes)
            number = first
        }

        /// The next event if it passes; nil when it does not.
        mutating func next(_ filter: HistoryFilter) throws(RowDamage) -> HistoryEvent? {
            let own = number
            number += 1
            let kind = HistoryEvent.Kind(rawValue: try row.byte())
            time &+= try row.signed()
            let subject = try subject(filter)
            let group = try nextText()
            let receiver = try nextText()
            let integration = try nextText()
            let text = try nextText()
            let error = try nextText()
            let attempts = try row.signed()
            let alerts = try row.signed()
            let milliseconds = try row.signed()
            // A kind that a newer program wrote is left out.
            guard let kind, filter.kinds.isEmpty || filter.kinds.contains(kind), own < filter.before ?? .max else { return nil }
            if let subject {
                if !isWanted[subject] { return nil }
            } else if filter.fingerprint != nil || !filter.matchers.isEmpty {
                return nil
            }
            if let since = filter.since, time < since.unixNanoseconds { return nil }
            if let until = filter.until, time > until.unixNanoseconds { return nil }
            if let wanted = filter.receiver, !Self.equal(receiver, wanted) { return nil }
            if let wanted = filter.groupKey, !Self.equal(group, wanted) { return nil }
            var event = HistoryEvent(kind, at: Timestamp(unixNanoseconds: time), labels: subject.map { subjects[$0] })
            event.number = own
            event.groupKey = String(decoding: group, as: UTF8.self)
            event.receiver = String(decoding: receiver, as: UTF8.self)
            event.integration = String(decoding: integration, as: UTF8.self)
            event.text = String(decoding: text, as: UTF8.self)
            event.error = String(decoding: error, as: UTF8.self)
            event.attempts = Int(attempts)
            event.alerts = Int(alerts)
            event.milliseconds = milliseconds
            return event
        }

        private static func equal(_ bytes: UnsafeBufferPointer<UInt8>, _ text: String) -> Bool { bytes.elementsEqual(text.utf8) }

        private mutating func subject(_ filter: HistoryFilter) throws(RowDamage) -> Int? {
            let reference = try row.unsigned()
            if reference == 0 { return nil }
            if reference == UInt64(subjects.count) + 1 {
                let labels = try row.labels(using: &builder)
                subjects.append(labels)
                isWanted.append((filter.fingerprint.map { labels.fingerprint == $0 } ?? true) && filter.matchers.matches(labels))
            }
            guard reference <= UInt64(subjects.count) else { throw .invalid("labels") }
            return Int(reference) - 1
        }

        private mutating func nextText() throws(RowDamage) -> UnsafeBufferPointer<UInt8> {
            let reference = try row.unsigned()
            if reference == UInt64(texts.count) { texts.append(try row.raw()) }
            guard reference < UInt64(texts.count) else { throw .invalid("text") }
            return texts[Int(reference)]
        }
    }
}
