/// Writes the pieces of a time through a pointer, which must have room for 64 bytes: the longest time has 46.
struct RFC3339Writer {
    private(set) var position: UnsafeMutablePointer<UInt8>

    init(position: UnsafeMutablePointer<UInt8>) { self.position = position }

    mutating func write(_ time: Timestamp, fraction: RFC3339.Fraction) {
        let (days, second) = CivilTime.split(time.seconds &+ Int64(time.utcOffset))
        let date = CivilTime.date(daysSinceEpoch: days)
        write(year: date.year)
        write(UInt8(ascii: "-"), twoDigits: date.month)
        write(UInt8(ascii: "-"), twoDigits: date.day)
        write(UInt8(ascii: "T"), twoDigits: second / 3600)
        write(UInt8(ascii: ":"), twoDigits: second / 60 % 60)
        write(UInt8(ascii: ":"), twoDigits: second % 60)
        write(fraction, of: time.nanoseconds)
        guard time.utcOffset != 0 else { return write(UInt8(ascii: "Z")) }
        // The format has no seconds of offset; zones that had them are cut to the minute, as Go does.
        let minutes = Int(time.utcOffset.magnitude) / 60
        write(time.utcOffset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"), twoDigits: minutes / 60)
        write(UInt8(ascii: ":"), twoDigits: minutes % 60)
    }

    private mutating func write(_ fraction: RFC3339.Fraction, of nanoseconds: Int32) {
        switch fraction {
        case .none: return
        case .milliseconds:
            let milliseconds = Int(nanoseconds) / 1_000_000
            write(UInt8(ascii: "."))
            write(digit(milliseconds / 100), twoDigits: milliseconds % 100)
        case .asNeeded:
            guard nanoseconds > 0 else { return }
            write(UInt8(ascii: "."))
            var rest = Int(nanoseconds)
            var divisor = 100_000_000
            while rest > 0 {
                write(digit(rest / divisor))
                rest %= divisor
                divisor /= 10
            }
        }
    }

    private mutating func write(year: Int) {
        if (0...9999).contains(year) {
            write(digit(year / 1000))
            write(digit(year / 100 % 10), twoDigits: year % 100)
            return
        }
        if year < 0 { write(UInt8(ascii: "-")) }
        let digits = String(year.magnitude).utf8
        for _ in 0..<max(0, 4 - digits.count) { write(UInt8(ascii: "0")) }
        for byte in digits { write(byte) }
    }

    @inline(__always)
    private mutating func write(_ byte: UInt8, twoDigits value: Int) {
        position[0] = byte
        position[1] = digit(value / 10)
        position[2] = digit(value % 10)
        position += 3
    }

    @inline(__always)
    private mutating func write(_ byte: UInt8) {
        position[0] = byte
        position += 1
    }

    @inline(__always)
    private func digit(_ value: Int) -> UInt8 { UInt8(truncatingIfNeeded: value) &+ 0x30 }
}
