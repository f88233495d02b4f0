/// RFC 3339 times, as bytes: the form of every time in the API (reference 3.2).
public enum RFC3339 {
    /// Reads a strict RFC 3339 time such as `2026-01-01T00:00:00.5+01:00` and keeps its offset; nil when it is anything else.
    ///
    /// Digits beyond the ninth of the fraction are dropped.
    public static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        let count = bytes.count
        guard count >= 20, let base = bytes.baseAddress else { return nil }
        guard base[10] == UInt8(ascii: "T"), let date = RFC3339Scanner.days(base) else { return nil }
        guard let secondOfDay = RFC3339Scanner.secondOfDay(base + 11) else { return nil }
        var position = 19
        guard let nanoseconds = RFC3339Scanner.fraction(base, count, &position) else { return nil }
        guard position < count else { return nil }
        let seconds = date &* 86_400 &+ Int64(secondOfDay)
        if base[position] == UInt8(ascii: "Z") {
            return position + 1 == count ? Timestamp(seconds: seconds, nanoseconds: nanoseconds) : nil
        }
        guard position + 6 == count, let offset = RFC3339Scanner.offset(base + position, hasColon: true) else { return nil }
        return Timestamp(seconds: seconds &- Int64(offset), nanoseconds: nanoseconds, utcOffset: offset)
    }

    /// Reads a strict RFC 3339 time.
    public static func parse(_ bytes: [UInt8]) -> Timestamp? { bytes.withUnsafeBufferPointer { parse($0) } }

    /// Reads a strict RFC 3339 time.
    public static func parse(_ text: String) -> Timestamp? {
        var text = text
        return text.withUTF8 { parse($0) }
    }

    /// How many fraction digits a written time has.
    public enum Fraction: Sendable {
        /// None.
        case none
        /// Exactly three, the API's form; finer digits are dropped.
        case milliseconds
        /// As many as needed, up to nine, and no point without a fraction.
        case asNeeded
    }

    /// Appends a time in its own offset, `Z` for UTC. Years outside 0...9999 are written with the digits they need.
    public static func write(_ time: Timestamp, fraction: Fraction = .milliseconds, into output: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { buffer in
            guard let base = buffer.baseAddress else { return }
            var writer = RFC3339Writer(position: base)
            writer.write(time, fraction: fraction)
            output.append(contentsOf: UnsafeBufferPointer(start: base, count: writer.position - base))
        }
    }

    /// A time as text in its own offset.
    public static func string(_ time: Timestamp, fraction: Fraction = .milliseconds) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(35)
        write(time, fraction: fraction, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
