public import Time

extension TimeIntervalSpec {
    /// Whether an instant lies in every field (reference 10).
    func contains(_ instant: Timestamp) -> Bool {
        let time = zone.map { CivilTime(instant, in: $0) } ?? CivilTime(instant, utcOffset: 0)
        let minute = time.hour * 60 + time.minute
        return (times.isEmpty || times.contains { $0.contains(minute) })
            && (daysOfMonth.isEmpty || daysOfMonth.contains { $0.contains(time.day, of: time.daysInMonth) })
            && (weekdays.isEmpty || weekdays.contains { $0.contains(time.weekday) })
            && (months.isEmpty || months.contains { $0.contains(time.month) })
            && (years.isEmpty || years.contains { $0.contains(time.year) })
    }
}

extension TimeIntervalSpec.DayRange {
    /// Whether a day of a month of this length lies in the range. A start behind the month's end never matches; an end is clamped.
    fileprivate func contains(_ day: Int, of length: Int) -> Bool {
        let start = first < 0 ? length + first + 1 : first
        let end = last < 0 ? length + last + 1 : last
        return start <= length && day >= start && day <= min(end, length)
    }
}

extension TimeInterval {
    /// Whether any spec contains the instant.
    public func contains(_ instant: Timestamp) -> Bool { specs.contains { $0.contains(instant) } }
}

extension CoreConfiguration {
    /// The names of the intervals that mute a route at an instant; empty when it may tell (reference 5.2).
    func mutedBy(route: Route, at instant: Timestamp) -> (names: [String], reason: SuppressionReason)? {
        if !route.activeTimeIntervals.isEmpty, !route.activeTimeIntervals.contains(where: { timeIntervals[$0]?.contains(instant) ?? false })
        {
            return (route.activeTimeIntervals, .activeTimeInterval)
        }
        // A name is repeated for each of its specs that matches, as Alertmanager has it.
        let muting = route.muteTimeIntervals.flatMap { name in
            (timeIntervals[name]?.specs ?? []).filter { $0.contains(instant) }.map { _ in name }
        }
        return muting.isEmpty ? nil : (muting, .muteTimeInterval)
    }
}
