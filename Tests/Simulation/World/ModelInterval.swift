import AlertCore
import Time

/// A time interval that the naive model evaluates by its own calendar (reference 10).
struct ModelInterval {
    /// The name that routes use.
    var name: String
    /// Each spec with its zone's distance from UTC in seconds; all zones used here never change their clocks.
    var specs: [(spec: TimeIntervalSpec, offset: Int64)]

    /// How many specs contain an instant.
    func containing(_ wall: Nanos) -> Int {
        specs.reduce(0) { $0 + (ModelInterval.contains($1.spec, offset: $1.offset, wall) ? 1 : 0) }
    }

    private static func contains(_ spec: TimeIntervalSpec, offset: Int64, _ wall: Nanos) -> Bool {
        let seconds = wall / .seconds(1) + offset
        let day = seconds / 86_400
        let minute = Int(seconds % 86_400) / 60
        if !spec.times.isEmpty {
            var inside = false
            for range in spec.times where minute >= range.lowerBound && minute < range.upperBound { inside = true }
            if !inside { return false }
        }
        if !spec.weekdays.isEmpty {
            // 1970-01-01 was a Thursday.
            let weekday = Int((day + 4) % 7)
            var inside = false
            for range in spec.weekdays where weekday >= range.lowerBound && weekday <= range.upperBound { inside = true }
            if !inside { return false }
        }
        if spec.daysOfMonth.isEmpty && spec.months.isEmpty && spec.years.isEmpty { return true }
        let (year, month, dayOfMonth, length) = date(day)
        if !spec.daysOfMonth.isEmpty {
            var inside = false
            for range in spec.daysOfMonth {
                let first = range.first < 0 ? length + range.first + 1 : range.first
                let last = range.last < 0 ? length + range.last + 1 : min(range.last, length)
                if first <= length && dayOfMonth >= first && dayOfMonth <= last { inside = true }
            }
            if !inside { return false }
        }
        if !spec.months.isEmpty {
            var inside = false
            for range in spec.months where month >= range.lowerBound && month <= range.upperBound { inside = true }
            if !inside { return false }
        }
        if !spec.years.isEmpty {
            var inside = false
            for range in spec.years where year >= range.lowerBound && year <= range.upperBound { inside = true }
            if !inside { return false }
        }
        return true
    }

    /// The date of a day counted from 1970, by walking the calendar.
    private static func date(_ daysSinceEpoch: Int64) -> (year: Int, month: Int, day: Int, length: Int) {
        var rest = Int(daysSinceEpoch) - 20_454  // 2026-01-01
        var year = 2026
        while true {
            let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
            let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (index, length) in lengths.enumerated() {
                if rest < length { return (year, index + 1, rest + 1, length) }
                rest -= length
            }
            year += 1
        }
    }
}

extension Dice {
    /// A random interval that begins or ends near an instant.
    mutating func interval(named name: String, near wall: Nanos) -> ModelInterval {
        if chance(5) { return ModelInterval(name: name, specs: []) }
        return ModelInterval(name: name, specs: (0..<(chance(25) ? 2 : 1)).map { _ in spec(near: wall) })
    }

    private mutating func spec(near wall: Nanos) -> (TimeIntervalSpec, Int64) {
        var spec = TimeIntervalSpec()
        var offset: Int64 = 0
        if chance(30), let tokyo = try? Zone.named("Asia/Tokyo") {
            spec.zone = tokyo
            offset = 9 * 3600
        }
        let seconds = wall / .seconds(1) + offset
        let minute = Int(seconds % 86_400) / 60
        let weekday = Int((seconds / 86_400 + 4) % 7)
        if chance(85) {
            for _ in 0..<(chance(30) ? 2 : 1) {
                let start = min(max(minute + below(240) - 60, 0), 1438)
                spec.times.append(start..<min(start + 1 + below(chance(50) ? 20 : 150), 1440))
            }
        }
        if chance(20) {
            let first = max(0, weekday - below(3))
            spec.weekdays.append(first...min(6, first + below(4)))
        }
        if chance(15) {
            switch below(3) {
            case 0: spec.daysOfMonth.append(.init(first: 1 + below(31), last: 31))
            case 1: spec.daysOfMonth.append(.init(first: -1 - below(31), last: -1))
            default: spec.daysOfMonth.append(.init(first: 1 + below(28), last: -1))
            }
        }
        if chance(8) {
            let first = 1 + below(12)
            spec.months.append(first...min(12, first + below(6)))
        }
        if chance(5) { spec.years.append(2025...(2025 + below(3))) }
        return (spec, offset)
    }
}
