import Testing
import Time

@Suite("Timestamps")
struct TimestampTests {
    @Test("the offset is presentation only")
    func offsetIgnored() {
        let utc = Timestamp(seconds: 100, nanoseconds: 5)
        let berlin = Timestamp(seconds: 100, nanoseconds: 5, utcOffset: 3600)
        #expect(utc == berlin)
        #expect(utc.hashValue == berlin.hashValue)
        #expect(!(utc < berlin) && !(berlin < utc))
        #expect(berlin.utc.utcOffset == 0)
    }

    @Test("adding and subtracting spans carries nanoseconds in both directions")
    func arithmetic() {
        let time = Timestamp(seconds: 10, nanoseconds: 900_000_000, utcOffset: 60)
        let later = time + .milliseconds(200)
        #expect(later.seconds == 11 && later.nanoseconds == 100_000_000 && later.utcOffset == 60)
        let earlier = time - .milliseconds(10_950)
        #expect(earlier.seconds == -1 && earlier.nanoseconds == 950_000_000)
        #expect(later - time == .milliseconds(200))
        #expect(time - later == .milliseconds(-200))
        #expect(time - TimeSpan(nanoseconds: .min) == time + TimeSpan(nanoseconds: .max) + TimeSpan(nanoseconds: 1))
    }

    @Test("differences outside the range of a span saturate")
    func saturates() {
        let now = Timestamp(seconds: 1_800_000_000)
        #expect(now - .goZero == TimeSpan(nanoseconds: .max))
        #expect(Timestamp.goZero - now == TimeSpan(nanoseconds: .min))
        #expect(Timestamp(seconds: .max) - Timestamp(seconds: .min) == TimeSpan(nanoseconds: .max))
        #expect(Timestamp(seconds: .min) - Timestamp(seconds: .max) == TimeSpan(nanoseconds: .min))
        #expect((Timestamp(seconds: .max) + .seconds(1)).seconds == .max)
        #expect((Timestamp(seconds: .min) - .seconds(1)).seconds == .min)
    }

    @Test("nanoseconds since the epoch round towards the past and saturate")
    func unixNanoseconds() {
        #expect(Timestamp(unixNanoseconds: -1) == Timestamp(seconds: -1, nanoseconds: 999_999_999))
        #expect(Timestamp(unixNanoseconds: -1).unixNanoseconds == -1)
        #expect(Timestamp(unixNanoseconds: 1_500_000_000_123_456_789).unixNanoseconds == 1_500_000_000_123_456_789)
        #expect(Timestamp.goZero.unixNanoseconds == .min)
        #expect(Timestamp(seconds: .max).unixNanoseconds == .max)
        #expect(Timestamp(unixNanoseconds: .max).unixNanoseconds == .max)
    }

    @Test("Go's zero time is the first second of year 1")
    func goZero() {
        #expect(RFC3339.string(.goZero) == "0001-01-01T00:00:00.000Z")
        #expect(RFC3339.parse("0001-01-01T00:00:00Z") == .goZero)
        #expect(Timestamp.goZero.isGoZero)
        #expect(!Timestamp.epoch.isGoZero)
    }

    @Test("a timestamp takes 16 bytes")
    func size() {
        #expect(MemoryLayout<Timestamp>.stride == 16)
    }

    @Test("the clocks advance and the wall clock is past 2025")
    func clocks() {
        let (monotonic, boot) = (Clock.monotonic(), Clock.boottime())
        #expect(Clock.monotonic() >= monotonic && monotonic > 0)
        #expect(Clock.boottime() >= boot && boot > 0)
        #expect(CivilTime(Clock.wall()).year >= 2025)
    }
}

@Suite("The civil calendar")
struct CivilTimeTests {
    @Test("every day from year -400 to 2400 follows the one before")
    func everyDay() {
        var days = CivilTime.daysSinceEpoch(year: -400, month: 1, day: 1)
        var weekday = CivilTime(Timestamp(seconds: days * 86_400)).weekday
        var mistakes = 0
        for year in -400...2400 {
            var yearDay = 0
            for month in 1...12 {
                for day in 1...CivilTime.daysInMonth(year: year, month: month) {
                    yearDay += 1
                    let civil = CivilTime(Timestamp(seconds: days * 86_400 + 86_399, nanoseconds: 7))
                    let isRight =
                        civil.year == year && civil.month == month && civil.day == day && civil.yearDay == yearDay
                        && civil.weekday == weekday
                        && civil.hour == 23 && civil.minute == 59 && civil.second == 59 && civil.nanosecond == 7
                        && CivilTime.daysSinceEpoch(year: year, month: month, day: day) == days
                    if !isRight { mistakes += 1 }
                    days += 1
                    weekday = (weekday + 1) % 7
                }
            }
        }
        #expect(mistakes == 0)
        #expect(days == CivilTime.daysSinceEpoch(year: 2401, month: 1, day: 1))
    }

    @Test("the epoch was a Thursday and 1969 ended just before it")
    func epoch() {
        let epoch = CivilTime(.epoch)
        #expect(epoch.year == 1970 && epoch.month == 1 && epoch.day == 1 && epoch.weekday == 4 && epoch.yearDay == 1)
        let before = CivilTime(Timestamp(seconds: -1))
        #expect(before.year == 1969 && before.month == 12 && before.day == 31 && before.hour == 23 && before.second == 59)
    }

    @Test("extreme timestamps show some date without trapping", arguments: [Int64.min, -1 << 56, 1 << 56, Int64.max])
    func extremes(seconds: Int64) {
        let civil = CivilTime(Timestamp(seconds: seconds), utcOffset: 3600)
        #expect((1...12).contains(civil.month) && (1...31).contains(civil.day) && (0...6).contains(civil.weekday))
        #expect(!RFC3339.string(Timestamp(seconds: seconds, utcOffset: -3600)).isEmpty)
    }

    @Test("months have their lengths, February by the leap rule")
    func monthLengths() {
        #expect((1...12).map { CivilTime.daysInMonth(year: 2023, month: $0) } == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
        #expect(CivilTime.daysInMonth(year: 2024, month: 2) == 29)
        #expect(CivilTime.daysInMonth(year: 1900, month: 2) == 28)
        #expect(CivilTime.daysInMonth(year: 2000, month: 2) == 29)
        #expect(CivilTime(Timestamp(seconds: 1_709_164_800)).daysInMonth == 29)
    }
}
