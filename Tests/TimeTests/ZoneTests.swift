import Testing

@testable import Time

@Suite("Zones (reference 10)")
struct ZoneTests {
    private func at(_ text: String) throws -> Timestamp { try #require(RFC3339.parse(text)) }

    @Test(
        "offsets and names around clock changes",
        arguments: [
            ("Europe/Berlin", "2026-03-29T00:59:59Z", 3600, "CET", false), ("Europe/Berlin", "2026-03-29T01:00:00Z", 7200, "CEST", true),
            ("Europe/Berlin", "2026-10-25T00:59:59Z", 7200, "CEST", true), ("Europe/Berlin", "2026-10-25T01:00:00Z", 3600, "CET", false),
            ("Europe/Berlin", "1945-05-24T01:00:00Z", 10_800, "CEMT", true), ("Europe/Berlin", "1800-01-01T00:00:00Z", 3208, "LMT", false),
            ("America/New_York", "2026-03-08T06:59:59Z", -18_000, "EST", false),
            ("America/New_York", "2026-03-08T07:00:00Z", -14_400, "EDT", true),
            ("America/New_York", "2200-07-01T00:00:00Z", -14_400, "EDT", true),
            ("Asia/Kolkata", "2026-01-01T00:00:00Z", 19_800, "IST", false),
            ("Asia/Kathmandu", "2026-01-01T00:00:00Z", 20_700, "+0545", false),
            ("Australia/Sydney", "2300-01-01T00:00:00Z", 39_600, "AEDT", true),
            ("Australia/Sydney", "2300-07-01T00:00:00Z", 36_000, "AEST", false),
            ("Pacific/Apia", "2011-12-30T09:59:59Z", -36_000, "-10", true),
            ("Pacific/Apia", "2011-12-30T10:00:00Z", 50_400, "+14", true), ("America/Nuuk", "2026-07-01T00:00:00Z", -3600, "-01", true),
            ("Africa/Casablanca", "2026-01-15T00:00:00Z", 3600, "+01", false), ("Etc/GMT-5", "2026-01-01T00:00:00Z", 18_000, "+05", false),
            ("Australia/Lord_Howe", "2026-01-01T00:00:00Z", 39_600, "+11", true), ("UTC", "2026-01-01T00:00:00Z", 0, "UTC", false),
            ("", "2026-01-01T00:00:00Z", 0, "UTC", false),
        ] as [(String, String, Int32, String, Bool)])
    func offsets(name: String, time: String, seconds: Int32, abbreviation: String, isDST: Bool) throws {
        let offset = try Zone.named(name).offset(at: try at(time))
        #expect(offset.seconds == seconds)
        #expect(offset.abbreviation == abbreviation)
        if name != "Africa/Casablanca" { #expect(offset.isDST == isDST) }
    }

    @Test("UTC and Local always work, and a zone is read once")
    func special() throws {
        let utc = try Zone.named("UTC")
        #expect(utc === Zone.utc)
        #expect(try Zone.named("Local").name == "Local")
        #expect(try Zone.named("Europe/Berlin") === Zone.named("Europe/Berlin"))
        #expect(try Zone.named("Europe/Berlin") == Zone.named("Europe/Berlin"))
        #expect(try Zone.named("Europe/Berlin") != Zone.named("Europe/Paris"))
    }

    @Test("an unknown zone is an error that names it and where it was looked for")
    func unknown() {
        let error = #expect(throws: ZoneError.self) { try Zone.named("Europe/Atlantis") }
        #expect(error?.message.contains("Europe/Atlantis") == true)
        #expect(error?.message.contains("/usr/share/zoneinfo") == true)
    }

    @Test(
        "names that would leave the directory are refused",
        arguments: ["../../etc/passwd", "/etc/localtime", "Europe/../UTC", "Europe//Berlin", "a\\b", "."])
    func escaping(name: String) {
        #expect(throws: ZoneError.self) { try Zone.named(name) }
    }

    @Test("a file of the zone directory that is no zone is an error, not a crash", arguments: ["zone.tab", "Europe", "tzdata.zi"])
    func notAZone(name: String) {
        #expect(throws: ZoneError.self) { try Zone.named(name) }
    }

    @Test("local times map back to instants, also around changes")
    func fromLocal() throws {
        let berlin = try Zone.named("Europe/Berlin")
        #expect(berlin.timestamp(year: 2026, month: 7, day: 1, hour: 14) == (try at("2026-07-01T12:00:00Z")))
        #expect(berlin.timestamp(year: 2026, month: 1, day: 1, hour: 13).utcOffset == 3600)
        // 02:30 is skipped in spring and repeated in autumn.
        #expect(berlin.timestamp(year: 2026, month: 3, day: 29, hour: 2, minute: 30) == (try at("2026-03-29T01:30:00Z")))
        #expect(berlin.timestamp(year: 2026, month: 10, day: 25, hour: 2, minute: 30) == (try at("2026-10-25T01:30:00Z")))
        #expect(Zone.utc.timestamp(year: 2026, month: 1, day: 32) == (try at("2026-02-01T00:00:00Z")))
    }

    @Test("a civil reading in a zone has that zone's date")
    func civil() throws {
        let civil = CivilTime(try at("2026-12-31T23:30:00Z"), in: try Zone.named("Europe/Berlin"))
        #expect(civil.year == 2027 && civil.month == 1 && civil.day == 1 && civil.hour == 0 && civil.minute == 30 && civil.weekday == 5)
    }
}

@Suite("POSIX TZ strings")
struct PosixTimeZoneTests {
    @Test(
        "the forms are read",
        arguments: [
            ("UTC0", "2026-07-01T00:00:00Z", 0, "UTC"), ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-07-01T00:00:00Z", 7200, "CEST"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-12-01T00:00:00Z", 3600, "CET"), ("<+0330>-3:30", "2026-01-01T00:00:00Z", 12_600, "+0330"),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z", -7200, "-02"),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -3600, "-01"),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-01T00:00:00Z", 3600, "IST"),
            ("EST5EDT,J60,J300/1:30:15", "2024-03-01T07:00:00Z", -14_400, "EDT"),
            ("EST5EDT,59,299", "2024-02-29T07:00:00Z", -14_400, "EDT"), ("EST5EDT,59,299", "2024-02-29T06:59:59Z", -18_000, "EST"),
            ("EST5EDT", "2026-07-01T00:00:00Z", -14_400, "EDT"),
            ("AAA12BBB11:30:30,M1.1.1,M12.5.6", "2026-06-01T00:00:00Z", -41_430, "BBB"),
            ("<+11>-11<+12>-12,M10.1.0,M4.1.0/167", "2026-01-01T00:00:00Z", 43_200, "+12"),
        ] as [(String, String, Int32, String)])
    func reads(text: String, time: String, seconds: Int32, abbreviation: String) throws {
        let zone = try #require(PosixTimeZone(text))
        let offset = zone.offset(at: try #require(RFC3339.parse(time)).seconds)
        #expect(offset.seconds == seconds)
        #expect(offset.abbreviation == abbreviation)
    }

    @Test(
        "what is no TZ string is refused",
        arguments: [
            "", "U0", "UTC", "UTC0,", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
            "CET-1CEST,M3.5.7,M10.5.0",
            "<+03-3", "CET-168", "CET-1:60", "CET-1CEST,J0,J300", "CET-1CEST,M3.5.0,M10.5.0x", "CET-1CEST,366,300",
            "CET-1CEST,M3.5.0/,M10.5.0",
        ])
    func refuses(text: String) {
        #expect(PosixTimeZone(text) == nil)
    }
}

@Suite("TZif files")
struct TZifTests {
    /// A file of one version-1 part: two types, one transition at 1000.
    private func part(version: UInt8, timeSize: Int, index: UInt8 = 1) -> [UInt8] {
        var bytes = Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
        for count: UInt32 in [0, 0, 0, 1, 2, 8] { bytes += (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } }
        bytes += (0..<timeSize).map { UInt8(truncatingIfNeeded: UInt64(1000) >> UInt64(8 * (timeSize - 1 - $0))) }
        bytes.append(index)
        bytes += [0, 0, 0x0E, 0x10, 0, 0] + [0, 0, 0x1C, 0x20, 1, 4]
        return bytes + Array("AAA\0BBB\0".utf8)
    }

