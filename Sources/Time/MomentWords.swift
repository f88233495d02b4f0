/// Times as a person reads them at a moment.
public struct MomentWords: Sendable {
    private let now: Timestamp
    private let zone: Zone

    /// Words for somebody who reads them now, there.
    public init(now: Timestamp, zone: Zone) {
        self.now = now
        self.zone = zone
    }

    /// With the day unless it is today.
    public func moment(_ time: Timestamp) -> String {
        let isToday = GoLayout.format(time, in: zone, layout: "2006-01-02") == GoLayout.format(now, in: zone, layout: "2006-01-02")
        return GoLayout.format(time, in: zone, layout: isToday ? "15:04:05" : "2006-01-02 15:04:05")
    }

    /// The time of day.
    public func clock(_ time: Timestamp) -> String { GoLayout.format(time, in: zone, layout: "15:04:05") }

    /// How long ago.
    public func ago(_ time: Timestamp) -> String { "\(max(0, (now - time).milliseconds / 1000)) s ago" }
}
