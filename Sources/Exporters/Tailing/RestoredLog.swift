import JSON
import Logging

/// What the store knew of a log when the program started.
struct RestoredLog: Sendable {
    var totals: JSONValue?
    var lines: JSONValue?
    /// The follower's places; nil at the very first start, and when they belong to another file.
    var tail: JSONValue?
    var rotations: UInt64 = 0
    var gaps: UInt64 = 0
    /// Whether places were lost, so that a log is counted from its end on whatever the options say: from its start it would be counted twice.
    var isLost = false

    /// Reads what the store keeps; what cannot be used is told in the log.
    static func load(_ name: String, path: String?, from store: PositionStore?, version: Int64, log: Logger) -> RestoredLog {
        guard let store else { return RestoredLog() }
        switch store.load(name, version: version) {
        case .nothing: return RestoredLog()
        case .state(let state): return RestoredLog(state, path: path, log: log)
        case .unusable(let why, let setAside):
            log.warning(
                """
                The place in the log cannot be used: \(why). It was set aside as \(setAside); counters begin anew, and lines are counted \
                from the log's end on
                """)
            return RestoredLog(isLost: true)
        case .unreadable(let error):
            log.warning("\(error); counters begin anew, and lines are counted from the log's end on")
            return RestoredLog(isLost: true)
        }
    }

    init(isLost: Bool = false) {
        self.isLost = isLost
    }

    init(_ state: JSONValue, path: String?, log: Logger) {
        totals = state["totals"]
        lines = state["lines"]
        rotations = Self.count(state["tail"]?["rotations"])
        gaps = Self.count(state["tail"]?["gaps"])
        guard let path, let known = state["path"]?.stringValue else { return }
        if known == path {
            tail = state["tail"]
        } else {
            log.notice("The log was at \(known) before; the counters go on, and lines are counted from the end of the new file on")
            isLost = true
        }
    }

    private static func count(_ value: JSONValue?) -> UInt64 { value?.int64Value.flatMap(UInt64.init(exactly:)) ?? 0 }
}
