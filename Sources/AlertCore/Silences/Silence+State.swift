import Labels
public import Time

extension Silence {
    /// The state that the API shows: over from the very end on (reference 3.8).
    public func state(at time: Timestamp) -> SilenceState {
        if time < startsAt { return .pending }
        return time < endsAt ? .active : .expired
    }

    /// The silence, ended now: an active one stops, a pending one never begins.
    func expired(at now: Timestamp) -> Silence {
        var copy = self
        if state(at: now) == .pending { copy.startsAt = now }
        copy.endsAt = now
        copy.updatedAt = now
        return copy
    }

    /// Whether this silence may become the other one and keep its id (reference 3.8).
    func canBecome(_ other: Silence, at now: Timestamp) -> Bool {
        guard matchers == other.matchers else { return false }
        switch state(at: now) {
        case .active: return startsAt.seconds == other.startsAt.seconds && other.endsAt >= now
        case .pending: return other.startsAt >= now
        case .expired: return false
        }
    }

    /// Whether it contains each of these matchers: same name, operator and value text.
    func contains(_ wanted: [Matcher]) -> Bool {
        wanted.allSatisfy { matchers.contains($0) }
    }

    /// The order of a listing (reference 3.8): active by soonest end, pending by soonest start, expired by latest end; ties by id.
    static func listed(_ left: Silence, before right: Silence, at time: Timestamp) -> Bool {
        let (leftState, rightState) = (left.state(at: time), right.state(at: time))
        if leftState != rightState { return leftState.rank < rightState.rank }
        switch leftState {
        case .active where left.endsAt != right.endsAt: return left.endsAt < right.endsAt
        case .pending where left.startsAt != right.startsAt: return left.startsAt < right.startsAt
        case .expired where left.endsAt != right.endsAt: return left.endsAt > right.endsAt
        default: return left.id < right.id
        }
    }
}

extension SilenceState {
    fileprivate var rank: Int {
        switch self {
        case .active: 0
        case .pending: 1
        case .expired: 2
        }
    }
}
