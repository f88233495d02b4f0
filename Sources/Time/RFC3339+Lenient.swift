extension RFC3339 {
    /// Reads the forms that Alertmanager's API accepts (reference 3.2): RFC 3339 with 0–9 fraction digits and an offset with or without
    /// colon, the same without an offset (taken as UTC), without seconds, with a space for the `T`, and bare dates.
    /// The empty text is the Unix epoch. Nil when it is none of these.
    public static func parseLenient(_ bytes: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        if let time = parse(bytes) { return time }
        let count = bytes.count
        if count == 0 { return .epoch }
        guard count >= 10, let base = bytes.baseAddress, let days = RFC3339Scanner.days(base) else { return nil }
        // Go's layouts take an hour of one digit.
        if count > 12, base[12] == UInt8(ascii: ":"), base[11] &- UInt8(ascii: "0") < 10 {
            return parseLenient(bytes[..<11] + [UInt8(ascii: "0")] + bytes[11...])
        }
        let midnight = days * 86_400
        if count == 10 { return Timestamp(seconds: midnight) }
        let hasSpace = base[10] == UInt8(ascii: " ")
        guard hasSpace || base[10] == UInt8(ascii: "T"), count >= 16 else { return nil }

        var position = 16
        let hasSeconds = count > 16 && base[16] == UInt8(ascii: ":")
        let secondOfDay: Int
        var nanoseconds: Int32 = 0
        if hasSeconds {
            guard count >= 19, let value = RFC3339Scanner.secondOfDay(base + 11) else { return nil }
            position = 19
            guard let fraction = RFC3339Scanner.fraction(base, count, &position, allowingComma: true) else { return nil }
            secondOfDay = value
            nanoseconds = fraction
        } else {
            let hour = RFC3339Scanner.twoDigits(base + 11)
            let minute = RFC3339Scanner.twoDigits(base + 14)
            guard base[13] == UInt8(ascii: ":"), hour < 24, minute < 60 else { return nil }
            secondOfDay = hour * 3600 + minute * 60
        }

        guard let offset = lenientOffset(base + position, count: count - position, hasSeconds: hasSeconds) else { return nil }
        // The form with a space is the "sortable" one: it has seconds and never an offset.
        if hasSpace, !hasSeconds || position != count { return nil }
        return Timestamp(seconds: midnight + Int64(secondOfDay) - Int64(offset), nanoseconds: nanoseconds, utcOffset: offset)
    }

    /// Reads the forms that Alertmanager's API accepts.
    public static func parseLenient(_ bytes: [UInt8]) -> Timestamp? { bytes.withUnsafeBufferPointer { parseLenient($0) } }

    /// Reads the forms that Alertmanager's API accepts.
    public static func parseLenient(_ text: String) -> Timestamp? {
        var text = text
        return text.withUTF8 { parseLenient($0) }
    }

    /// The offset that fills the rest of the text; none at all is UTC. Without seconds only `Z` is allowed.
    private static func lenientOffset(_ bytes: UnsafePointer<UInt8>, count: Int, hasSeconds: Bool) -> Int32? {
        switch count {
        case 0: return 0
        case 1: return bytes[0] == UInt8(ascii: "Z") ? 0 : nil
        case 5 where hasSeconds: return RFC3339Scanner.offset(bytes, hasColon: false)
        case 6 where hasSeconds: return RFC3339Scanner.offset(bytes, hasColon: true)
        default: return nil
        }
    }
}
