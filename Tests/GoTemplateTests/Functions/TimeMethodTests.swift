import GoTemplate
import Testing
import Time

@Suite("Methods of times and durations")
struct TimeMethodTests {
    /// A leap day before a change of the clocks.
    private let time: GoTime
    private let berlin: Zone

    init() throws {
        berlin = try Zone.named("Europe/Berlin")
        time = GoTime(Timestamp(seconds: 1_709_210_096, nanoseconds: 789_000_001), zone: berlin)
    }

    private func show(_ receiver: any TemplateObject, _ name: String, _ arguments: TemplateValue...) throws -> String {
        let method = try #require(receiver.method(name), "no method \(name)")
        return GoFormat.print(try method.body(arguments, FunctionCalls.environment))
    }

    @Test("a time tells its parts in its own zone")
    func parts() throws {
        let expected = [
            ("String", "2024-02-29 13:34:56.789000001 +0100 CET"), ("Year", "2024"), ("Month", "February"), ("Day", "29"),
            ("Weekday", "Thursday"),
            ("YearDay", "60"), ("Hour", "13"), ("Minute", "34"), ("Second", "56"), ("Nanosecond", "789000001"), ("IsDST", "false"),
            ("Unix", "1709210096"), ("UnixMilli", "1709210096789"), ("UnixMicro", "1709210096789000"), ("UnixNano", "1709210096789000001"),
            ("IsZero", "false"), ("UTC", "2024-02-29 12:34:56.789000001 +0000 UTC"), ("Local", "2024-02-29 14:34:56.789000001 +0200 +0200"),
            ("Location", "Europe/Berlin"),
            ("GoString", "time.Date(2024, time.February, 29, 13, 34, 56, 789000001, time.Location(\"Europe/Berlin\"))"),
        ]
        for (name, text) in expected { #expect(try show(time, name) == text, "\(name)") }
        #expect(try show(time, "Format", .string("02.01.2006 15:04 MST")) == "29.02.2024 13:34 CET")
        #expect(try show(GoTime(.goZero), "IsZero") == "true")
        #expect(time.method("Nope") == nil)
    }

    @Test("times add, subtract and compare")
    func arithmetic() throws {
        let hour = TemplateValue.object(GoDurationValue(.hours(1)))
        let later = GoTime(time.timestamp + .hours(1), zone: .utc)
        #expect(try show(time, "Add", hour) == "2024-02-29 14:34:56.789000001 +0100 CET")
        #expect(try show(time, "Add", .int(28_800_000_000_000)) == "2024-02-29 21:34:56.789000001 +0100 CET")
        #expect(try show(later, "Sub", .object(time)) == "1h0m0s")
        #expect(try show(time, "Before", .object(later)) == "true")
        #expect(try show(time, "After", .object(later)) == "false")
        #expect(try show(time, "Equal", .object(GoTime(time.timestamp))) == "true")
        #expect(try show(time, "Compare", .object(later)) == "-1")
        #expect(try show(time, "In", .object(GoLocation(.utc))) == "2024-02-29 12:34:56.789000001 +0000 UTC")
    }

    @Test("AddDate keeps the time of day and carries days that a month does not have")
    func addDate() throws {
        #expect(try show(time, "AddDate", .int(1), .int(0), .int(0)) == "2025-03-01 13:34:56.789000001 +0100 CET")
        #expect(try show(time, "AddDate", .int(0), .int(2), .int(0)) == "2024-04-29 13:34:56.789000001 +0200 CEST")
        #expect(try show(time, "AddDate", .int(0), .int(-14), .int(1)) == "2022-12-30 13:34:56.789000001 +0100 CET")
        #expect(try show(time, "AddDate", .int(.max), .int(.min), .int(.max)) != "")
    }

    @Test("Truncate and Round count from the zero time, whatever the zone")
    func rounding() throws {
        let day = TemplateValue.int(86_400_000_000_000)
        #expect(try show(time, "Truncate", day) == "2024-02-29 01:00:00 +0100 CET")
        #expect(try show(time, "Round", day) == "2024-03-01 01:00:00 +0100 CET")
        #expect(try show(time, "Round", .int(1_000_000_000)) == "2024-02-29 13:34:57 +0100 CET")
        #expect(try show(time, "Truncate", .int(0)) == "2024-02-29 13:34:56.789000001 +0100 CET")
    }

    @Test("a duration tells its length in every unit")
    func durations() throws {
        let span = GoDurationValue(.nanoseconds(-5_430_000_700_000))
        let expected = [
            ("String", "-1h30m30.0007s"), ("Hours", "-1.5083335277777778"), ("Minutes", "-90.50001166666667"), ("Seconds", "-5430.0007"),
            ("Milliseconds", "-5430000"), ("Microseconds", "-5430000700"), ("Nanoseconds", "-5430000700000"), ("Abs", "1h30m30.0007s"),
        ]
        for (name, text) in expected { #expect(try show(span, name) == text, "\(name)") }
        #expect(try show(span, "Round", .int(60_000_000_000)) == "-1h31m0s")
        #expect(try show(span, "Truncate", .int(60_000_000_000)) == "-1h30m0s")
        #expect(try show(span, "Round", .int(-1)) == "-1h30m30.0007s")
        #expect(span.method("Nope") == nil)
    }

    @Test("months and weekdays are numbers that print as names")
    func calendar() throws {
        #expect((1...12).map { GoFormat.print(.object(GoMonth($0))) }.joined(separator: " ").hasPrefix("January February March April"))
        #expect((0..<7).map { GoFormat.printf("%.3s", [.object(GoWeekday($0))]) }.joined(separator: " ") == "Sun Mon Tue Wed Thu Fri Sat")
        #expect(GoFormat.printf("%d %02d", [.object(GoMonth(12)), .object(GoMonth(3))]) == "12 03")
        #expect(try show(GoMonth(5), "String") == "May")
        #expect(try show(GoWeekday(0), "String") == "Sunday")
    }

    @Test(
        "what the clock counts in is an int64, other numbers are an int",
        arguments: [
            (#"{{printf "%T %T %T" t.Unix t.UnixMilli t.UnixNano}}"#, "int64 int64 int64"),
            (#"{{printf "%T %T %T" t.Nanosecond t.Year (t.Sub t).Milliseconds}}"#, "int int int64"),
            (
                #"{{eq t.Unix 1700000000}} {{lt 1 t.Unix}} {{printf "%d %v %q" t.Unix t.Unix (t.Sub t).Nanoseconds}}"#,
                #"true true 1700000000 1700000000 '\x00'"#
            ),
            ("{{index .Tags (t.Sub t).Nanoseconds}}{{if (t.Sub t).Milliseconds}}T{{end}}", "x"),
            ("{{num t.Unix}}", #"failed: template: t:1:6: executing "t" at <t>: wrong type for value; expected int; got int64"#),
            (
                "{{$x := 5}}{{t.Add $x}}",
                #"failed: template: t:1:19: executing "t" at <$x>: wrong type for value; expected time.Duration; got int"#
            ),
        ])
    func wideIntegers(_ template: String, _ expected: String) {
        #expect(GoVectorFixture.output(template) == expected)
    }
}
