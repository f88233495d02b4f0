/// Go's reference layouts: times written by the example of `Mon Jan 2 15:04:05 MST 2006` (reference 8.1).
public enum GoLayout {
    /// A time in a zone, by a layout.
    public static func format(_ time: Timestamp, in zone: Zone, layout: String) -> String {
        format(time, offset: zone.offset(at: time), layout: layout)
    }

    /// A time in its own offset, by a layout. Without a zone there is no name for `MST`: it shows the offset, or `UTC`.
    public static func format(_ time: Timestamp, layout: String) -> String {
        let offset = Zone.Offset(seconds: time.utcOffset, abbreviation: time.utcOffset == 0 ? "UTC" : "", isDST: false)
        return format(time, offset: offset, layout: layout)
    }

    private static func format(_ time: Timestamp, offset: Zone.Offset, layout: String) -> String {
        let civil = CivilTime(time, utcOffset: offset.seconds)
        var output = ""
        var rest = Array(layout.utf8)[...]
        while let (literal, element) = LayoutElement.split(&rest) {
            output += String(decoding: literal, as: UTF8.self)
            guard let element else { break }
            output += text(of: element, civil: civil, offset: offset)
        }
        return output
    }

    private static func text(of element: LayoutElement, civil: CivilTime, offset: Zone.Offset) -> String {
        let twelve = civil.hour % 12 == 0 ? 12 : civil.hour % 12
        switch element {
        case .longMonth: return Names.months[civil.month - 1]
        case .month: return String(Names.months[civil.month - 1].prefix(3))
        case .monthNumber(let padding): return padded(civil.month, padding, width: 2)
        case .longWeekday: return Names.weekdays[civil.weekday]
        case .weekday: return String(Names.weekdays[civil.weekday].prefix(3))
        case .day(let padding): return padded(civil.day, padding, width: 2)
        case .yearDay(let padding): return padded(civil.yearDay, padding, width: 3)
        case .hour: return padded(civil.hour, .zero, width: 2)
        case .hour12(let padding): return padded(twelve, padding, width: 2)
        case .minute(let padding): return padded(civil.minute, padding, width: 2)
        case .second(let padding): return padded(civil.second, padding, width: 2)
        case .longYear: return (civil.year < 0 ? "-" : "") + padded(Int(civil.year.magnitude), .zero, width: 4)
        case .year: return padded(Int(civil.year.magnitude) % 100, .zero, width: 2)
        case .period(let isUpper): return civil.hour >= 12 ? (isUpper ? "PM" : "pm") : (isUpper ? "AM" : "am")
        case .zoneName: return offset.abbreviation.isEmpty ? zoneNameFallback(offset.seconds) : offset.abbreviation
        case .zoneOffset(let form): return text(of: form, seconds: offset.seconds)
        case .fraction(let form): return text(of: form, nanosecond: civil.nanosecond)
        }
    }

    private static func text(of form: LayoutElement.OffsetForm, seconds: Int32) -> String {
        if form.isISO, seconds == 0 { return "Z" }
        let magnitude = Int(seconds.magnitude)
        let colon = form.hasColon ? ":" : ""
        var text = (seconds < 0 ? "-" : "+") + padded(magnitude / 3600, .zero, width: 2)
        if form.parts >= 2 { text += colon + padded(magnitude / 60 % 60, .zero, width: 2) }
        if form.parts == 3 { text += colon + padded(magnitude % 60, .zero, width: 2) }
        return text
    }

    /// What stands for a missing zone name: the offset in hours and minutes.
    private static func zoneNameFallback(_ seconds: Int32) -> String {
        let minutes = Int(seconds.magnitude) / 60
        return (seconds < 0 ? "-" : "+") + padded(minutes / 60, .zero, width: 2) + padded(minutes % 60, .zero, width: 2)
    }

    private static func text(of form: LayoutElement.FractionForm, nanosecond: Int) -> String {
        var digits = Array(padded(nanosecond, .zero, width: 9).utf8.prefix(form.digits))
        if form.trimsZeros {
            while digits.last == UInt8(ascii: "0") { digits.removeLast() }
            if digits.isEmpty { return "" }
        }
        return form.separator + String(decoding: digits, as: UTF8.self)
    }

    private static func padded(_ value: Int, _ padding: LayoutElement.Padding, width: Int) -> String {
        let digits = String(value)
        guard padding != .none, digits.utf8.count < width else { return digits }
        return String(repeating: padding == .zero ? "0" : " ", count: width - digits.utf8.count) + digits
    }

    enum Names {
        static let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
        ]
        static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    }
}
