public import Time

/// When drills happen by themselves: `--drill.schedule`.
///
/// `[DAY[,DAY…] ]HH:MM[ ZONE]`, such as `Mon 10:00`, `10:00` (every day) or `Mon,Thu 10:00 Asia/Tokyo`. Days are English, at least three letters; without a
/// zone the host's counts. A time that a clock change skips or repeats is taken once. A drill that a sleeping host missed happens when it wakes.
public struct DrillSchedule: Sendable, Hashable {
    /// As it was given.
    public let text: String
    /// Sunday is 0.
    private let weekdays: Set<Int>
    private let hour: Int
    private let minute: Int
    private let zone: Zone

    private static let names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

    /// Reads a schedule.
    ///
    /// - Parameter zone: What counts when the text names none.
    public init(_ text: String, zone: Zone = .local) throws(DrillScheduleError) {
        self.text = text
        var words = text.split(whereSeparator: \.isWhitespace)
        guard let index = words.firstIndex(where: { $0.contains(":") }), index <= 1 else {
            throw DrillScheduleError("there is no time of day like 10:00 in \"\(text)\"")
        }
        let clock = words.remove(at: index)
        guard let (hour, minute) = Self.time(clock) else { throw DrillScheduleError("\"\(clock)\" is no time of day like 10:00") }
        (self.hour, self.minute) = (hour, minute)
        weekdays = index == 1 ? try Self.days(words.removeFirst()) : Set(0..<7)
        guard words.count <= 1 else { throw DrillScheduleError("\"\(words[1])\" is too much behind the time zone") }
        do throws(ZoneError) { self.zone = try words.first.map { name throws(ZoneError) in try Zone.named(String(name)) } ?? zone } catch {
            throw DrillScheduleError("\(error)")
        }
    }

    /// The first time after an instant.
    public func next(after now: Timestamp) -> Timestamp {
        let today = CivilTime(now, in: zone)
        // Today's may be past, and of a single day in the week the next is seven days on.
        for day in 0...8 where weekdays.contains((today.weekday + day) % 7) {
            let time = zone.timestamp(year: today.year, month: today.month, day: today.day + day, hour: hour, minute: minute)
            if time > now { return time }
        }
        return now + .hours(24)
    }

    private static func time(_ text: Substring) -> (hour: Int, minute: Int)? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
            parts.allSatisfy({ $0.allSatisfy { ("0"..."9").contains($0) } }),
            let hour = UInt8(parts[0]), let minute = UInt8(parts[1]), hour < 24, minute < 60
        else { return nil }
        return (Int(hour), Int(minute))
    }

    private static func days(_ text: Substring) throws(DrillScheduleError) -> Set<Int> {
        var days: Set<Int> = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let word = word.lowercased()
            guard word.count >= 3, let day = names.firstIndex(where: { $0.hasPrefix(word) }) else {
                throw DrillScheduleError("\"\(word)\" is no day of the week like Mon")
            }
            days.insert(day)
        }
        return days
    }
}

/// What is wrong with a schedule.
public struct DrillScheduleError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was found and what to write.
    public let description: String

    init(_ found: String) { description = "\(found); write it like 'Mon 10:00', '10:00' or 'Mon,Thu 10:00 Asia/Tokyo'" }
}
