import Glibc

/// How a chunk writes its values: as whole multiples of a power of ten, or as bare doubles.
///
/// Most samples are counts or have few decimals: their differences take far fewer bits than the XOR of two doubles. A value is only written as a multiple when
/// dividing gives back its very bits.
struct ValueScale: RawRepresentable, Equatable {
    /// The number of decimals, or 255.
    let rawValue: UInt8

    /// Bare doubles.
    static let float = ValueScale(known: 255)
    /// The most decimals that are tried.
    private static let maxDecimals: UInt8 = 12
    /// Beyond this not every whole number is a double.
    private static let largest = 9_007_199_254_740_992.0

    /// Nil for a number that names no scale.
    init?(rawValue: UInt8) {
        guard rawValue == 255 || rawValue <= Self.maxDecimals else { return nil }
        self.rawValue = rawValue
    }

    private init(known: UInt8) { rawValue = known }

    /// The power of ten; 1 for bare doubles.
    var factor: Double {
        switch rawValue {
        case 0: 1
        case 1: 1e1
        case 2: 1e2
        case 3: 1e3
        case 4: 1e4
        case 5: 1e5
        case 6: 1e6
        case 7: 1e7
        case 8: 1e8
        case 9: 1e9
        case 10: 1e10
        case 11: 1e11
        case 12: 1e12
        default: 1
        }
    }

    /// The multiple that stands for a value; nil when none gives its bits back.
    @inline(__always)
    func multiple(of value: Double) -> Int64? {
        if rawValue == 0 {
            // Also false for NaN.
            guard value.magnitude < Self.largest else { return nil }
            let whole = Int64(value)
            return Double(whole).bitPattern == value.bitPattern ? whole : nil
        }
        let scaled = (value * factor).rounded(.toNearestOrEven)
        guard scaled.magnitude < Self.largest else { return nil }
        let whole = Int64(scaled)
        return (Double(whole) / factor).bitPattern == value.bitPattern ? whole : nil
    }

    /// The value that a multiple stands for.
    @inline(__always)
    func value(of multiple: Int64, factor: Double) -> Double {
        rawValue == 0 ? Double(multiple) : Double(multiple) / factor
    }

    /// The scale with the fewest decimals that holds a value; nil for infinities and NaN, which say nothing about the values around them.
    static func fitting(_ value: Double) -> ValueScale? {
        guard value.isFinite else { return nil }
        for decimals in 0...maxDecimals {
            let scale = ValueScale(known: decimals)
            if scale.multiple(of: value) != nil { return scale }
        }
        return float
    }
}

/// Decides from the differences so far whether the next one is guessed to be like the last or to be zero. Writer and reader keep the same one.
struct DifferenceGuess {
    private var costOfZero: UInt16 = 0
    private var costOfRepeating: UInt16 = 0
    private(set) var last: Int64 = 0

    /// What the next difference is guessed to be.
    @inline(__always)
    var guess: Int64 { costOfRepeating < costOfZero ? last : 0 }

    /// Takes note of the difference that came.
    @inline(__always)
    mutating func learn(_ difference: Int64) {
        costOfZero = costOfZero &- costOfZero &>> 3 &+ Self.width(of: difference)
        costOfRepeating = costOfRepeating &- costOfRepeating &>> 3 &+ Self.width(of: difference &- last)
        last = difference
    }

    @inline(__always)
    private static func width(of difference: Int64) -> UInt16 {
        UInt16(truncatingIfNeeded: 64 &- ZigZag.encode(difference).leadingZeroBitCount)
    }
}

/// Signed numbers as unsigned ones that are small when the magnitude is.
enum ZigZag {
    @inline(__always)
    static func encode(_ value: Int64) -> UInt64 { UInt64(bitPattern: value &<< 1 ^ value &>> 63) }

    @inline(__always)
    static func decode(_ value: UInt64) -> Int64 { Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1) }
}
