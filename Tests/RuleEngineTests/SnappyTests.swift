import Testing

@testable import RuleEngine

@Suite struct SnappyTests {
    @Test("literals of every length form are read")
    func literals() throws {
        #expect(try Snappy.decompress([3, 2 << 2, 1, 2, 3], limit: 10) == [1, 2, 3])
        let long = [UInt8](repeating: 7, count: 300)
        #expect(try Snappy.decompress([0xAC, 0x02, 61 << 2, 0x2B, 0x01] + long, limit: 300) == long)
    }

    @Test("copies may overlap what they write: they repeat it")
    func copies() throws {
        // "ab" and a copy of 6 bytes from 2 back, in the one-byte and the two-byte form.
        #expect(try Snappy.decompress([8, 1 << 2, 0x61, 0x62, (6 - 4) << 2 | 1, 2], limit: 8) == Array("abababab".utf8))
        #expect(try Snappy.decompress([8, 1 << 2, 0x61, 0x62, 5 << 2 | 2, 2, 0], limit: 8) == Array("abababab".utf8))
        #expect(try Snappy.decompress([8, 1 << 2, 0x61, 0x62, 5 << 2 | 3, 2, 0, 0, 0], limit: 8) == Array("abababab".utf8))
    }

    @Test(
        "what is no block, too large or cut off is refused",
        arguments: [
            [], [5], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0], [3, 2 << 2, 1], [3, 2 << 2, 1, 2, 3, 4], [2, 0, 1, 1 | 0 << 2, 5], [2, 0, 1, 1, 0],
            [1, 60 << 2], [200, 1, 63 << 2, 0xFF, 0xFF, 0xFF, 0xFF],
        ] as [[UInt8]])
    func refused(block: [UInt8]) {
        #expect(throws: Snappy.Problem.self) { try Snappy.decompress(block, limit: 1000) }
    }
}
