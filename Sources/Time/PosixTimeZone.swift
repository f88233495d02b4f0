/// A zone written as a POSIX TZ string, such as `CET-1CEST,M3.5.0,M10.5.0/3`: the rule for times after a TZif file's last entry.
///
/// The extensions of RFC 8536 are read too: names in angle brackets and times of day from -167 to 167 hours.
struct PosixTimeZone: Hashable, Sendable {
    /// The day of a year on which a change happens, and when on that day.
    struct Change: Hashable, Sendable {
        enum Day: Hashable, Sendable {
            /// `Jn`: day 1...365, 29 February never counted.
            case julian(Int)
            /// `n`: day 0...365, leap days counted.
            case zeroBased(Int)
            /// `Mm.w.d`: weekday d (Sunday 0) of week w (5 = last) of month m.
            case weekday(month: Int, week: Int, weekday: Int)
        }

        var day: Day
        /// Seconds after local midnight.
        var time = 7200

        /// Seconds from the year's first midnight to the change, in the local time in force before it.
        func seconds(in year: Int) -> Int64 {
            let newYear = CivilTime.daysSinceEpoch(year: year, month: 1, day: 1)
            let days: Int64
            switch day {
            case .julian(let day): days = Int64(day - 1 + (CivilTime.isLeap(year) && day >= 60 ? 1 : 0))
            case .zeroBased(let day): days = Int64(day)
            case .weekday(let month, let week, let weekday):
                let first = CivilTime.daysSinceEpoch(year: year, month: month, day: 1)
                let firstWeekday = Int((first % 7 + 11) % 7)
                var dayOfMonth = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
                if dayOfMonth >= CivilTime.daysInMonth(year: year, month: month) { dayOfMonth -= 7 }
                days = first - newYear + Int64(dayOfMonth)
            }
            return days * 86_400 + Int64(time)
        }
    }

    private let standard: Zone.Offset
    private let daylight: (rule: Zone.Offset, start: Change, end: Change)?

    /// The rules it alternates between.
    var rules: [Zone.Offset] { [standard] + (daylight.map { [$0.rule] } ?? []) }

    static func == (left: PosixTimeZone, right: PosixTimeZone) -> Bool {
        left.standard == right.standard && left.daylight?.rule == right.daylight?.rule && left.daylight?.start == right.daylight?.start
            && left.daylight?.end == right.daylight?.end
    }

    func hash(into hasher: inout Hasher) { hasher.combine(standard) }

    /// Reads a TZ string; nil when it is none.
    init?(_ text: String) {
        var scanner = Scanner(bytes: Array(text.utf8))
        guard let name = scanner.name(), let west = scanner.time() else { return nil }
        standard = Zone.Offset(seconds: Int32(-west), abbreviation: name, isDST: false)
        if scanner.isAtEnd {
            daylight = nil
            return
        }
        guard let daylightName = scanner.name() else { return nil }
        var offset = -west + 3600
        if !scanner.isAtEnd, !scanner.isAt(",") {
            guard let west = scanner.time() else { return nil }
            offset = -west
        }
        let rule = Zone.Offset(seconds: Int32(offset), abbreviation: daylightName, isDST: true)
        if scanner.isAtEnd {
            // Without a rule POSIX leaves the dates open; the customary ones are those of the United States.
            daylight = (
                rule, Change(day: .weekday(month: 3, week: 2, weekday: 0)), Change(day: .weekday(month: 11, week: 1, weekday: 0))
            )
            return
        }
        guard scanner.take(","), let start = scanner.change(), scanner.take(","), let end = scanner.change(), scanner.isAtEnd else {
            return nil
        }
        daylight = (rule, start, end)
    }

    func offset(at seconds: Int64) -> Zone.Offset {
        guard let daylight else { return standard }
        let year = CivilTime(Timestamp(seconds: seconds), utcOffset: standard.seconds).year
        let newYear = CivilTime.daysSinceEpoch(year: year, month: 1, day: 1) * 86_400
        let inYear = seconds &- newYear
        let start = daylight.start.seconds(in: year) - Int64(standard.seconds)
        let end = daylight.end.seconds(in: year) - Int64(daylight.rule.seconds)
        // In the south the summer spans the new year.
        let isDaylight = start < end ? (inYear >= start && inYear < end) : (inYear >= start || inYear < end)
        return isDaylight ? daylight.rule : standard
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        var isAtEnd: Bool { position == bytes.count }
        func isAt(_ scalar: Unicode.Scalar) -> Bool { position < bytes.count && bytes[position] == UInt8(ascii: scalar) }

        mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard isAt(scalar) else { return false }
            position += 1
            return true
        }

        /// Three or more letters, or letters, digits and signs in angle brackets.
        mutating func name() -> String? {
            let isQuoted = take("<")
            let start = position
            while position < bytes.count {
                let byte = bytes[position]
                let isLetter = byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
                guard isLetter || (isQuoted && byte != UInt8(ascii: ">")) else { break }
                position += 1
            }
            let name = String(decoding: bytes[start..<position], as: UTF8.self)
            if isQuoted { return take(">") ? name : nil }
            return name.utf8.count >= 3 ? name : nil
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            var value = 0
            let start = position
            while position < bytes.count, bytes[position] &- 0x30 < 10, position - start < 4 {
                value = value * 10 + Int(bytes[position] &- 0x30)
                position += 1
            }
            return position > start && range.contains(value) ? value : nil
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time() -> Int? {
            let isNegative = take("-")
            if !isNegative { _ = take("+") }
            guard let hours = number(0...167) else { return nil }
            var seconds = hours * 3600
            if take(":") {
                guard let minutes = number(0...59) else { return nil }
                seconds += minutes * 60
                if take(":") {
                    guard let rest = number(0...59) else { return nil }
                    seconds += rest
                }
            }
            return isNegative ? -seconds : seconds
        }

        mutating func change() -> Change? {
            guard let day = day() else { return nil }
            var change = Change(day: day)
            if take("/") {
                guard let time = time() else { return nil }
                change.time = time
            }
            return change
        }

        private mutating func day() -> Change.Day? {
            if take("J") { return number(1...365).map { .julian($0) } }
            guard take("M") else { return number(0...365).map { .zeroBased($0) } }
            guard let month = number(1...12), take("."), let week = number(1...5), take("."), let weekday = number(0...6) else {
                return nil
            }
            return .weekday(month: month, week: week, weekday: weekday)
        }
    }
}
