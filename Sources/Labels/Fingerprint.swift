/// The identity of a label set: FNV-1a, 64 bits, over its sorted names and values (reference 3.6).
public struct Fingerprint: Hashable, Comparable, Sendable {
    /// The hash.
    public let value: UInt64

    /// A fingerprint of this value.
    @inlinable
    public init(value: UInt64) { self.value = value }

    /// Reads 1 to 16 hexadecimal digits; nil when it is anything else.
    public init?(_ hex: some StringProtocol) {
        let digits = hex.utf8
        guard (1...16).contains(digits.count), digits.allSatisfy({ Self.isHexDigit($0) }), let value = UInt64(hex, radix: 16) else {
            return nil
        }
        self.init(value: value)
    }

    /// Orders by value.
    @inlinable
    public static func < (left: Fingerprint, right: Fingerprint) -> Bool { left.value < right.value }

    private static func isHexDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 }
}

extension Fingerprint: CustomStringConvertible {
    /// Sixteen lower-case hexadecimal digits.
    public var description: String {
        String(unsafeUninitializedCapacity: 16) { buffer in
            var rest = value
            for index in stride(from: 15, through: 0, by: -1) {
                let digit = UInt8(truncatingIfNeeded: rest & 15)
                buffer[index] = digit < 10 ? digit &+ 0x30 : digit &+ 0x57
                rest >>= 4
            }
            return 16
        }
    }
}

/// The running hash behind a fingerprint.
struct FNV1a {
    private(set) var value: UInt64 = 14_695_981_039_346_656_037

    @inline(__always)
    mutating func combine(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
        var hash = value
        for index in 0..<count { hash = (hash ^ UInt64(bytes[index])) &* 1_099_511_628_211 }
        value = hash
    }

    /// A byte that UTF-8 never contains, so that name and value cannot run into each other.
    @inline(__always)
    mutating func combineSeparator() { value = (value ^ 0xFF) &* 1_099_511_628_211 }
}
