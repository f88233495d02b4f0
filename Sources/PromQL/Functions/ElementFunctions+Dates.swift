import Time

extension ElementFunctions {
    /// Parts of the UTC date and time that a value names in Unix seconds (reference 3.9).
    static let dates: [String: ElementFunction] = [
        "minute": date { $0.minute },
        "hour": date { $0.hour },
        "day_of_week": date { $0.weekday },
        "day_of_month": date { $0.day },
        "day_of_year": date { $0.yearDay },
        "days_in_month": date { $0.daysInMonth },
        "month": date { $0.month },
        "year": date { $0.year },
    ]

    @inline(__always)
    private static func date(_ part: @escaping @Sendable (CivilTime) -> Int) -> ElementFunction {
        each { Double(part(CivilTime(Timestamp(seconds: wholeSeconds($0))))) }
    }

    /// Truncates. What an integer cannot hold, NaN among it, gets the date that Go's wrapping arithmetic gives: the last of all, in the year
    /// 292277026596.
    private static func wholeSeconds(_ value: Double) -> Int64 {
        Int64(exactly: value.rounded(.towardZero)) ?? .max
    }
}
