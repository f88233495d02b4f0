/// Reads the elements of one text.
struct LayoutParser {
    private let layout: String
    private let text: String
    private var rest: ArraySlice<UInt8>

    private var year = 0
    private var month: Int?
    private var day: Int?
    private var yearDay: Int?
    private var hour = 0
    private var minute = 0
    private var second = 0
    private var nanosecond = 0
    private var isAfternoon: Bool?
    private var utcOffset: Int32?
    private var zoneName: String?

    init(layout: String, text: String) {
        self.layout = layout
        self.text = text
        rest = Array(text.utf8)[...]
    }

    mutating func read() throws(GoLayout.ParseError) {
        var remaining = Array(layout.utf8)[...]
        while let (literal, element) = LayoutElement.split(&remaining) {
            try skip(literal)
            guard let element else { break }
            let before = rest
            let spelling = String(decoding: element.spelling, as: UTF8.self)
            guard try readElement(element) else {
                throw error("cannot parse \(quoted(String(decoding: before, as: UTF8.self))) as \(quoted(spelling))")
            }
            if case .second = element { readImpliedFraction(before: remaining) }
        }
        if !rest.isEmpty { throw outOfRange("extra text: \(quoted(String(decoding: rest, as: UTF8.self)))") }
    }

    func time(in zone: Zone) throws(GoLayout.ParseError) -> Timestamp {
        var hour = hour
        if isAfternoon == true, hour < 12 { hour += 12 }
        if isAfternoon == false, hour == 12 { hour = 0 }
        var (month, day) = (month, day)
        if let yearDay {
            guard yearDay >= 1, yearDay <= (CivilTime.isLeap(year) ? 366 : 365) else { throw outOfRange("day-of-year out of range") }
            let date = CivilTime.date(daysSinceEpoch: CivilTime.daysSinceEpoch(year: year, month: 1, day: 1) + Int64(yearDay - 1))
            guard month ?? date.month == date.month else { throw outOfRange("day-of-year does not match month") }
            guard day ?? date.day == date.day else { throw outOfRange("day-of-year does not match day") }
            (month, day) = (date.month, date.day)
        }
        let (monthNumber, dayNumber) = (month ?? 1, day ?? 1)
        guard dayNumber >= 1, dayNumber <= CivilTime.daysInMonth(year: year, month: monthNumber) else {
            throw outOfRange("day out of range")
        }

        let utc = Zone.utc.timestamp(
            year: year, month: monthNumber, day: dayNumber, hour: hour, minute: minute, second: second, nanosecond: nanosecond)
        if let utcOffset { return Timestamp(seconds: utc.seconds - Int64(utcOffset), nanoseconds: utc.nanoseconds, utcOffset: utcOffset) }
        if let zoneName {
            // A name that the zone does not know is taken as UTC, as Go does with its invented zones; `GMT+3` says its offset itself.
            var offset = zone.offset(ofAbbreviation: zoneName, nearLocal: utc.seconds) ?? 0
            if zoneName.hasPrefix("GMT"), let hours = Int32(zoneName.dropFirst(3)) { offset = hours * 3600 }
            return Timestamp(seconds: utc.seconds - Int64(offset), nanoseconds: utc.nanoseconds, utcOffset: offset)
        }
        return zone.timestamp(
            year: year, month: monthNumber, day: dayNumber, hour: hour, minute: minute, second: second, nanosecond: nanosecond)
    }

    /// Reads one element; false when the text has something else.
    private mutating func readElement(_ element: LayoutElement) throws(GoLayout.ParseError) -> Bool {
        switch element {
        case .longYear:
            guard let value = digits(4...4) else { return false }
            year = value
        case .year:
            guard let value = digits(2...2) else { return false }
            year = value >= 69 ? value + 1900 : value + 2000
        case .longMonth: return name(of: GoLayout.Names.months) { $0.month = $1 + 1 }
        case .month: return name(of: GoLayout.Names.months.map { String($0.prefix(3)) }) { $0.month = $1 + 1 }
        case .longWeekday: return name(of: GoLayout.Names.weekdays) { _, _ in }
        case .weekday: return name(of: GoLayout.Names.weekdays.map { String($0.prefix(3)) }) { _, _ in }
        case .monthNumber(let padding):
            guard let value = number(padding) else { return false }
            month = try checked(value, 1...12, "month")
        case .day(let padding):
            if padding == .space { _ = take(" ") }
            guard let value = number(padding) else { return false }
            day = value
        case .yearDay(let padding):
            if padding == .space, take(" ") { _ = take(" ") }
            guard let value = digits(padding == .zero ? 3...3 : 1...3) else { return false }
            yearDay = value
        case .hour:
            guard let value = number(.none) else { return false }
            hour = try checked(value, 0...23, "hour")
        case .hour12(let padding):
            guard let value = number(padding) else { return false }
            hour = try checked(value, 0...12, "hour")
        case .minute(let padding):
            guard let value = number(padding) else { return false }
            minute = try checked(value, 0...59, "minute")
        case .second(let padding):
            guard let value = number(padding) else { return false }
            second = try checked(value, 0...59, "second")
        case .period(let isUpper):
            if take(isUpper ? "PM" : "pm") {
                isAfternoon = true
            } else if take(isUpper ? "AM" : "am") {
                isAfternoon = false
            } else {
                return false
            }
        case .zoneOffset(let form): return try offset(form)
        case .zoneName: return abbreviation()
        case .fraction(let form): return fraction(form)
        }
        return true
    }

