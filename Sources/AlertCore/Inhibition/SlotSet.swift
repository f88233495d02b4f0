/// The sources, or the targets, of an inhibition rule that agree on its `equal` labels. Adding and removing take constant time, and the order
/// depends on nothing but the calls.
struct SlotSet {
    private(set) var slots: ContiguousArray<Int32> = []
    /// Where each slot is; kept once the set was too large to search.
    private var places: [Int32: Int] = [:]

    private static let small = 16

    var isEmpty: Bool { slots.isEmpty }

    /// Adds a slot that is not in the set.
    mutating func insert(_ slot: Int32) {
        slots.append(slot)
        if !places.isEmpty {
            places[slot] = slots.count - 1
        } else if slots.count > Self.small {
            for (place, slot) in slots.enumerated() { places[slot] = place }
        }
    }

    mutating func remove(_ slot: Int32) {
        guard let place = places.isEmpty ? slots.firstIndex(of: slot) : places.removeValue(forKey: slot) else { return }
        let last = slots.removeLast()
        guard place < slots.count else { return }
        slots[place] = last
        if !places.isEmpty { places[last] = place }
    }
}
