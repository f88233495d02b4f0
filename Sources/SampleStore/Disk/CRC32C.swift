/// The Castagnoli checksum, as in iSCSI (RFC 3720, appendix B.4): eight bytes a step by tables.
enum CRC32C {
    /// The checksum of one byte, followed by 0 to 7 zero bytes.
    private static let tables: ContiguousArray<UInt32> = {
        var tables = ContiguousArray<UInt32>(repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
            tables[byte] = value
        }
        for byte in 0..<256 {
            for zeros in 1..<8 {
                let last = tables[(zeros - 1) * 256 + byte]
                tables[zeros * 256 + byte] = last >> 8 ^ tables[Int(last & 0xFF)]
            }
        }
        return tables
    }()

    /// The checksum of the bytes.
    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        tables.withUnsafeBufferPointer { tables in
            var value = UInt32.max
            var position = 0
            while position + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)) ^ UInt64(value)
                value = 0
                for index in 0..<8 { value ^= tables[(7 - index) * 256 + Int(word >> UInt64(index * 8) & 0xFF)] }
                position += 8
            }
            while position < bytes.count {
                value = value >> 8 ^ tables[Int((value ^ UInt32(bytes[position])) & 0xFF)]
                position += 1
            }
            return ~value
        }
    }
}
