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
