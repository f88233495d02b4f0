import Labels
import Time

/// Builds the bytes of a row: a version byte, then fields of variable length one after the other.
///
/// New fields go to the end, where older readers do not look. Every other change needs a new version byte, which older readers refuse.
struct RowWriter {
    /// The version that this program writes for every kind of row.
    static let version: UInt8 = 1

    private(set) var bytes: [UInt8] = [version]

    /// Begins a new row, keeping the memory.
    mutating func begin() {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(Self.version)
    }

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    /// Seven bits a byte, low ones first, the top bit set on all but the last.
    mutating func unsigned(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Small numbers of either sign stay short: 0, -1, 1, -2 become 0, 1, 2, 3.
    mutating func signed(_ value: Int64) { unsigned(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }

    mutating func fixed(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func text(_ value: String) {
        unsigned(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    mutating func raw(_ value: UnsafeBufferPointer<UInt8>) {
        unsigned(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func time(_ value: Timestamp) {
        signed(value.seconds)
        unsigned(UInt64(UInt32(bitPattern: value.nanoseconds)))
        signed(Int64(value.utcOffset))
    }

    mutating func labels(_ value: LabelSet) {
        unsigned(UInt64(value.count))
        value.forEach { name, value in
            raw(name)
            raw(value)
        }
    }
}