    /// A fraction after the seconds is read even where the layout does not ask for one.
    private mutating func readImpliedFraction(before layout: ArraySlice<UInt8>) {
        guard let separator = rest.first, separator == UInt8(ascii: ".") || separator == UInt8(ascii: ","), isDigit(rest.dropFirst().first)
        else {
            return
        }
        var remaining = layout
        // If the layout goes on with a fraction of its own, that element reads it.
        if case (_, .fraction)? = LayoutElement.split(&remaining) { return }
        rest = rest.dropFirst()
        nanosecond = fractionDigits(rest.prefix { $0 &- 0x30 < 10 }.count)
    }

    private mutating func fraction(_ form: LayoutElement.FractionForm) -> Bool {
        guard let separator = rest.first, separator == UInt8(ascii: ".") || separator == UInt8(ascii: ","), isDigit(rest.dropFirst().first)
        else {
            return form.trimsZeros
        }
        let count = rest.dropFirst().prefix { $0 &- 0x30 < 10 }.count
        guard form.trimsZeros || count >= form.digits else { return false }
        rest = rest.dropFirst()
        nanosecond = fractionDigits(form.trimsZeros ? count : form.digits)
        return true
    }

    /// Consumes so many digits as nanoseconds; those after the ninth do not count.
    private mutating func fractionDigits(_ count: Int) -> Int {
        var value = 0
        for index in 0..<9 { value = value * 10 + (index < count ? Int(rest[rest.startIndex + index] &- 0x30) : 0) }
        rest = rest.dropFirst(count)
        return value
    }

    private mutating func offset(_ form: LayoutElement.OffsetForm) throws(GoLayout.ParseError) -> Bool {
        if form.isISO, take("Z") {
            utcOffset = 0
            return true
        }
        let isNegative = take("-")
        guard isNegative || take("+"), let hours = digits(2...2) else { return false }
        var seconds = try checked(hours, 0...24, "time zone offset hour") * 3600
        for scale in [60, 1].prefix(form.parts - 1) {
            if form.hasColon, !take(":") { return false }
            guard let value = digits(2...2) else { return false }
            seconds += try checked(value, 0...60, scale == 60 ? "time zone offset minute" : "time zone offset second") * scale
        }
        utcOffset = Int32(isNegative ? -seconds : seconds)
        return true
    }

    /// Three to five capitals, `GMT` with a signed hour, or a signed two-digit hour.
    private mutating func abbreviation() -> Bool {
        if take("UTC") {
            utcOffset = 0
            return true
        }
        var length = rest.prefix { $0 &- 0x41 < 26 }.count
        if length == 0, let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            length = 1 + rest.dropFirst().prefix { isDigit($0) }.count
            guard length == 3 else { return false }
        } else if rest.starts(with: "GMT".utf8), let sign = rest.dropFirst(3).first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
        {
            let hours = rest.dropFirst(4).prefix { isDigit($0) }.count
            if (1...2).contains(hours) { length = 4 + hours }
        } else {
            // ChST and MeST have a small letter.
            if rest.starts(with: "ChST".utf8) || rest.starts(with: "MeST".utf8) { length = 4 }
            guard (3...5).contains(length) else { return false }
        }
        zoneName = String(decoding: rest.prefix(length), as: UTF8.self)
        rest = rest.dropFirst(length)
        return true
    }

    /// Literal text; a run of spaces matches any run of spaces.
    private mutating func skip(_ literal: ArraySlice<UInt8>) throws(GoLayout.ParseError) {
        var expected = literal
        let before = rest
        while let byte = expected.first {
            if byte == UInt8(ascii: " ") {
                guard rest.first ?? byte == byte else { break }
                expected = expected.drop { $0 == byte }
                rest = rest.drop { $0 == byte }
                continue
            }
            guard rest.first == byte else { break }
            expected = expected.dropFirst()
            rest = rest.dropFirst()
        }
        if !expected.isEmpty {
            let found = quoted(String(decoding: before, as: UTF8.self))
            throw error("cannot parse \(found) as \(quoted(String(decoding: literal, as: UTF8.self)))")
        }
    }

    private mutating func take(_ text: String) -> Bool {
        guard rest.starts(with: text.utf8) else { return false }
        rest = rest.dropFirst(text.utf8.count)
        return true
    }

    private mutating func number(_ padding: LayoutElement.Padding) -> Int? { digits(padding == .zero ? 2...2 : 1...2) }

    /// As many digits as allowed and there; nil when there are too few.
    private mutating func digits(_ count: ClosedRange<Int>) -> Int? {
        let found = rest.prefix(count.upperBound).prefix { isDigit($0) }
        guard found.count >= count.lowerBound else { return nil }
        rest = rest.dropFirst(found.count)
        return found.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
    }

    /// One of these names, whatever its case.
    private mutating func name(of names: [String], _ store: (inout LayoutParser, Int) -> Void) -> Bool {
        for (index, name) in names.enumerated() {
            let found = rest.prefix(name.utf8.count)
            guard found.count == name.utf8.count, zip(found, name.utf8).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { continue }
            rest = rest.dropFirst(found.count)
            store(&self, index)
            return true
        }
        return false
    }

    private func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 &- 0x30 < 10 } ?? false }

    private func checked(_ value: Int, _ range: ClosedRange<Int>, _ what: String) throws(GoLayout.ParseError) -> Int {
        guard range.contains(value) else { throw outOfRange("\(what) out of range") }
        return value
    }

    private func error(_ detail: String) -> GoLayout.ParseError {
        GoLayout.ParseError(message: "parsing time \(quoted(text)) as \(quoted(layout)): \(detail)")
    }

    private func outOfRange(_ detail: String) -> GoLayout.ParseError {
        GoLayout.ParseError(message: "parsing time \(quoted(text)): \(detail)")
    }
}
