/// A hash of bytes, eight at a time: for tables that compare the bytes afterwards, and for seeing whether a text has changed.
public struct SeededByteHash: Sendable {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    /// Other in every process: who sends the bytes cannot make them collide.
    private static let seed = UInt64.random(in: .min ... .max)

    /// A hash of nothing yet.
    public init() {}

    /// What has been combined so far.
    public var value: UInt64 {
        var value = state ^ Self.seed
        value = (value ^ value >> 33) &* 0xFF51_AFD7_ED55_8CCD
        return value ^ value >> 32
    }

    /// Adds bytes and their number.
    public mutating func combine(_ bytes: UnsafeBufferPointer<UInt8>) {
        combine(UInt64(truncatingIfNeeded: bytes.count))
        guard let base = bytes.baseAddress else { return }
        let raw = UnsafeRawPointer(base)
        var position = 0
        while position &+ 8 <= bytes.count {
            combine(raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position &+= 8
        }
        var rest: UInt64 = 0
        while position < bytes.count {
            rest = rest << 8 | UInt64(base[position])
            position &+= 1
        }
        combine(rest)
    }

    /// Adds a number.
    @inline(__always)
    public mutating func combine(_ number: UInt64) {
        state = (state ^ number) &* 0xC4CE_B9FE_1A85_EC53
        state ^= state >> 29
    }
}
