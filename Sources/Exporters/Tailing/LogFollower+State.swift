import JSON

extension LogFollower {
    /// Where the follower is, for the store.
    var state: JSONValue {
        var members: JSONObject = ["rotations": .number(JSONNumber(rotations)), "gaps": .number(JSONNumber(gaps))]
        switch phase {
        case .beginning: return .object(members)
        case .searching(let current, let places):
            members["current"] = current.state
            members["draining"] = .array(places.map(\.state))
        case .following(let current, let absent):
            members["current"] = (current?.place ?? absent).state
            members["draining"] = .array(draining.map(\.place.state))
        }
        members["finished"] = .array(
            finished.map { .object(["head": $0.head.state, "size": .number(JSONNumber($0.size)), "tail": $0.tail.state]) })
        return .object(members)
    }

    /// Takes over where an earlier run was. Without a readable place this is the first start.
    func restore(_ state: JSONValue?) {
        guard let state, let current = state["current"].flatMap(LogPlace.init(state:)) else { return }
        let places = (state["draining"]?.arrayValue ?? []).compactMap(LogPlace.init(state:))
        phase = .searching(current: current, draining: places)
        finished = (state["finished"]?.arrayValue ?? []).compactMap { entry in
            guard let head = ByteFingerprint(state: entry["head"]), let size = entry["size"]?.int64Value,
                let tail = ByteFingerprint(state: entry["tail"])
            else { return nil }
            return FileIdentity(head: head, size: size, tail: tail)
        }
    }
}
