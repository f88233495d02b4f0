import Testing
import Time

@Suite("Prometheus durations (reference 1.1)")
struct PrometheusDurationTests {
    @Test(
        "are read in descending units",
        arguments: [
            ("0", 0), ("0s", 0), ("1ms", 1), ("1s", 1_000), ("5m", 300_000), ("1h30m", 5_400_000), ("90m", 5_400_000), ("1d", 86_400_000),
            ("2w", 1_209_600_000), ("1y", 31_536_000_000), ("1y2w3d4h5m6s7ms", 33_019_506_007), ("4h30m", 16_200_000),
            ("120h", 432_000_000),
            ("007s", 7_000), ("292y", 9_208_512_000_000),
        ] as [(String, Int64)])
    func reads(text: String, milliseconds: Int64) throws {
        #expect(try PrometheusDuration.parse(text) == .milliseconds(milliseconds))
    }

    @Test(
        "are refused with the text that was found",
        arguments: [
            ("", "empty duration string"), ("1", "not a valid duration string: \"1\""), ("-1m", "not a valid duration string: \"-1m\""),
            ("1.5h", "unknown unit \".\" in duration \"1.5h\""), ("1m1h", "not a valid duration string: \"1m1h\""),
            ("1m1m", "not a valid duration string: \"1m1m\""), ("1ms1s", "not a valid duration string: \"1ms1s\""),
            ("1h 30m", "unknown unit \"h \" in duration \"1h 30m\""), (" 1h", "not a valid duration string: \" 1h\""),
            ("1us", "unknown unit \"us\" in duration \"1us\""), ("h", "not a valid duration string: \"h\""),
            ("99999999999999999999s", "not a valid duration string: \"99999999999999999999s\""), ("293y", "duration out of range"),
            ("292y52w", "duration out of range"), ("18446744073709551615ms", "duration out of range"),
            ("00", "not a valid duration string: \"00\""),
        ])
    func refuses(text: String, message: String) {
        #expect(throws: DurationError(message: message)) { try PrometheusDuration.parse(text) }
    }

    @Test(
        "are printed by exact years and weeks, otherwise from days down",
        arguments: [
            (0, "0s"), (5_400_000, "1h30m"), (604_800_000, "1w"), (691_200_000, "8d"), (31_536_000_000, "1y"), (7_776_000_000, "90d"),
            (1_209_600_000, "2w"), (31_536_000_000 + 604_800_000, "372d"), (31_536_000_000 * 2, "2y"), (1, "1ms"), (61_001, "1m1s1ms"),
            (432_000_000, "5d"), (-90_000, "-1m30s"),
        ] as [(Int64, String)])
    func prints(milliseconds: Int64, text: String) {
        #expect(PrometheusDuration.format(.milliseconds(milliseconds)) == text)
    }

    @Test("what is below a millisecond is not printed")
    func dropsNanoseconds() {
        #expect(PrometheusDuration.format(.nanoseconds(999_999)) == "0s")
        #expect(PrometheusDuration.format(.nanoseconds(1_999_999)) == "1ms")
    }
}

@Suite("Go durations (reference 1.1)")
struct GoDurationTests {
    @Test(
        "are read with signs, fractions and repeated units",
        arguments: [
            ("0", 0), ("1m30s", 90_000_000_000), ("500ms", 500_000_000), ("1.5h", 5_400_000_000_000), ("-1.5h", -5_400_000_000_000),
            ("+5s", 5_000_000_000),
            ("1ns", 1), ("1us", 1_000), ("1µs", 1_000), ("1μs", 1_000), (".5s", 500_000_000), ("5.s", 5_000_000_000),
            ("1s1h", 3_601_000_000_000),
            ("3h30m", 12_600_000_000_000), ("10.5s4m", 250_500_000_000), ("39h9m14.425s", 140_954_425_000_000),
            ("52763797000ns", 52_763_797_000),
            ("0.3333333333333333333h", 1_200_000_000_000), ("9007199254740993ns", 9_007_199_254_740_993),
            ("9223372036854775807ns", Int64.max),
            ("-9223372036854775808ns", Int64.min), ("0.100000000000000000000h", 360_000_000_000), ("-0", 0),
        ] as [(String, Int64)])
    func reads(text: String, nanoseconds: Int64) throws {
        #expect(try GoDuration.parse(text) == .nanoseconds(nanoseconds))
    }

    @Test(
        "are refused in Go's words",
        arguments: [
            ("", "time: invalid duration \"\""), ("3", "time: missing unit in duration \"3\""), ("-", "time: invalid duration \"-\""),
            ("s", "time: invalid duration \"s\""), (".", "time: invalid duration \".\""), ("-.", "time: invalid duration \"-.\""),
            (".s", "time: invalid duration \".s\""), ("1d", "time: unknown unit \"d\" in duration \"1d\""),
            ("1h 5m", "time: unknown unit \"h \" in duration \"1h 5m\""),
            ("9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\""),
            ("3000000h", "time: invalid duration \"3000000h\""),
            ("-9223372036854775809ns", "time: invalid duration \"-9223372036854775809ns\""),
        ])
    func refuses(text: String, message: String) {
        #expect(throws: DurationError(message: message)) { try GoDuration.parse(text) }
    }

    @Test(
        "are printed as Go does",
        arguments: [
            (0, "0s"), (1, "1ns"), (1_100, "1.1µs"), (2_200_000, "2.2ms"), (3_300_000_000, "3.3s"), (245_000_000_000, "4m5s"),
            (245_001_000_000, "4m5.001s"), (18_367_001_000_000, "5h6m7.001s"), (480_000_000_001, "8m0.000000001s"),
            (3_600_000_000_000, "1h0m0s"),
            (Int64.max, "2562047h47m16.854775807s"), (Int64.min, "-2562047h47m16.854775808s"), (-1_500_000_000, "-1.5s"),
            (90_000_000_000, "1m30s"),
        ] as [(Int64, String)])
    func prints(nanoseconds: Int64, text: String) throws {
        #expect(GoDuration.format(.nanoseconds(nanoseconds)) == text)
        #expect(try GoDuration.parse(text) == .nanoseconds(nanoseconds))
    }
}

@Suite("Time spans")
struct TimeSpanTests {
    @Test("arithmetic saturates instead of trapping")
    func saturates() {
        let (most, least) = (TimeSpan(nanoseconds: .max), TimeSpan(nanoseconds: .min))
        #expect(most + .seconds(1) == most)
        #expect(least - .seconds(1) == least)
        #expect(most * 2 == most)
        #expect(most * -2 == least)
        #expect(least * -1 == most)
        #expect(least / -1 == most)
        #expect(-least == most)
        #expect(TimeSpan.hours(.max) == most)
        #expect(TimeSpan.seconds(1e300) == most)
        #expect(TimeSpan.seconds(-1e300) == least)
        #expect(TimeSpan.seconds(Double.nan) == .zero)
        #expect(TimeSpan.seconds(9) / 0 == .zero)
    }

    @Test("seconds with a fraction are rounded to nanoseconds")
    func fractions() {
        #expect(TimeSpan.seconds(1.5) == .milliseconds(1500))
        #expect(TimeSpan.milliseconds(1500).seconds == 1.5)
        #expect(TimeSpan.seconds(0.000_000_001_4).nanoseconds == 1)
    }
}
