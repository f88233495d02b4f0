import Time

/// What the last few senders of one alert said last, in 48 bytes. Only alerts that more than one sender speaks of have it.
struct SenderWords {
    /// What one sender said last.
    struct Word {
        var sender = SenderID.none
        var isEnd = false
        /// Seconds since the Unix epoch.
        var heardAt: UInt32 = 0
        var startsAt: UInt32 = 0

        static func seconds(_ time: Timestamp) -> UInt32 { UInt32(clamping: time.seconds) }
    }

    /// Two reversals at most are the way that any pair ends an alert, one a little after the other.
    static let quarrel: UInt16 = 2
    /// Seconds after which reversals are forgotten.
    private static let memory: UInt32 = 3600

    private var words = (Word(), Word(), Word())
    /// How often a sender held on to its word after another had said the opposite.
    private(set) var reversals: UInt16 = 0
    private(set) var firstReversal: UInt32 = 0
    private(set) var lastReversal: UInt32 = 0
    /// What was said last, by whomever.
    private var isEnd: Bool

    init(_ first: Word) {
        words.0 = first
        isEnd = first.isEnd
    }

    /// The words, the latest first.
    var all: [Word] { [words.0, words.1, words.2].filter { $0.sender != .none }.sorted { $0.heardAt > $1.heardAt } }

    /// Notes a message. Whether with it the senders began to contradict each other.
    mutating func note(_ word: Word) -> Bool {
        let isReversal: Bool
        if words.0.sender == word.sender {
            isReversal = word.isEnd != isEnd && words.0.isEnd == word.isEnd
            words.0 = word
        } else if words.1.sender == word.sender {
            isReversal = word.isEnd != isEnd && words.1.isEnd == word.isEnd
            words.1 = word
        } else if words.2.sender == word.sender {
            isReversal = word.isEnd != isEnd && words.2.isEnd == word.isEnd
            words.2 = word
        } else {
            isReversal = false
            replaceOldest(by: word)
        }
        isEnd = word.isEnd
        return isReversal && countReversal(at: word.heardAt)
    }

    private mutating func replaceOldest(by word: Word) {
        // A place that was never taken was heard of in 1970.
        if words.1.heardAt <= words.2.heardAt {
            if words.0.heardAt < words.1.heardAt { words.0 = word } else { words.1 = word }
        } else if words.0.heardAt < words.2.heardAt {
            words.0 = word
        } else {
            words.2 = word
        }
    }

    private mutating func countReversal(at time: UInt32) -> Bool {
        if reversals == 0 || time > lastReversal.addingReportingOverflow(Self.memory).partialValue {
            reversals = 0
            firstReversal = time
        }
        lastReversal = time
        if reversals < .max { reversals += 1 }
        return reversals == Self.quarrel
    }
}

/// The words of all alerts that have more than one sender.
struct SenderTable {
    private var entries: ContiguousArray<SenderWords> = []
    private var free: ContiguousArray<Int32> = []

    subscript(place: Int32) -> SenderWords {
        @inline(__always) _read { yield entries[Int(place)] }
        @inline(__always) _modify { yield &entries[Int(place)] }
    }

    mutating func add(_ words: SenderWords) -> Int32 {
        if let place = free.popLast() {
            entries[Int(place)] = words
            return place
        }
        entries.append(words)
        return Int32(entries.count - 1)
    }

    mutating func remove(_ place: Int32) {
        if place < 0 { return }
        free.append(place)
        if free.count == entries.count {
            entries = []
            free = []
        }
    }
}

extension SenderTable {
    /// Notes in the alert's slot who speaks of it, before the message itself is merged into it. Whether with it its senders began to contradict each other.
    @inline(never)
    mutating func note(_ alert: borrowing Alert, in slot: inout AlertSlot, at now: Timestamp) -> Bool {
        guard alert.sender != .none else { return false }
        if slot.words < 0 {
            guard slot.sender != .none, slot.sender != alert.sender else {
                slot.sender = alert.sender
                return false
            }
            // What the first sender said last still stands in the slot.
            slot.words = add(
                SenderWords(
                    SenderWords.Word(
                        sender: slot.sender, isEnd: slot.endReason == .resolved, heardAt: SenderWords.Word.seconds(slot.updatedAt),
                        startsAt: SenderWords.Word.seconds(slot.startsAt))))
        }
        slot.sender = alert.sender
        return self[slot.words].note(
            SenderWords.Word(
                sender: alert.sender, isEnd: alert.isResolved(at: now), heardAt: SenderWords.Word.seconds(alert.updatedAt),
                startsAt: SenderWords.Word.seconds(alert.startsAt)))
    }
}
