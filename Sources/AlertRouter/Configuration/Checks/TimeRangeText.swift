import AlertCore
import Labels

/// The textual forms of a time interval's fields (reference 10), both ways. Complaints are Alertmanager's where it has a clear one.
enum TimeRangeText {
    /// What is wrong with a text.
    struct Fault: Error, CustomStringConvertible {
        let message: String
        var description: String { message }
    }

    // MARK: - Reading

    /// `HH:MM` as minutes of the day, up to `24:00`.
    static func minute(_ text: String) throws(Fault) -> Int {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { throw badTimestamp(text) }
        let digits = [0, 1, 3, 4].map { Int(bytes[$0]) - Int(UInt8(ascii: "0")) }
        guard digits.allSatisfy((0...9).contains) else { throw badTimestamp(text) }
        let hour = digits[0] * 10 + digits[1]
        let minute = digits[2] * 10 + digits[3]
        guard hour < 24 && minute < 60 || hour == 24 && minute == 0 else { throw badTimestamp(text) }
        return hour * 60 + minute
    }

    /// Start and end as minutes; both must be given.
    static func times(start: String?, end: String?) throws(Fault) -> Range<Int> {
        guard let start, let end, !start.isEmpty, !end.isEmpty else { throw Fault(message: "both start and end times must be provided") }
        let first = try minute(start)
        let last = try minute(end)
        guard first < last else { throw Fault(message: "start time cannot be equal or greater than end time") }
        return first..<last
    }

    /// `monday` or `monday:friday`, in any case; Sunday is 0.
    static func weekdays(_ text: String) throws(Fault) -> ClosedRange<Int> {
        let (first, last) = try ends(of: text.lowercased()) { name throws(Fault) in
            guard let index = weekdayNames.firstIndex(of: name) else { throw Fault(message: "\(shown(name)) is not a valid weekday") }
            return index
        }
        // Alertmanager's own words; what it means is the order of the week.
        guard first <= last else { throw Fault(message: "start day cannot be before end day") }
        return first...last
    }

    /// `1`, `1:5`, `-3:-1`, `10:-1`.
    static func daysOfMonth(_ text: String) throws(Fault) -> TimeIntervalSpec.DayRange {
        let (first, last) = try ends(of: text) { day throws(Fault) in
            guard let number = Int(day) else { throw Fault(message: "\(shown(day)) is not a valid day of the month") }
            return number
        }
        for day in [first, last] where day == 0 || !(-31...31).contains(day) {
            throw Fault(message: "\(day) is not a valid day of the month: out of range")
        }
        guard first > 0 || last < 0 else { throw Fault(message: "end day must be negative if start day is negative") }
        // Months differ in length; what is empty even in the shortest one is a mistake.
        guard fromStart(first) <= fromStart(last) else {
            throw Fault(message: "end day \(last) is always before start day \(first)")
        }
        return TimeIntervalSpec.DayRange(first: first, last: last)
    }

    /// Names or numbers; numbers are not checked against the calendar, as Alertmanager does not.
    static func months(_ text: String) throws(Fault) -> ClosedRange<Int> {
        let (first, last) = try ends(of: text.lowercased()) { name throws(Fault) in
            if let index = monthNames.firstIndex(of: name) { return index + 1 }
            guard let number = Int(name) else { throw Fault(message: "\(shown(name)) is not a valid month") }
            return number
        }
        guard first <= last else { throw Fault(message: "end month \(monthName(last)) is before start month \(monthName(first))") }
        return first...last
    }

    /// `2024` or `2024:2026`.
    static func years(_ text: String) throws(Fault) -> ClosedRange<Int> {
        let (first, last) = try ends(of: text) { year throws(Fault) in
            guard let number = Int(year) else { throw Fault(message: "\(shown(year)) is not a valid year") }
            return number
        }
        guard first <= last else { throw Fault(message: "end year \(last) is before start year \(first)") }
        return first...last
    }

    private static func ends(of text: String, _ value: (String) throws(Fault) -> Int) throws(Fault) -> (Int, Int) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1:
            let only = try value(parts[0])
            return (only, only)
        case 2: return (try value(parts[0]), try value(parts[1]))
        default: throw Fault(message: "couldn't parse range \(text), invalid format")
        }
    }

    /// In quotes where it would not be seen otherwise.
    private static func shown(_ text: String) -> String {
        text.isEmpty || text.contains(where: \.isWhitespace) ? GoQuote.quote(text) : text
    }

    private static func fromStart(_ day: Int) -> Int { day < 0 ? 28 + day : day }

    private static func badTimestamp(_ text: String) -> Fault { Fault(message: "couldn't parse timestamp \(shown(text)), invalid format") }

    // MARK: - Writing

    /// `HH:MM`.
    static func text(minute: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(minute / 60)):\(two(minute % 60))"
    }

    /// The names of the days; one name when they are the same.
    static func text(weekdays: ClosedRange<Int>) -> String {
        collapsed(weekdayNames[weekdays.lowerBound], weekdayNames[weekdays.upperBound])
    }

    /// Numbers; one when they are the same.
    static func text(numbers: ClosedRange<Int>) -> String { collapsed("\(numbers.lowerBound)", "\(numbers.upperBound)") }

    /// Numbers; one when they are the same.
    static func text(days: TimeIntervalSpec.DayRange) -> String { collapsed("\(days.first)", "\(days.last)") }

    private static func collapsed(_ first: String, _ last: String) -> String { first == last ? first : "\(first):\(last)" }

    private static func monthName(_ month: Int) -> String { (1...12).contains(month) ? monthNames[month - 1] : "\(month)" }

    private static let weekdayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
    private static let monthNames = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    ]
}
