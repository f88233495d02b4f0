import Labels
import Time

/// All silences, and an index over those that are not over (DESIGN 3).
struct SilenceStore {
    private var silences: ContiguousArray<Silence?> = []
    private var generations: ContiguousArray<UInt32> = []
    private var free: ContiguousArray<Int32> = []
    private var places: [String: Int32] = [:]
    private var index = MatcherIndex()
    /// Whether each silence is in the index.
    private var indexed: ContiguousArray<Bool> = []

    var count: Int { places.count }

    subscript(id: String) -> Silence? { places[id].flatMap { silences[Int($0)] } }

    /// All silences, in the order of their places.
    var all: [Silence] { silences.compactMap { $0 } }

    /// Adds or replaces a silence. Returns its place and the generation for its end in the deadline heap.
    mutating func put(_ silence: Silence) -> (place: Int32, generation: UInt32) {
        if let place = places[silence.id] {
            removeFromIndex(place)
            return (place, set(silence, at: place))
        }
        let place: Int32
        if let last = free.popLast() {
            place = last
        } else {
            place = Int32(silences.count)
            silences.append(nil)
            generations.append(0)
            indexed.append(false)
        }
        places[silence.id] = place
        return (place, set(silence, at: place))
    }

    private mutating func set(_ silence: Silence, at place: Int32) -> UInt32 {
        silences[Int(place)] = silence
        generations[Int(place)] = (generations[Int(place)] + 1) & Deadline.generationMask
        index.insert(place, silence.matchers)
        indexed[Int(place)] = true
        return generations[Int(place)]
    }

    /// Stops looking at a silence that is over. It stays known until its retention ends.
    mutating func removeFromIndex(_ place: Int32) {
        guard indexed[Int(place)], let silence = silences[Int(place)] else { return }
        indexed[Int(place)] = false
        index.remove(place, silence.matchers)
    }

    /// The silence that a deadline is about; nil when it changed or went since.
    func silence(at place: Int32, generation: UInt32) -> Silence? {
        generations[Int(place)] == generation && indexed[Int(place)] ? silences[Int(place)] : nil
    }

    /// Forgets silences whose retention has passed, and returns their ids.
    mutating func collectGarbage(at now: Timestamp, retention: TimeSpan) -> [String] {
        var removed: [String] = []
        for place in silences.indices {
            guard let silence = silences[place], silence.endsAt + retention <= now else { continue }
            removeFromIndex(Int32(place))
            silences[place] = nil
            places[silence.id] = nil
            free.append(Int32(place))
            removed.append(silence.id)
        }
        return removed
    }

    /// Whether no silence can match anything.
    var isIdle: Bool { index.isEmpty }

    /// Ids of the active silences that match, sorted. A silence mutes through its very end (reference 6.2).
    func muting(_ probe: LabelProbe, at time: Timestamp) -> [String] {
        var ids: [String] = []
        for place in index.candidates(for: probe) {
            guard let silence = silences[Int(place)], silence.startsAt <= time, time <= silence.endsAt else { continue }
            if silence.matchers.matches(probe.labels) { ids.append(silence.id) }
        }
        return ids.count > 1 ? ids.sorted() : ids
    }

    /// Whether any active silence matches.
    func isMuting(_ probe: LabelProbe, at time: Timestamp) -> Bool {
        index.candidates(for: probe).contains { place in
            guard let silence = silences[Int(place)], silence.startsAt <= time, time <= silence.endsAt else { return false }
            return silence.matchers.matches(probe.labels)
        }
    }
}
