import Testing
import Time

@Suite("RFC 3339 (reference 3.2)")
struct RFC3339Tests {
    @Test(
        "strict times are read to the nanosecond and keep their offset",
        arguments: [
            ("2026-01-01T00:00:00Z", 1_767_225_600, 0, 0), ("2026-01-01T00:00:00.000Z", 1_767_225_600, 0, 0),
            ("2026-01-01T00:00:00.5Z", 1_767_225_600, 500_000_000, 0),
            ("2026-01-01T01:30:00.123456789+01:30", 1_767_225_600, 123_456_789, 5400),
            ("2025-12-31T19:00:00-05:00", 1_767_225_600, 0, -18_000), ("1970-01-01T00:00:00+00:00", 0, 0, 0),
            ("1969-12-31T23:59:59.999999999Z", -1, 999_999_999, 0), ("9999-12-31T23:59:59Z", 253_402_300_799, 0, 0),
            ("0000-01-01T00:00:00Z", -62_167_219_200, 0, 0), ("2024-02-29T12:00:00Z", 1_709_208_000, 0, 0),
            ("2026-01-01T00:00:00.1234567891234Z", 1_767_225_600, 123_456_789, 0),
            ("2026-01-01T23:59:59.000000001+14:00", 1_767_261_599, 1, 50_400),
        ] as [(String, Int64, Int32, Int32)])
    func strict(text: String, seconds: Int64, nanoseconds: Int32, offset: Int32) throws {
        let time = try #require(RFC3339.parse(text))
        #expect(time.seconds == seconds && time.nanoseconds == nanoseconds && time.utcOffset == offset)
        let lenient = try #require(RFC3339.parseLenient(text))
        #expect(lenient == time && lenient.utcOffset == offset)
    }

    @Test(
        "what is not RFC 3339 is refused by both readers",
        arguments: [
            "2026-01-01", "2026-01-01T00:00:00.Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00z", "2026-01-01t00:00:00Z", "2026-01-01T00:00:00Z ", " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00+25:00",
            "2026-01-01T00:00:00+01:60", "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00+01", "2026-01-01T00:00:0xZ",
            "202x-01-01T00:00:00Z",
            "2026/01/01T00:00:00Z", "2026-01-01T00.00.00Z", "26-01-01T00:00:00Z", "now", "1767225600", "2026-01-01T00:00:00ZZ",
            "2026-1-1T00:00:00Z0",
            "2026-01-01T00:00:00+01:00Z", "+2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5", "2026-01-01T00:00:00.123+01-00",
        ])
    func refused(text: String) {
        #expect(RFC3339.parse(text) == nil)
        // The two that the lenient reader knows.
        if text != "2026-01-01" && text != "2026-01-01T00:00:00.5" { #expect(RFC3339.parseLenient(text) == nil) }
    }

    @Test(
        "the lenient reader knows offsets without colon, local times, short times, bare dates and nothing",
        arguments: [
            ("2026-01-01T01:00:00+0100", 1_767_225_600, 0, 3600), ("2026-01-01T01:00:00.250-0130", 1_767_234_600, 250_000_000, -5400),
            ("2026-01-01T00:00:00", 1_767_225_600, 0, 0), ("2026-01-01T00:00:00.123", 1_767_225_600, 123_000_000, 0),
            ("2026-01-01T00:00:00,5Z", 1_767_225_600, 500_000_000, 0), ("2026-01-01T00:00Z", 1_767_225_600, 0, 0),
            ("2026-01-01T00:00", 1_767_225_600, 0, 0), ("2026-01-01 00:00:00", 1_767_225_600, 0, 0), ("2026-01-01", 1_767_225_600, 0, 0),
            ("2026-01-01T0:00:00Z", 1_767_225_600, 0, 0), ("2026-01-01T1:00Z", 1_767_229_200, 0, 0),
            ("2026-01-01T1:00:00.5+01:00", 1_767_225_600, 500_000_000, 3600), ("2026-01-01 0:00:00", 1_767_225_600, 0, 0),
            ("", 0, 0, 0),
        ] as [(String, Int64, Int32, Int32)])
    func lenient(text: String, seconds: Int64, nanoseconds: Int32, offset: Int32) throws {
        #expect(RFC3339.parse(text) == nil)
        let time = try #require(RFC3339.parseLenient(text))
        #expect(time.seconds == seconds && time.nanoseconds == nanoseconds && time.utcOffset == offset)
    }

    @Test(
        "the lenient reader still refuses half forms",
        arguments: [
            "2026-01-01T", "2026-01-01T00", "2026-01-01T00:0", "2026-01-01T00:00+0100", "2026-01-01T00:00:", "2026-01-01T00:00:0",
            "2026-01-01T00:00:00.",
            "2026-01-01 00:00", "2026-01-01 00:00:00Z", "2026-01-01_00:00:00", "2026-01-01T25:00", "2026-01-01T00:61", "2026-01-01T00-00",
            "2026-01-01Tx:00:00Z", "2026-01-01T1:", "2026-01-01T1:0",
            "2026-02-30",
            "2026-01-01T00:00:00+01000", "2026-01-01T00:00:00+010", "2026-01-01T00:00X", " ",
        ])
    func lenientRefuses(text: String) {
        #expect(RFC3339.parseLenient(text) == nil)
    }

    @Test(
        "times are written with three digits or as many as needed, in their offset",
        arguments: [
            ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00Z"),
            ("2026-01-01T00:00:00.123456789+02:00", "2026-01-01T00:00:00.123+02:00", "2026-01-01T00:00:00.123456789+02:00"),
            ("2026-01-01T00:00:00.100-09:30", "2026-01-01T00:00:00.100-09:30", "2026-01-01T00:00:00.1-09:30"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00Z"),
            ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.9999Z"),
        ])
    func writes(text: String, milliseconds: String, asNeeded: String) throws {
        let time = try #require(RFC3339.parse(text))
        #expect(RFC3339.string(time) == milliseconds)
        #expect(RFC3339.string(time, fraction: .asNeeded) == asNeeded)
        #expect(RFC3339.parse(asNeeded) == time)
        #expect(time.description == asNeeded)
    }

    @Test("years outside four digits are written with what they need, and offsets are cut to minutes")
    func unusualYears() {
        #expect(RFC3339.string(Timestamp(seconds: 253_402_300_800), fraction: .none) == "10000-01-01T00:00:00Z")
        #expect(RFC3339.string(Timestamp(seconds: -62_167_219_201), fraction: .none) == "-0001-12-31T23:59:59Z")
        #expect(RFC3339.string(Timestamp(seconds: 0, utcOffset: 3208), fraction: .none) == "1970-01-01T00:53:28+00:53")
    }

    @Test("writing and reading give the same instant for instants all over the range")
    func roundTrip() {
        var state: UInt64 = 88_172_645_463_325_252
        var mistakes = 0
        for _ in 0..<20_000 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            let seconds = Int64(state % 315_000_000_000) - 62_000_000_000
            let time = Timestamp(
                seconds: seconds, nanoseconds: Int32(state >> 34) % 1_000_000_000, utcOffset: (Int32(state >> 50) % 1440 - 720) * 60)
            let text = RFC3339.string(time, fraction: .asNeeded)
            if let read = RFC3339.parse(text), read == time, read.utcOffset == time.utcOffset, RFC3339.parseLenient(text) == time {
                continue
            }
            mistakes += 1
        }
        #expect(mistakes == 0)
    }
}
