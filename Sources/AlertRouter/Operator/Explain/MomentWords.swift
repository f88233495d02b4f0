import Time

/// Times as a person reads them at a moment.
struct MomentWords {
    let now: Timestamp
    let zone: Zone

    /// With the day unless it is today.
    func moment(_ time: Timestamp) -> String {
        let isToday = GoLayout.format(time, in: zone, layout: "2006-01-02") == GoLayout.format(now, in: zone, layout: "2006-01-02")
        return GoLayout.format(time, in: zone, layout: isToday ? "15:04:05" : "2006-01-02 15:04:05")
    }

    /// The time of day.
    func clock(_ time: Timestamp) -> String { GoLayout.format(time, in: zone, layout: "15:04:05") }

    /// How long ago.
    func ago(_ time: Timestamp) -> String { "\(max(0, (now - time).milliseconds / 1000)) s ago" }
}
