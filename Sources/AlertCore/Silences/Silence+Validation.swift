import Labels
import Time

extension Silence {
    /// Checks what a request may not ask for; the texts are Alertmanager's (reference 3.8, steps 2–4). `startsAt` may be unset.
    func validate(at now: Timestamp, mode: LabelNameMode) throws(SilenceError) {
        if startsAt >= endsAt { throw .invalid("Failed to create silence: start time must be before end time") }
        if endsAt < now { throw .invalid("Failed to create silence: end time can't be in the past") }
        guard !matchers.isEmpty else { throw .invalid("invalid silence: at least one matcher required") }
        for (position, matcher) in matchers.enumerated() {
            func fail(_ reason: String) -> SilenceError {
                .invalid("invalid silence: invalid label matcher \(position) in set 0: \(reason)")
            }
            guard isValidLabelName(matcher.name, mode: mode) else { throw fail("invalid label name \(GoQuote.quote(matcher.name))") }
        }
        // Negative matchers never count as matching the empty text.
        if matchers.allSatisfy({ $0.operation.isEqual && $0.matchesEmpty }) {
            throw .invalid("invalid silence: at least one matcher must not match the empty string")
        }
    }

    /// The bytes that Alertmanager's stored record of this silence takes (reference 6.3, MeshSilence), for the size limit.
    func storedSize(retention: TimeSpan) -> Int {
        var silence = ProtobufSize()
        silence.text(1, id)
        for matcher in matchers { silence.message(2, Self.size(of: matcher)) }
        silence.message(3, Self.size(of: startsAt))
        silence.message(4, Self.size(of: endsAt))
        silence.message(5, Self.size(of: updatedAt))
        silence.text(8, createdBy)
        silence.text(9, comment)
        annotations.forEach { name, value in
            var entry = ProtobufSize()
            entry.bytes(1, name.count, keepingEmpty: true)
            entry.bytes(2, value.count, keepingEmpty: true)
            silence.message(10, entry.count)
        }
        var set = ProtobufSize()
        for matcher in matchers { set.message(1, Self.size(of: matcher)) }
        silence.message(11, set.count)
        var record = ProtobufSize()
        record.message(1, silence.count)
        record.message(2, Self.size(of: endsAt + retention))
        return record.count
    }

    private static func size(of matcher: Matcher) -> Int {
        var size = ProtobufSize()
        // EQUAL is 0, the default, and is not written.
        size.number(1, matcher.operation == .equal ? 0 : 1)
        size.text(2, matcher.name)
        size.text(3, matcher.value)
        return size.count
    }

    private static func size(of time: Timestamp) -> Int {
        var size = ProtobufSize()
        size.number(1, UInt64(bitPattern: time.seconds))
        size.number(2, UInt64(bitPattern: Int64(time.nanoseconds)))
        return size.count
    }
}

/// Counts the bytes of a protobuf message without writing it. Default values take none.
private struct ProtobufSize {
    private(set) var count = 0

    mutating func number(_ field: Int, _ value: UInt64) {
        if value != 0 { count += Self.tag(field) + Self.varint(value) }
    }

    mutating func text(_ field: Int, _ text: String) { bytes(field, text.utf8.count) }

    mutating func bytes(_ field: Int, _ length: Int, keepingEmpty: Bool = false) {
        if length > 0 || keepingEmpty { message(field, length) }
    }

    mutating func message(_ field: Int, _ length: Int) { count += Self.tag(field) + Self.varint(UInt64(length)) + length }

    private static func tag(_ field: Int) -> Int { varint(UInt64(field) << 3) }

    private static func varint(_ value: UInt64) -> Int { max(1, (64 - value.leadingZeroBitCount + 6) / 7) }
}
