import Labels
import Time

/// An aggregation group: the alerts of one route that share the labels it groups by (reference 4).
struct AlertGroup {
    /// Index into the configuration's routes.
    var route: Int32
    var labels: LabelSet
    /// The group key (reference 4.2).
    var key: String
    /// Slots of its alerts, in no particular order.
    var members: ContiguousArray<Int32> = []
    /// Members that had ended before they joined and are only here because some integration was told that they fire.
    var owed: Set<Int32> = []
    /// Monotonic time of the next tick.
    var nextTick: Int64
    /// The time of a tick that came during a flush (DESIGN 2, rule 4).
    var rememberedTick: Timestamp?
    var flush: RunningFlush?
    /// Names of the time intervals that muted the last flush.
    var mutedBy: [String] = []
}

/// A flush whose integrations have not all finished.
struct RunningFlush {
    let number: UInt64
    var unfinished: Int
    var hasFailed = false
    /// The members that it saw as over, and their last update: they leave after a success, unless something was heard of them since.
    let resolved: [(slot: Int32, updatedAt: Timestamp)]
}
