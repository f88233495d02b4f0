/// Reads bits behind each other, the highest first. It never reads over the end of the bytes: what is missing reads as zero and makes `isOverrun` true.
struct BitReader {
    private var position: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>
    /// The next bits, the first one highest. Bits behind the first `available` are either the right ones or zero.
    private(set) var bits: UInt64 = 0
    private var available = 0

    /// A reader over bytes that stay where they are.
    @inline(__always)
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        // An empty buffer may have no address; any will do, as nothing is read there.
        position = bytes.baseAddress ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped
        end = position + bytes.count
    }

    /// Whether more was consumed than there was.
    @inline(__always)
    var isOverrun: Bool { available < 0 }

    /// Makes at least 56 bits available, or all that are left.
    @inline(__always)
    mutating func refill() {
        if end - position >= 8, available >= 0 {
            let word = UInt64(bigEndian: UnsafeRawPointer(position).loadUnaligned(as: UInt64.self))
            bits |= word &>> UInt64(truncatingIfNeeded: available)
            let taken = (63 &- available) >> 3
            position += taken
            available &+= taken &<< 3
        } else {
            refillSlowly()
        }
    }

    private mutating func refillSlowly() {
        while position < end, available >= 0, available <= 56 {
            bits |= UInt64(position[0]) << UInt64(56 - available)
            position += 1
            available += 8
        }
    }

    /// Drops bits, at most 63.
    @inline(__always)
    mutating func consume(_ count: Int) {
        bits &<<= UInt64(truncatingIfNeeded: count)
        available &-= count
    }

    /// The next 1 to 56 bits, which a refill made available.
    @inline(__always)
    mutating func take(_ count: Int) -> UInt64 {
        let value = bits &>> UInt64(truncatingIfNeeded: 64 &- count)
        consume(count)
        return value
    }

    /// Makes at least this many bits available, at most 56, or all that are left.
    @inline(__always)
    mutating func ensure(_ count: Int) {
        if available < count { refill() }
    }

    /// The next 1 to 64 bits, refilling for them.
    @inline(__always)
    mutating func read(_ count: Int) -> UInt64 {
        ensure(count)
        if count <= 56 { return take(count) }
        let high = take(32)
        refill()
        return high &<< UInt64(truncatingIfNeeded: count &- 32) | take(count &- 32)
    }
}
