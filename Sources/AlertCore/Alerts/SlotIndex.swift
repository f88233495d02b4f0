/// An open-addressing table from hashes to slots, 8 bytes an entry. It stores no keys: who looks up compares what the slots hold.
struct SlotIndex {
    /// The upper half of the mixed hash, and the slot in the lower half. Slots are not negative, so two values are free for marks.
    private var entries: ContiguousArray<UInt64>
    /// 64 minus the logarithm of the table's size: what remains of a mixed hash after this shift is its place.
    private var shift: UInt64
    /// Entries and marks of removed ones.
    private var used = 0
    private(set) var count = 0

    private static let empty: UInt64 = 0xFFFF_FFFF
    private static let removed: UInt64 = 0xFFFF_FFFE
    private static let tagMask: UInt64 = 0xFFFF_FFFF_0000_0000

    init() {
        entries = ContiguousArray(repeating: Self.empty, count: 64)
        shift = 58
    }

    /// Spreads the hash over its upper half, where place and tag are taken from.
    @inline(__always)
    private static func mix(_ hash: UInt64) -> UInt64 { (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15 }

    /// The first slot under this hash that the body recognises.
    @inline(__always)
    func find(_ hash: UInt64, where isWanted: (Int32) -> Bool) -> Int32? {
        let mixed = Self.mix(hash)
        return entries.withUnsafeBufferPointer { entries in
            let mask = entries.count &- 1
            var place = Int(truncatingIfNeeded: mixed >> shift)
            while true {
                let entry = entries[place]
                if entry == Self.empty { return nil }
                if (entry ^ mixed) & Self.tagMask == 0, entry != Self.removed {
                    let slot = Int32(truncatingIfNeeded: entry)
                    if isWanted(slot) { return slot }
                }
                place = (place &+ 1) & mask
            }
        }
    }

    mutating func insert(_ hash: UInt64, _ slot: Int32) {
        // At most three quarters full, so that a search always meets an empty entry.
        if (used + 1) * 4 > entries.count * 3 { rebuild() }
        put(Self.mix(hash) & Self.tagMask | UInt64(UInt32(bitPattern: slot)))
        count += 1
    }

    mutating func remove(_ hash: UInt64, _ slot: Int32) {
        let mixed = Self.mix(hash)
        let wanted = mixed & Self.tagMask | UInt64(UInt32(bitPattern: slot))
        var place = Int(truncatingIfNeeded: mixed >> shift)
        while entries[place] != Self.empty {
            if entries[place] == wanted {
                entries[place] = Self.removed
                count -= 1
                return
            }
            place = (place + 1) & (entries.count - 1)
        }
    }

    private mutating func put(_ entry: UInt64) {
        var place = Int(truncatingIfNeeded: entry >> shift)
        while entries[place] != Self.empty { place = (place + 1) & (entries.count - 1) }
        entries[place] = entry
        used += 1
    }

    /// Makes room for as many again, and forgets the marks of removed entries.
    private mutating func rebuild() {
        let old = entries
        var size = 64
        while size < (count + 1) * 2 { size *= 2 }
        entries = ContiguousArray(repeating: Self.empty, count: size)
        shift = UInt64(64 - size.trailingZeroBitCount)
        used = 0
        for entry in old where entry != Self.empty && entry != Self.removed { put(entry) }
    }
}
