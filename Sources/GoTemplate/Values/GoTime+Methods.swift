import Labels
import Time

extension GoTime {
    /// The methods of Go's type that give one result.
    public func method(_ name: String) -> TemplateMethod? {
        shownParts(name) ?? arithmetic(name) ?? order(name)
    }

    /// What the time shows, and the same instant shown elsewhere.
    private func shownParts(_ name: String) -> TemplateMethod? {
        switch name {
        case "Format": TemplateMethod([.string]) { values, _ in values[0].mappingText(formatted) }
        case "String": give(.string(text ?? ""))
        case "GoString": give(.string(goString))
        case "MarshalText": give(.list(Array(RFC3339.string(shown, fraction: .asNeeded).utf8).map { .object(GoByte($0)) }))
        case "MarshalJSON": give(.list(Array("\"\(RFC3339.string(shown, fraction: .asNeeded))\"".utf8).map { .object(GoByte($0)) }))
        case "UTC": give(.object(GoTime(timestamp, zone: .utc)))
        case "Local": TemplateMethod([]) { _, environment in .object(GoTime(timestamp, zone: environment.local)) }
        case "In":
            TemplateMethod([.type("*time.Location")]) { (values, _) throws(TemplateFault) in
                guard case .object(let location as GoLocation) = values[0] else {
                    throw TemplateFault("time: missing Location in call to Time.In")
                }
                return .object(GoTime(timestamp, zone: location.zone))
            }
        case "Location": give(.object(GoLocation(zone)))
        case "IsDST": give(.bool(zone.offset(at: timestamp).isDST))
        case "Year": give(.int(Int64(civil.year)))
        case "Month": give(.object(GoMonth(civil.month)))
        case "Day": give(.int(Int64(civil.day)))
        case "Weekday": give(.object(GoWeekday(civil.weekday)))
        case "YearDay": give(.int(Int64(civil.yearDay)))
        case "Hour": give(.int(Int64(civil.hour)))
        case "Minute": give(.int(Int64(civil.minute)))
        case "Second": give(.int(Int64(civil.second)))
        case "Nanosecond": give(.int(Int64(timestamp.nanoseconds)))
        default: nil
        }
    }

    /// Numbers since the epoch, sums and roundings.
    private func arithmetic(_ name: String) -> TemplateMethod? {
        switch name {
        case "Unix": give(.object(GoInt64(timestamp.seconds)))
        case "UnixMilli": give(.object(GoInt64(timestamp.seconds &* 1000 &+ Int64(timestamp.nanoseconds / 1_000_000))))
        case "UnixMicro": give(.object(GoInt64(timestamp.seconds &* 1_000_000 &+ Int64(timestamp.nanoseconds / 1000))))
        case "UnixNano": give(.object(GoInt64(timestamp.seconds &* 1_000_000_000 &+ Int64(timestamp.nanoseconds))))
        case "Add":
            TemplateMethod([.type("time.Duration")]) { (values, _) throws(TemplateFault) in
                .object(GoTime(timestamp + (try GoDurationValue.argument(values[0])), zone: zone))
            }
        case "Sub":
            TemplateMethod([.type("time.Time")]) { (values, _) throws(TemplateFault) in
                .object(GoDurationValue(timestamp - (try GoTime.argument(values[0]).timestamp)))
            }
        case "AddDate":
            TemplateMethod([.int, .int, .int]) { values, _ in
                .object(adding(years: values[0].integer, months: values[1].integer, days: values[2].integer))
            }
        case "Truncate":
            TemplateMethod([.type("time.Duration")]) { (values, _) throws(TemplateFault) in
                .object(rounded(to: try GoDurationValue.argument(values[0]), toNearest: false))
            }
        case "Round":
            TemplateMethod([.type("time.Duration")]) { (values, _) throws(TemplateFault) in
                .object(rounded(to: try GoDurationValue.argument(values[0]), toNearest: true))
            }
        default: nil
        }
    }

    private func order(_ name: String) -> TemplateMethod? {
        switch name {
        case "IsZero": return give(.bool(timestamp.isGoZero))
        case "Before": return compare { .bool($0 < $1) }
        case "After": return compare { .bool($0 > $1) }
        case "Equal": return compare { .bool($0 == $1) }
        case "Compare": return compare { .int($0 < $1 ? -1 : $0 == $1 ? 0 : 1) }
        default: return nil
        }
    }

    private func compare(_ result: @escaping @Sendable (Timestamp, Timestamp) -> TemplateValue) -> TemplateMethod {
        TemplateMethod([.type("time.Time")]) { (values, _) throws(TemplateFault) in
            result(timestamp, try GoTime.argument(values[0]).timestamp)
        }
    }

    /// The same time of day on another date; days that a month does not have run into the next.
    private func adding(years: Int64, months: Int64, days: Int64) -> GoTime {
        let civil = civil
        // Bounds far outside any calendar, so that the sums cannot overflow.
        let bounds: ClosedRange<Int64> = -1_000_000_000_000...1_000_000_000_000
        func bounded(_ number: Int64) -> Int { Int(min(max(number, bounds.lowerBound), bounds.upperBound)) }
        let month = civil.month - 1 + bounded(months)
        let carried = month >= 0 ? month / 12 : (month - 11) / 12
        let time = zone.timestamp(
            year: civil.year + bounded(years) + carried, month: month - carried * 12 + 1, day: civil.day + bounded(days), hour: civil.hour,
            minute: civil.minute, second: civil.second, nanosecond: civil.nanosecond)
        return GoTime(time, zone: zone)
    }

    /// The time at a multiple of a span since Go's zero time: the one before it or the nearest, halves up.
    private func rounded(to span: TimeSpan, toNearest: Bool) -> GoTime {
        guard span > .zero else { return self }
        let nanoseconds = Int128(timestamp.seconds - Timestamp.goZero.seconds) * 1_000_000_000 + Int128(timestamp.nanoseconds)
        var rest = Int64(nanoseconds % Int128(span.nanoseconds))
        if rest < 0 { rest += span.nanoseconds }
        let up = toNearest && rest >= span.nanoseconds - rest
        let change = TimeSpan(nanoseconds: up ? span.nanoseconds - rest : -rest)
        return GoTime(timestamp + change, zone: zone)
    }

    /// How `%#v` shows it.
    var goString: String {
        let civil = civil
        let location: String
        switch zone.name {
        case "UTC": location = "time.UTC"
        case "Local": location = "time.Local"
        default: location = "time.Location(\(GoQuote.quote(zone.name)))"
        }
        let date = "time.Date(\(civil.year), time.\(GoMonth.name(civil.month)), \(civil.day), "
        return date + "\(civil.hour), \(civil.minute), \(civil.second), \(civil.nanosecond), \(location))"
    }

    private func give(_ value: TemplateValue) -> TemplateMethod { TemplateMethod([]) { _, _ in value } }
}

extension TemplateValue {
    /// The integer of an argument that was declared as one.
    var integer: Int64 {
        if case .int(let number) = self { number } else { 0 }
    }
}
