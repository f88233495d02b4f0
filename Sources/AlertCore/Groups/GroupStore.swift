import Labels
import Time

/// All aggregation groups, by route and labels.
struct GroupStore {
    private struct Identity: Hashable {
        let route: Int32
        let labels: LabelSet
    }

    private var groups: ContiguousArray<AlertGroup?> = []
    private var generations: ContiguousArray<UInt32> = []
    private var free: ContiguousArray<Int32> = []
    private var index: [Identity: Int32] = [:]

    var count: Int { index.count }

    /// The group at an index that is in use.
    subscript(index: Int32) -> AlertGroup? {
        _read { yield groups[Int(index)] }
        _modify { yield &groups[Int(index)] }
    }

    func find(route: Int32, labels: LabelSet) -> Int32? { index[Identity(route: route, labels: labels)] }

    mutating func insert(_ group: AlertGroup) -> Int32 {
        let place: Int32
        if let last = free.popLast() {
            place = last
            groups[Int(place)] = group
        } else {
            place = Int32(groups.count)
            groups.append(group)
            generations.append(0)
        }
        index[Identity(route: group.route, labels: group.labels)] = place
        return place
    }

    mutating func remove(_ place: Int32) {
        guard let group = groups[Int(place)] else { return }
        index[Identity(route: group.route, labels: group.labels)] = nil
        groups[Int(place)] = nil
        generations[Int(place)] &+= 1
        free.append(place)
    }

    mutating func removeAll() {
        for place in groups.indices where groups[place] != nil {
            groups[place] = nil
            generations[place] &+= 1
            free.append(Int32(place))
        }
        index = [:]
    }

    /// The name of a group that tells it from later ones at the same index.
    func id(of place: Int32) -> GroupID { GroupID(index: place, generation: generations[Int(place)]) }

    /// The index of a group, unless it is gone.
    func place(of id: GroupID) -> Int32? {
        let place = Int(id.index)
        guard groups.indices.contains(place), generations[place] == id.generation, groups[place] != nil else { return nil }
        return id.index
    }

    /// Whether an index still holds the group that a deadline was made for.
    func isLive(_ place: Int32, generation: UInt32) -> Bool {
        generations[Int(place)] & Deadline.generationMask == generation && groups[Int(place)] != nil
    }

    /// Moves remembered ticks that lie ahead of the clock back to it.
    mutating func clampRememberedTicks(to now: Timestamp) {
        for place in groups.indices {
            if let tick = groups[place]?.rememberedTick, tick > now { groups[place]?.rememberedTick = now }
        }
    }

    var ids: [GroupID] {
        groups.indices.filter { groups[$0] != nil }.map { id(of: Int32($0)) }
    }
}
