/// An instant as a calendar and a clock on the wall show it: the proleptic Gregorian calendar, as Go has it.
public struct CivilTime: Hashable, Sendable {
    /// The year; 0 is 1 BC.
    public var year: Int
    /// January is 1.
    public var month: Int
    /// The day of the month, from 1.
    public var day: Int
    /// 0..<24.
    public var hour: Int
    /// 0..<60.
    public var minute: Int
    /// 0..<60.
    public var second: Int
    /// 0..<1,000,000,000.
    public var nanosecond: Int
    /// Sunday is 0.
    public var weekday: Int
    /// The day of the year, from 1.
    public var yearDay: Int

    /// The reading at an instant in a zone.
    public init(_ time: Timestamp, in zone: Zone) {
        self.init(time, utcOffset: zone.offset(at: time).seconds)
    }

    /// The reading at an instant at a fixed offset in seconds east of UTC.
    public init(_ time: Timestamp, utcOffset: Int32 = 0) {
        // Wrapping: a saturated timestamp may not trap, whatever date it shows.
        let (days, secondOfDay) = Self.split(time.seconds &+ Int64(utcOffset))
        let date = Self.date(daysSinceEpoch: days)
        (year, month, day) = date
        hour = secondOfDay / 3600
        minute = secondOfDay % 3600 / 60
        second = secondOfDay % 60
        nanosecond = Int(time.nanoseconds)
        // The epoch was a Thursday.
        weekday = Int((days % 7 + 11) % 7)
        yearDay = Int(days - Self.daysSinceEpoch(year: date.year, month: 1, day: 1)) + 1
    }

    /// The length of this reading's month.
    public var daysInMonth: Int { Self.daysInMonth(year: year, month: month) }

    /// The length of a month; `month` is 1...12.
    public static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Whether a year has a 29 February.
    public static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    /// Days from the epoch to a date. The day may lie outside its month and counts on.
    ///
    /// Counts years from March, so that the leap day is a year's last and a month's start is a linear formula.
    public static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int64 {
        let shifted = Int64(month <= 2 ? year &- 1 : year)
        let era = (shifted >= 0 ? shifted : shifted &- 399) / 400
        let yearOfEra = shifted &- era &* 400
        let monthFromMarch = Int64(month > 2 ? month &- 3 : month &+ 9)
        let dayOfYear = (153 &* monthFromMarch &+ 2) / 5 &+ Int64(day) &- 1
        let dayOfEra = yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear
        return era &* 146_097 &+ dayOfEra &- 719_468
    }

    /// Days since the epoch and seconds of the day.
    static func split(_ seconds: Int64) -> (days: Int64, secondOfDay: Int) {
        let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        return rest < 0 ? (days - 1, Int(rest) + 86_400) : (days, Int(rest))
    }

    /// The date a number of days from the epoch, by the same years from March.
    static func date(daysSinceEpoch: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = daysSinceEpoch &+ 719_468
        let era = (shifted >= 0 ? shifted : shifted &- 146_096) / 146_097
        let dayOfEra = shifted &- era &* 146_097
        let yearOfEra = (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
        let monthFromMarch = (5 &* dayOfYear &+ 2) / 153
        let day = Int(dayOfYear &- (153 &* monthFromMarch &+ 2) / 5) + 1
        let month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        return (Int(yearOfEra &+ era &* 400) + (month <= 2 ? 1 : 0), month, day)
    }
}
