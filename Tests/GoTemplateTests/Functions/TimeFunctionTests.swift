import GoTemplate
import Testing
import Time

@Suite("Functions on times")
struct TimeFunctionTests {
    private let time = TemplateValue.object(GoTime(Timestamp(seconds: 1_717_245_296, nanoseconds: 5_000_000)))

    @Test("date writes a time by a layout")
    func date() throws {
        try FunctionCalls.check(
            "date",
            [
                ([.string("2006-01-02 15:04:05"), time], "2024-06-01 12:34:56"),
                ([.string("Mon Jan _2 3:04PM .000 MST"), time], "Sat Jun  1 12:34PM .005 UTC"),
                ([.string("no layout"), time], "no layout"), ([.string(""), time], ""),
                ([.string("x"), .string("y")], "!wrong type for value; expected time.Time; got string"),
            ])
    }

    @Test("tz shows a time in a zone and refuses unknown ones")
    func zone() throws {
        try FunctionCalls.check(
            "tz",
            [
                ([.string("Europe/Berlin"), time], "2024-06-01 14:34:56.005 +0200 CEST"),
                ([.string("UTC"), time], "2024-06-01 12:34:56.005 +0000 UTC"),
            ])
        #expect(try FunctionCalls.text("tz", [.string("Europe/Nowhere"), time]).hasPrefix("!unknown time zone Europe/Nowhere"))
    }

    @Test("now and since see the clock and the zone that the caller gives")
    func clock() throws {
        #expect(GoFormat.print(try FunctionCalls.value("now")) == "2025-06-15 17:06:40 +0200 +0200")
        let past = TemplateValue.object(GoTime(Timestamp(seconds: 1_750_000_000 - 90)))
        try FunctionCalls.check("since", [([past], "1m30s")])
    }

    @Test("toDate reads a time by a layout; what does not fit is the zero time, and an error to mustToDate")
    func toDate() throws {
        let layout = TemplateValue.string("2006-01-02T15:04:05Z07:00")
        for name in ["toDate", "mustToDate"] {
            try FunctionCalls.check(
                name,
                [
                    ([.string("2006-01-02"), .string("2024-02-29")], "2024-02-29 00:00:00 +0000 UTC"),
                    ([layout, .string("2024-05-01T10:20:30.5Z")], "2024-05-01 10:20:30.5 +0000 UTC"),
                    ([layout, .string("2024-05-01T10:20:30+02:00")], "2024-05-01 10:20:30 +0200 +0200"),
                ])
        }
        try FunctionCalls.check("toDate", [([.string("2006-01-02"), .string("2023-02-29")], "0001-01-01 00:00:00 +0000 UTC")])
        try FunctionCalls.check(
            "mustToDate", [([.string("2006-01-02"), .string("2023-02-29")], "!parsing time \"2023-02-29\": day out of range")])
    }

    @Test("humanizeDuration writes seconds as people say them")
    func humanizeDuration() throws {
        let rows: [(TemplateValue, String)] = [
            (.int(0), "0s"), (.float(12.3456), "12.35s"), (.int(59), "59s"), (.int(60), "1m 0s"), (.int(3600), "1h 0m 0s"),
            (.float(1_234_567.9), "14d 6h 56m 7s"), (.float(0.1235), "123.5ms"), (.float(0.0001), "100us"), (.float(-0.001), "-1ms"),
            (.int(-90), "-1m 30s"), (.float(59.9999), "60s"), (.string("135.3563"), "2m 15s"), (.string("1_000"), "16m 40s"),
            (.string("+Inf"), "+Inf"),
            (.float(.nan), "NaN"), (.object(GoDurationValue(.milliseconds(1500))), "1.5s"), (.float(1e-30), "1e-06ys"),
            (.string("x"), "!strconv.ParseFloat: parsing \"x\": invalid syntax"),
            (.string(""), "!strconv.ParseFloat: parsing \"\": invalid syntax"),
            (.string("1e999"), "!strconv.ParseFloat: parsing \"1e999\": value out of range"), (.bool(true), "!can't convert bool to float"),
        ]
        try FunctionCalls.check("humanizeDuration", rows.map { ([$0.0], $0.1) })
    }
}
