public import Time

/// A named time interval: it contains an instant if any of its specs does (reference 10).
public struct TimeInterval: Sendable {
    /// The specs, any of which suffices; an empty list never matches.
    public var specs: [TimeIntervalSpec]

    /// An interval of these specs.
    public init(specs: [TimeIntervalSpec]) { self.specs = specs }
}

/// One element of a time interval. Fields are ANDed; within a field any range suffices; an empty field is "always".
public struct TimeIntervalSpec: Sendable {
    /// Minutes of the day, start inclusive, end exclusive, up to 1440.
    public var times: [Range<Int>]
    /// Days of the week, Sunday 0.
    public var weekdays: [ClosedRange<Int>]
    /// Days of the month; negative values count from its end, so first and last are kept apart.
    public var daysOfMonth: [DayRange]
    /// Months, January 1.
    public var months: [ClosedRange<Int>]
    /// Years.
    public var years: [ClosedRange<Int>]
    /// The zone that every field is evaluated in; nil is UTC.
    public var zone: Zone?

    /// Days of a month from `first` to `last`, each -31…31 and never 0.
    public struct DayRange: Sendable, Hashable {
        /// The first day.
        public var first: Int
        /// The last day.
        public var last: Int

        /// A range of days.
        public init(first: Int, last: Int) {
            self.first = first
            self.last = last
        }
    }

    /// A spec with these fields.
    public init(
        times: [Range<Int>] = [], weekdays: [ClosedRange<Int>] = [], daysOfMonth: [DayRange] = [], months: [ClosedRange<Int>] = [],
        years: [ClosedRange<Int>] = [], zone: Zone? = nil
    ) {
        self.times = times
        self.weekdays = weekdays
        self.daysOfMonth = daysOfMonth
        self.months = months
        self.years = years
        self.zone = zone
    }
}
