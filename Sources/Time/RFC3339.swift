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

    /// Appends a time in its own offset, `Z` for UTC.
    public static func write(_ time: Timestamp, fraction: Fraction = .milliseconds, into output: inout [UInt8]) {
        let civil = CivilTime(time, utcOffset: time.utcOffset)
        let base = output.count
        appendYear(civil.year, to: &output)
        output.reserveCapacity(base + 35)
        output.append(UInt8(ascii: "-"))
        appendTwoDigits(civil.month, to: &output)
        output.append(UInt8(ascii: "-"))
        appendTwoDigits(civil.day, to: &output)
        output.append(UInt8(ascii: "T"))
        appendTwoDigits(civil.hour, to: &output)
        output.append(UInt8(ascii: ":"))
        appendTwoDigits(civil.minute, to: &output)
        output.append(UInt8(ascii: ":"))
        appendTwoDigits(civil.second, to: &output)
        append(fraction, of: time.nanoseconds, to: &output)
        guard time.utcOffset != 0 else { return output.append(UInt8(ascii: "Z")) }
        // The format has no seconds of offset; zones that had them are cut to the minute, as Go does.
        let minutes = Int(time.utcOffset.magnitude) / 60
        output.append(time.utcOffset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        appendTwoDigits(minutes / 60, to: &output)
        output.append(UInt8(ascii: ":"))
        appendTwoDigits(minutes % 60, to: &output)
    }

    /// A time as text in its own offset.
    public static func string(_ time: Timestamp, fraction: Fraction = .milliseconds) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(35)
        write(time, fraction: fraction, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func append(_ fraction: Fraction, of nanoseconds: Int32, to output: inout [UInt8]) {
        switch fraction {
        case .none: return
        case .milliseconds:
            let milliseconds = Int(nanoseconds) / 1_000_000
            output.append(UInt8(ascii: "."))
            output.append(digit(milliseconds / 100))
            appendTwoDigits(milliseconds % 100, to: &output)
        case .asNeeded:
            guard nanoseconds > 0 else { return }
            output.append(UInt8(ascii: "."))
            var rest = Int(nanoseconds)
            var divisor = 100_000_000
            while rest > 0 {
                output.append(digit(rest / divisor))
                rest %= divisor
                divisor /= 10
            }
        }
    }

    private static func appendYear(_ year: Int, to output: inout [UInt8]) {
        guard (0...9999).contains(year) else {
            if year < 0 { output.append(UInt8(ascii: "-")) }
            let digits = String(year.magnitude)
            for _ in 0..<max(0, 4 - digits.utf8.count) { output.append(UInt8(ascii: "0")) }
            return output.append(contentsOf: digits.utf8)
        }
        appendTwoDigits(year / 100, to: &output)
        appendTwoDigits(year % 100, to: &output)
    }

    private static func appendTwoDigits(_ value: Int, to output: inout [UInt8]) {
        output.append(digit(value / 10))
        output.append(digit(value % 10))
    }

    private static func digit(_ value: Int) -> UInt8 { UInt8(truncatingIfNeeded: value) &+ 0x30 }
}

/// The fixed-width pieces of a time, read from raw bytes. Callers have checked that the bytes are there.
enum RFC3339Scanner {
    /// Two digits as a number; 255 or more when either is no digit.
    @inline(__always)
    static func twoDigits(_ bytes: UnsafePointer<UInt8>) -> Int {
        let tens = Int(bytes[0] &- 0x30)
        let ones = Int(bytes[1] &- 0x30)
        return tens <= 9 && ones <= 9 ? tens &* 10 &+ ones : 255
    }

    /// Days since the epoch of the ten bytes `YYYY-MM-DD`.
    @inline(__always)
    static func days(_ bytes: UnsafePointer<UInt8>) -> Int64? {
        guard bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        let century = twoDigits(bytes)
        let yearOfCentury = twoDigits(bytes + 2)
        let month = twoDigits(bytes + 5)
        let day = twoDigits(bytes + 8)
        guard century <= 99, yearOfCentury <= 99, month &- 1 < 12, month >= 1, day >= 1 else { return nil }
        let year = century &* 100 &+ yearOfCentury
        guard day <= 28 || day <= CivilTime.daysInMonth(year: year, month: month) else { return nil }
        return CivilTime.daysSinceEpoch(year: year, month: month, day: day)
    }

    /// The second of the day of the eight bytes `HH:MM:SS`. No leap second, as in Go.
    @inline(__always)
    static func secondOfDay(_ bytes: UnsafePointer<UInt8>) -> Int? {
        guard bytes[2] == UInt8(ascii: ":"), bytes[5] == UInt8(ascii: ":") else { return nil }
        let hour = twoDigits(bytes)
        let minute = twoDigits(bytes + 3)
        let second = twoDigits(bytes + 6)
        guard hour < 24, minute < 60, second < 60 else { return nil }
        return hour &* 3600 &+ minute &* 60 &+ second
    }

    /// Nanoseconds of an optional fraction at a position, which moves behind it; nil when a point has no digit.
    @inline(__always)
    static func fraction(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ position: inout Int, allowingComma: Bool = false) -> Int32? {
        guard position < count, bytes[position] == UInt8(ascii: ".") || (allowingComma && bytes[position] == UInt8(ascii: ",")) else {
            return 0
        }
        position += 1
        let start = position
        var value: Int32 = 0
        while position < count {
            let digit = bytes[position] &- 0x30
            guard digit <= 9 else { break }
            if position &- start < 9 { value = value &* 10 &+ Int32(digit) }
            position += 1
        }
        let digits = position - start
        guard digits > 0 else { return nil }
        var missing = 9 - digits
        while missing > 0 {
            value = value &* 10
            missing -= 1
        }
        return value
    }

    /// Seconds east of UTC of `±HH:MM` or `±HHMM`.
    @inline(__always)
    static func offset(_ bytes: UnsafePointer<UInt8>, hasColon: Bool) -> Int32? {
        let sign = bytes[0]
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        if hasColon, bytes[3] != UInt8(ascii: ":") { return nil }
        let hour = twoDigits(bytes + 1)
        let minute = twoDigits(bytes + (hasColon ? 4 : 3))
        guard hour <= 24, minute < 60 else { return nil }
        let seconds = Int32(hour &* 3600 &+ minute &* 60)
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }
}