    @Test("version 1 has 32-bit times and no footer")
    func versionOne() throws {
        let table = try #require(TZif.decode(part(version: 0, timeSize: 4)))
        #expect(table.offset(at: 999) == Zone.Offset(seconds: 3600, abbreviation: "AAA", isDST: false))
        #expect(table.offset(at: 1000) == Zone.Offset(seconds: 7200, abbreviation: "BBB", isDST: true))
    }

    @Test("version 2 uses the 64-bit part and its footer")
    func versionTwo() throws {
        let bytes = part(version: UInt8(ascii: "2"), timeSize: 4) + part(version: UInt8(ascii: "2"), timeSize: 8) + Array("\nCCC-3\n".utf8)
        let table = try #require(TZif.decode(bytes))
        #expect(table.offset(at: 999).abbreviation == "AAA")
        #expect(table.offset(at: 1001).abbreviation == "CCC")
        let withoutFooter = try #require(TZif.decode(Array(bytes.dropLast(6)) + Array("\n".utf8)))
        #expect(withoutFooter.offset(at: 1001).abbreviation == "BBB")
    }

    @Test("a damaged file is refused: cut off anywhere, or with an index out of range")
    func damaged() {
        let bytes = part(version: UInt8(ascii: "2"), timeSize: 4) + part(version: UInt8(ascii: "2"), timeSize: 8)
        for length in 0..<bytes.count { #expect(TZif.decode(Array(bytes[..<length])) == nil) }
        #expect(TZif.decode(part(version: 0, timeSize: 4, index: 2)) == nil)
        #expect(TZif.decode(Array("nope".utf8) + bytes.dropFirst(4)) == nil)
        var huge = bytes
        for position in 20..<44 { huge[position] = 0xFF }
        #expect(TZif.decode(huge) == nil)
    }
}
