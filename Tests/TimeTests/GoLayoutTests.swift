import Testing
import Time

@Suite("Go layouts (reference 8.1)")
struct GoLayoutTests {
    private let time = Timestamp(seconds: 1_136_239_445, nanoseconds: 12_345_600)  // 2006-01-02T22:04:05.0123456Z

    @Test(
        "elements are formatted",
        arguments: [
            ("2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05-07:00"), ("Mon Jan _2 15:04:05 2006", "Mon Jan  2 15:04:05 2006"),
            ("Monday, 02-Jan-06 15:04:05 MST", "Monday, 02-Jan-06 15:04:05 MST"), ("Mon, 2 January 2006", "Mon, 2 January 2006"),
            ("3:04PM", "3:04PM"), ("03:04:05 pm", "03:04:05 pm"), ("1/2/06 3:4:5", "1/2/06 3:4:5"), ("02 002 __2", "02 002   2"),
            ("15:04:05.000", "15:04:05.012"), ("15:04:05.000000000", "15:04:05.012345600"), ("15:04:05.999999999", "15:04:05.0123456"),
            ("15:04:05,000", "15:04:05,012"), ("05.99", "05.01"), ("05.9", "05"),
            ("-0700 -07:00 -07 -070000 -07:00:00", "-0700 -07:00 -07 -070000 -07:00:00"),
            ("Z0700 Z07 Z070000 Z07:00:00", "-0700 -07 -070000 -07:00:00"), ("_2006", "_2006"),
            ("Janus Jan January Month Mon", "Janus Jan January Month Mon"),
            ("20060102150405", "20060102150405"), ("Year: 2006!", "Year: 2006!"), ("", ""), ("at 15h04", "at 15h04"),
            ("05.0001", "05.0001"),
        ])
    func formats(layout: String, text: String) throws {
        #expect(GoLayout.format(time, in: try Zone.named("America/Phoenix"), layout: layout) == text)
    }

    @Test("UTC is Z in the ISO forms and +0000 in the others")
    func utc() {
        #expect(GoLayout.format(.epoch, in: .utc, layout: "Z07:00 Z0700 -0700 -07 MST") == "Z Z +0000 +00 UTC")
    }

    @Test("a time with only an offset shows it where a name is asked for")
    func bareOffset() {
        let time = Timestamp(seconds: 0, nanoseconds: 0, utcOffset: 19_800)
        #expect(GoLayout.format(time, layout: "2006-01-02 15:04:05.999999999 -0700 MST") == "1970-01-01 05:30:00 +0530 +0530")
        #expect(GoLayout.format(time.utc, layout: "2006-01-02 15:04:05.999999999 -0700 MST") == "1970-01-01 00:00:00 +0000 UTC")
    }

    @Test("midnight and noon on the twelve-hour clock")
    func twelveHours() {
        #expect(GoLayout.format(.epoch, in: .utc, layout: "3PM 03pm") == "12AM 12am")
        #expect(GoLayout.format(Timestamp(seconds: 43_200), in: .utc, layout: "3PM") == "12PM")
        #expect(GoLayout.format(Timestamp(seconds: 46_800), in: .utc, layout: "03PM") == "01PM")
    }

    @Test(
        "texts are read by layout",
        arguments: [
            ("2006-01-02T15:04:05Z07:00", "2026-08-01T12:34:56.789+02:00", "2026-08-01T10:34:56.789Z"),
            ("2006-01-02", "2026-08-01", "2026-08-01T00:00:00Z"), ("Jan _2 2006", "Aug  1 2026", "2026-08-01T00:00:00Z"),
            ("January 2, 2006 at 3:04pm", "august 1, 2026 at 3:04pm", "2026-08-01T15:04:00Z"),
            ("Mon Jan 2 15:04:05 MST 2006", "Sat Aug 1 12:00:00 UTC 2026", "2026-08-01T12:00:00Z"),
            ("02/01/06 15:04", "01/08/26 23:59", "2026-08-01T23:59:00Z"), ("2006-002", "2024-060", "2024-02-29T00:00:00Z"),
            ("06", "69", "1969-01-01T00:00:00Z"), ("3PM 2006", "12AM 2026", "2026-01-01T00:00:00Z"),
            ("15:04:05.000 2006", "12:34:56.789 2026", "2026-01-01T12:34:56.789Z"),
            ("2006-01-02 15:04:05 -0700", "2026-08-01 12:00:00 -0930", "2026-08-01T21:30:00Z"),
            ("2006-01-02 15:04:05 MST", "2026-08-01 12:00:00 GMT+3", "2026-08-01T09:00:00Z"),
            ("2006 Z07:00", "2026 Z", "2026-01-01T00:00:00Z"), ("15:04:05.999 2006", "12:34:56 2026", "2026-01-01T12:34:56Z"),
        ])
    func parses(layout: String, text: String, expected: String) throws {
        let time = try #require(RFC3339.parse(expected))
        #expect(try GoLayout.parse(layout: layout, text) == time)
    }

    @Test("without an offset the given zone counts, and its own names are known")
    func inZone() throws {
        let berlin = try Zone.named("Europe/Berlin")
        let expected = try #require(RFC3339.parse("2026-08-01T10:00:00Z"))
        #expect(try GoLayout.parse(layout: "2006-01-02 15:04", "2026-08-01 12:00", in: berlin) == expected)
        #expect(try GoLayout.parse(layout: "2006-01-02 15:04 MST", "2026-08-01 12:00 CEST", in: berlin) == expected)
    }

    @Test(
        "what does not fit is refused in Go's words",
        arguments: [
            ("2006-01-02", "2026/08/01", "parsing time \"2026/08/01\" as \"2006-01-02\": cannot parse \"/08/01\" as \"-\""),
            ("2006-01-02", "x", "parsing time \"x\" as \"2006-01-02\": cannot parse \"x\" as \"2006\""),
            ("2006-01-02", "2026-13-01", "parsing time \"2026-13-01\": month out of range"),
            ("2006-01-02", "2026-02-30", "parsing time \"2026-02-30\": day out of range"),
            ("15:04", "24:00", "parsing time \"24:00\": hour out of range"),
            ("2006", "2026x", "parsing time \"2026x\": extra text: \"x\""),
            ("15:04:05.000", "12:34:56.7", "parsing time \"12:34:56.7\" as \"15:04:05.000\": cannot parse \".7\" as \".000\""),
            ("3PM", "3XM", "parsing time \"3XM\" as \"3PM\": cannot parse \"XM\" as \"PM\""),
        ])
    func refuses(layout: String, text: String, message: String) {
        let error = #expect(throws: GoLayout.ParseError.self) { try GoLayout.parse(layout: layout, text) }
        #expect(error?.message == message)
    }
}
