/// What the simulation proves. Each check of a property is counted, so that a run in which one was never tried does not pass.
enum Property: Int, CaseIterable, Sendable {
    case tickOrder, content, muted, muteEnd, dedup, lane, isolation, deadline, backoff, cancellation
    case equalReload, refreshedCrash, acknowledged, journal, lease, sequence, prefix, owedResolve, duplicate, selfResolve
    case merge, routing, silence, inhibition, group, status, retention, limit, wakeUp, note, storage, deferral, suppressed, standstill

    /// What it says.
    var title: String {
        switch self {
        case .tickOrder: "messages of one key come in tick order"
        case .content: "a message says what the store said at its tick"
        case .muted: "nothing muted at its tick is told"
        case .muteEnd: "when a mute ends the next tick tells"
        case .dedup: "dedup decides as the table does"
        case .lane: "one delivery in flight per key"
        case .isolation: "a failing integration never delays another"
        case .deadline: "attempts stay inside the deadline"
        case .backoff: "retries back off by 1.5 from 0.5 s to 60 s"
        case .cancellation: "what is cancelled, and only that"
        case .equalReload: "reloading an equal file tells nothing"
        case .refreshedCrash: "refreshed alerts across a crash tell nothing"
        case .acknowledged: "nothing acknowledged is lost"
        case .journal: "every durable change has its row, in its event"
        case .lease: "a later end time is a lease, written with the heartbeat"
        case .sequence: "rows ascend without gaps"
        case .prefix: "every journal prefix recovers to the model"
        case .owedResolve: "owed resolves are told"
        case .duplicate: "no duplicate but of a copy taken just before a crash"
        case .selfResolve: "restart, suspend and clock step resolve nothing"
        case .merge: "the store merges as the scanning model does"
        case .routing: "routing finds what a walk of the tree finds"
        case .silence: "silences change as the rules say"
        case .inhibition: "mutes are what a scan finds"
        case .group: "groups hold what the model's groups hold"
        case .status: "GET status is what a flush would do"
        case .retention: "after resolves and retention the core is empty"
        case .limit: "limits hold"
        case .wakeUp: "the machine asks to be woken in time, and not for ever"
        case .note: "notes tell what happened"
        case .deferral: "no receiver is asked again before it wants to be, nor left untold for that"
        case .suppressed: "a message names what its alerts inhibit"
        case .standstill: "a process that stood still resolves nothing"
        case .storage: "the database holds what the journal was told"
        }
    }
}

/// A property that did not hold.
struct Violation: Error {
    /// Which.
    let property: Property
    /// What was seen and what was expected.
    let message: String
    /// The specification leaves open what should have happened: two groups share a log key and tick at one instant. The run ends without a verdict.
    var isUndecided = false

    /// A violation; the message is only built when it is needed.
    init(_ property: Property, _ message: String) {
        self.property = property
        self.message = message
    }
}
