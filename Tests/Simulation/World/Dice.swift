/// The only source of chance: a seed gives the same run for ever (xoshiro256**, seeded by SplitMix64).
struct Dice: RandomNumberGenerator {
    private var a: UInt64
    private var b: UInt64
    private var c: UInt64
    private var d: UInt64

    /// Dice whose throws depend on the seed alone.
    init(seed: UInt64) {
        var state = seed &+ 0x9E37_79B9_7F4A_7C15
        func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        a = next()
        b = next()
        c = next()
        d = next()
    }

    /// 64 random bits.
    mutating func bits() -> UInt64 {
        func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
        let result = rotate(b &* 5, 7) &* 9
        let t = b << 17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= t
        d = rotate(d, 45)
        return result
    }

    /// 64 random bits, for the standard library's own.
    mutating func next() -> UInt64 { bits() }

    /// A number from 0 to `n` - 1; 0 when `n` is not positive.
    mutating func below(_ n: Int) -> Int { n <= 1 ? 0 : Int(bits().multipliedFullWidth(by: UInt64(n)).high) }

    /// A number of the range, ends included.
    mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        let width = UInt64(bitPattern: range.upperBound &- range.lowerBound) &+ 1
        return range.lowerBound &+ Int64(bitPattern: width == 0 ? bits() : bits().multipliedFullWidth(by: width).high)
    }

    /// True in `percent` of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    /// One of the elements, which must not be empty.
    mutating func pick<T>(_ elements: [T]) -> T { elements[below(elements.count)] }

    /// An index chosen by weight.
    mutating func weighted(_ weights: [Int]) -> Int {
        var rest = below(weights.reduce(0, +))
        for (index, weight) in weights.enumerated() {
            if rest < weight { return index }
            rest -= weight
        }
        return weights.count - 1
    }
}
