import Glibc
import Labels

/// Numbers distinct packed label sets in the order of their arrival: groups, match keys, output labels.
///
/// The bytes stand behind one another in one block, found by an open-addressed table of numbers.
final class KeyTable {
    private struct Key {
        var hash: UInt64
        var offset: Int
        var byteCount: Int32
        var labelCount: Int32
    }

    private let arena = ByteScratch(capacity: 4096)
    private var keys: ContiguousArray<Key> = []
    private var slots: UnsafeMutablePointer<Int32>
    private var mask: Int

    init(expected: Int = 16) {
        var size = 32
        while size < expected * 2 { size *= 2 }
        slots = .allocate(capacity: size)
        slots.initialize(repeating: -1, count: size)
        mask = size - 1
        keys.reserveCapacity(expected)
    }

    deinit { slots.deallocate() }

    /// The number of keys.
    var count: Int { keys.count }

    /// The number of what a projection left in its output; a new one where it was not seen before.
    @inline(__always)
    func intern(_ projection: LabelProjection) -> Int { intern(projection.output.bytes, labelCount: projection.count) }

    func intern(_ bytes: UnsafeBufferPointer<UInt8>, labelCount: Int) -> Int {
        let hash = Self.hash(bytes)
        let slot = place(of: bytes, hash)
        let found = Int(slots[slot])
        if found >= 0 { return found }
        let number = keys.count
        keys.append(Key(hash: hash, offset: arena.count, byteCount: Int32(bytes.count), labelCount: Int32(labelCount)))
        arena.append(bytes)
        slots[slot] = Int32(number)
        if keys.count * 2 > mask { grow() }
        return number
    }

    /// The number of what a projection left in its output; nil where it was not seen before.
    func find(_ projection: LabelProjection) -> Int? {
        let bytes = projection.output.bytes
        let found = Int(slots[place(of: bytes, Self.hash(bytes))])
        return found >= 0 ? found : nil
    }

    /// The labels of a key.
    func labels(of number: Int) -> LabelSet {
        let key = keys[number]
        return LabelSet(
            trustedPacked: UnsafeBufferPointer(start: UnsafePointer(arena.base) + key.offset, count: Int(key.byteCount)),
            count: Int(key.labelCount))
    }

    /// The slot that holds these bytes, or the free one where they would go.
    @inline(__always)
    private func place(of bytes: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let number = Int(slots[slot])
            if number < 0 { return slot }
            let key = keys[number]
            if key.hash == hash, Int(key.byteCount) == bytes.count,
                equal(UnsafePointer(arena.base) + key.offset, bytes)
            {
                return slot
            }
            slot = (slot &+ 1) & mask
        }
    }

    @inline(__always)
    private func equal(_ stored: UnsafePointer<UInt8>, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        return memcmp(stored, base, bytes.count) == 0
    }

    @inline(never)
    private func grow() {
        let size = (mask + 1) * 4
        slots.deallocate()
        slots = .allocate(capacity: size)
        slots.initialize(repeating: -1, count: size)
        mask = size - 1
        for (number, key) in keys.enumerated() {
            var slot = Int(truncatingIfNeeded: key.hash) & mask
            while slots[slot] >= 0 { slot = (slot &+ 1) & mask }
            slots[slot] = Int32(number)
        }
    }

    /// Eight bytes a step: label sets have a hundred and more, and every series is hashed.
    @inline(__always)
    static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: bytes.count)
        guard let base = bytes.baseAddress else { return mix(state, 0xE703_7ED1_A0B4_28DB) }
        let raw = UnsafeRawPointer(base)
        var offset = 0
        while offset &+ 8 <= bytes.count {
            state = mix(state ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self), 0xA076_1D64_78BD_642F)
            offset &+= 8
        }
        var rest: UInt64 = 0
        var shift: UInt64 = 0
        while offset < bytes.count {
            rest |= UInt64(base[offset]) &<< shift
            shift &+= 8
            offset &+= 1
        }
        return mix(state ^ rest, 0xE703_7ED1_A0B4_28DB)
    }

    @inline(__always)
    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
