/// Bits behind each other, the highest first, in memory of its own that whoever holds the writer gives back with `deallocate`.
struct BitWriter {
    /// A store of eight bytes and one more may reach so far behind the last bit.
    private static let slack: UInt32 = 9

    private var base: UnsafeMutablePointer<UInt8>?
    private(set) var capacity: UInt32 = 0
    private(set) var bitCount: UInt32 = 0

    /// The bytes that hold the bits.
    var byteCount: Int { Int((bitCount &+ 7) >> 3) }

    /// The bytes; valid until the next call that changes the writer.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: byteCount) }

    /// Makes room for this many bits more. Returns by how many bytes the memory grew.
    @inline(__always)
    mutating func reserve(bits: UInt32) -> Int {
        let needed = ((bitCount &+ bits) >> 3) &+ 1 &+ Self.slack
        return needed <= capacity ? 0 : grow(to: needed)
    }

    /// Appends the lowest `count` bits of a value that has no others. 1 to 64, for which room was reserved.
    @inline(__always)
    mutating func write(_ value: UInt64, _ count: UInt32) {
        guard let base else { return }
        let position = base + Int(bitCount >> 3)
        let offset = bitCount & 7
        // What stands behind the last bit is not known to be zero.
        let kept = UInt64(position[0] & ~(0xFF >> UInt8(truncatingIfNeeded: offset))) << 56
        let room = 64 &- offset
        if count <= room {
            let word = kept | (value << UInt64(room &- count))
            UnsafeMutableRawPointer(position).storeBytes(of: word.bigEndian, as: UInt64.self)
        } else {
            let spill = UInt64(count &- room)
            UnsafeMutableRawPointer(position).storeBytes(of: (kept | (value >> spill)).bigEndian, as: UInt64.self)
            position[8] = UInt8(truncatingIfNeeded: value << (8 &- spill))
        }
        bitCount &+= count
    }

    /// Forgets the bits and keeps the memory.
    mutating func removeAll() { bitCount = 0 }

    /// Gives the memory back; the writer is empty afterwards and can be used again. Returns how many bytes it was.
    @discardableResult
    mutating func deallocate() -> Int {
        defer { self = BitWriter() }
        base?.deallocate()
        return Int(capacity)
    }

    @inline(never)
    private mutating func grow(to needed: UInt32) -> Int {
        // In small steps: there are very many writers, each of some hundred bytes.
        let larger = max(needed, capacity &+ max(48, capacity >> 2))
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: Int(larger))
        if let base {
            memory.update(from: base, count: byteCount)
            base.deallocate()
        }
        defer { capacity = larger }
        base = memory
        return Int(larger &- capacity)
    }
}
