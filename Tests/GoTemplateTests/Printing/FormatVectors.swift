import GoTemplate
import JSON
import Time

/// Formats by values, with the texts that Go's `fmt` gives.
struct FormatTable {
    let values: [TemplateValue]
    let rows: [(format: String, expected: [String])]

    init(_ values: [TemplateValue], rows: [(String, [String])]) {
        self.values = values
        self.rows = rows
    }
}

/// What Go 1.19 printed for these calls.
enum FormatVectors {
    private static let mixed = TemplateValue.list([.int(1), .string("a"), .null, .float(2.5), .bool(true), .strings(["p", "q"])])
    private static let sample = TemplateValue.map(["b": .int(2), "a": .string("x"), "é": .null])

    private static func duration(_ nanoseconds: Int64) -> TemplateValue { .object(GoDurationValue(.nanoseconds(nanoseconds))) }
    private static func month(_ number: Int) -> TemplateValue { .object(GoMonth(number)) }
    private static func byte(_ value: UInt8) -> TemplateValue { .object(GoByte(value)) }
    private static func pair(_ name: String, _ value: String) -> TemplateValue { .object(TestPair(name: name, value: value)) }

    static let value = FormatTable(
        [
            .null, .bool(true), .int(42), .int(-7), .float(1e06), .float(2.5), .string("hi"), .strings(["a", "b c"]), mixed, sample,
            pair("a", "b c"), duration(90000000000), month(3), byte(98),
        ],
        rows: [
            (
                "%v",
                [
                    "<nil>", "true", "42", "-7", "1e+06", "2.5", "hi", "[a b c]", "[1 a <nil> 2.5 true [p q]]",
                    "map[a:x b:2 é:<nil>]", "{a b c}", "1m30s", "March", "98",
                ]
            ),
            (
                "%+v",
                [
                    "<nil>", "true", "42", "-7", "1e+06", "2.5", "hi", "[a b c]", "[1 a <nil> 2.5 true [p q]]",
                    "map[a:x b:2 é:<nil>]", "{Name:a Value:b c}", "1m30s", "March", "98",
                ]
            ),
            (
                "%#v",
                [
                    "<nil>", "true", "42", "-7", "1e+06", "2.5", "\"hi\"", "[]string{\"a\", \"b c\"}",
                    "[]interface {}{1, \"a\", interface {}(nil), 2.5, true, []string{\"p\", \"q\"}}",
                    "map[string]interface {}{\"a\":\"x\", \"b\":2, \"é\":interface {}(nil)}", "test.Pair{Name:\"a\", Value:\"b c\"}",
                    "90000000000", "3", "0x62",
                ]
            ),
            (
                "%8v",
                [
                    "   <nil>", "    true", "      42", "      -7", "   1e+06", "     2.5", "      hi", "[       a      b c]",
                    "[       1        a <nil>      2.5     true [       p        q]]",
                    "map[       a:       x        b:       2        é:<nil>]", "{       a      b c}", "   1m30s", "   March", "      98",
                ]
            ),
            (
                "%-8v|",
                [
                    "<nil>   |", "true    |", "42      |", "-7      |", "1e+06   |", "2.5     |", "hi      |",
                    "[a        b c     ]|", "[1        a        <nil> 2.5      true     [p        q       ]]|",
                    "map[a       :x        b       :2        é       :<nil>]|", "{a        b c     }|", "1m30s   |", "March   |",
                    "98      |",
                ]
            ),
        ])

    static let type = FormatTable(
        [
            .null, .bool(true), .int(1), .float(1.5), .string("s"), .strings([]), .list([]), sample, pair("", ""), duration(1000000000),
            month(5), byte(1),
        ],
        rows: [
            (
                "%T",
                [
                    "<nil>", "bool", "int", "float64", "string", "[]string", "[]interface {}", "map[string]interface {}",
                    "test.Pair", "time.Duration", "time.Month", "uint8",
                ]
            )
        ])

    static let boolean = FormatTable(
        [.bool(true), .bool(false), .int(1), .string("x"), .null],
        rows: [
            ("%t", ["true", "false", "%!t(int=1)", "%!t(string=x)", "%!t(<nil>)"]),
            ("%6t", ["  true", " false", "%!t(int=     1)", "%!t(string=     x)", "%!t(<nil>)"]),
            ("%-6t|", ["true  |", "false |", "%!t(int=1     )|", "%!t(string=x     )|", "%!t(<nil>)|"]),
        ])

    static let binary = FormatTable(
        [.int(5), .int(-5), .int(0), .float(1.5), .string("x")],
        rows: [
            ("%b", ["101", "-101", "0", "6755399441055744p-52", "%!b(string=x)"]),
            ("%#b", ["0b101", "-0b101", "0b0", "6755399441055744p-52", "%!b(string=x)"]),
            ("%010b", ["0000000101", "-000000101", "0000000000", "6755399441055744p-52", "%!b(string=000000000x)"]),
        ])

    static let character = FormatTable(
        [.int(65), .int(233), .int(128512), .int(-1), .int(1114112), .string("x"), .float(1.5)],
        rows: [
            ("%c", ["A", "é", "😀", "�", "�", "%!c(string=x)", "%!c(float64=1.5)"]),
            ("%5c", ["    A", "    é", "    😀", "    �", "    �", "%!c(string=    x)", "%!c(float64=  1.5)"]),
            ("%-5c|", ["A    |", "é    |", "😀    |", "�    |", "�    |", "%!c(string=x    )|", "%!c(float64=1.5  )|"]),
        ])

    static let decimal = FormatTable(
        [.int(42), .int(-42), .int(0)],
        rows: [
            ("%d", ["42", "-42", "0"]),
            ("%+d", ["+42", "-42", "+0"]),
            ("% d", [" 42", "-42", " 0"]),
            ("%5d", ["   42", "  -42", "    0"]),
            ("%-5d|", ["42   |", "-42  |", "0    |"]),
            ("%05d", ["00042", "-0042", "00000"]),
            ("%+05d", ["+0042", "-0042", "+0000"]),
            ("%.4d", ["0042", "-0042", "0000"]),
            ("%8.4d", ["    0042", "   -0042", "    0000"]),
            ("%.0d", ["42", "-42", ""]),
        ])

    static let decimalOfOthers = FormatTable(
        [.string("hi"), .float(1.5), .bool(true), .null, mixed, duration(1000000000), month(3), .strings(["a"])],
        rows: [
            (
                "%d",
                [
                    "%!d(string=hi)", "%!d(float64=1.5)", "%!d(bool=true)", "%!d(<nil>)",
                    "[1 %!d(string=a) <nil> %!d(float64=2.5) %!d(bool=true) [%!d(string=p) %!d(string=q)]]", "1000000000", "3",
                    "[%!d(string=a)]",
                ]
            ),
            (
                "%5d",
                [
                    "%!d(string=   hi)", "%!d(float64=  1.5)", "%!d(bool= true)", "%!d(<nil>)",
                    "[    1 %!d(string=    a) <nil> %!d(float64=  2.5) %!d(bool= true) [%!d(string=    p) %!d(string=    q)]]",
                    "1000000000", "    3", "[%!d(string=    a)]",
                ]
            ),
        ])

    static let octal = FormatTable(
        [.int(8), .int(-8), .int(0), .string("x")],
        rows: [
            ("%o", ["10", "-10", "0", "%!o(string=x)"]),
            ("%#o", ["010", "-010", "0", "%!o(string=x)"]),
            ("%O", ["0o10", "-0o10", "0o0", "%!O(string=x)"]),
            ("%06o", ["000010", "-00010", "000000", "%!o(string=00000x)"]),
        ])

    static let quoted = FormatTable(
        [.string("héllo"), .string("a`b"), .string("tab\t"), .string("\u{200B}"), .strings(["a", "b"])],
        rows: [
            ("%q", ["\"héllo\"", "\"a`b\"", "\"tab\\t\"", "\"\\u200b\"", "[\"a\" \"b\"]"]),
            ("%+q", ["\"h\\u00e9llo\"", "\"a`b\"", "\"tab\\t\"", "\"\\u200b\"", "[\"a\" \"b\"]"]),
            ("%#q", ["`héllo`", "\"a`b\"", "`tab\t`", "`\u{200B}`", "[`a` `b`]"]),
            ("%10q", ["   \"héllo\"", "     \"a`b\"", "   \"tab\\t\"", "  \"\\u200b\"", "[       \"a\"        \"b\"]"]),
            ("%.3q", ["\"hél\"", "\"a`b\"", "\"tab\"", "\"\\u200b\"", "[\"a\" \"b\"]"]),
        ])

    static let quotedCharacter = FormatTable(
        [.int(65), .int(39), .int(10), .int(233), .int(128512), .int(-1), .float(1.5)],
        rows: [
            ("%q", ["'A'", "'\\''", "'\\n'", "'é'", "'😀'", "'�'", "%!q(float64=1.5)"]),
            ("%+q", ["'A'", "'\\''", "'\\n'", "'\\u00e9'", "'\\U0001f600'", "'\\ufffd'", "%!q(float64=+1.5)"]),
        ])

    static let hexadecimal = FormatTable(
        [.int(255), .int(-255), .string("hé"), .strings(["a", "b"])],
        rows: [
            ("%x", ["ff", "-ff", "68c3a9", "[61 62]"]),
            ("%X", ["FF", "-FF", "68C3A9", "[61 62]"]),
            ("%#x", ["0xff", "-0xff", "0x68c3a9", "[0x61 0x62]"]),
            ("% x", [" ff", "-ff", "68 c3 a9", "[61 62]"]),
            ("%# X", [" 0XFF", "-0XFF", "0X68 0XC3 0XA9", "[0X61 0X62]"]),
            ("%08x", ["000000ff", "-00000ff", "0068c3a9", "[00000061 00000062]"]),
            ("%.2x", ["ff", "-ff", "68c3", "[61 62]"]),
        ])

    static let hexadecimalFloat = FormatTable(
        [.float(0), .float(1.5), .float(-1e-300), .float(123456.789)],
        rows: [
            ("%x", ["0x0p+00", "0x1.8p+00", "-0x1.56e1fc2f8f359p-997", "0x1.e240c9fbe76c9p+16"]),
            ("%X", ["0X0P+00", "0X1.8P+00", "-0X1.56E1FC2F8F359P-997", "0X1.E240C9FBE76C9P+16"]),
            ("%.2x", ["0x0.00p+00", "0x1.80p+00", "-0x1.57p-997", "0x1.e2p+16"]),
            ("%#x", ["0x0.0000p+00", "0x1.8000p+00", "-0x1.56e1fc2f8f359p-997", "0x1.e240c9fbe76c9p+16"]),
            ("%+x", ["+0x0p+00", "+0x1.8p+00", "-0x1.56e1fc2f8f359p-997", "+0x1.e240c9fbe76c9p+16"]),
        ])

    static let codePoint = FormatTable(
        [.int(65), .int(128512), .int(173), .int(-1), .string("x")],
        rows: [
            ("%U", ["U+0041", "U+1F600", "U+00AD", "U+FFFFFFFFFFFFFFFF", "%!U(string=x)"]),
            ("%#U", ["U+0041 'A'", "U+1F600 '😀'", "U+00AD", "U+FFFFFFFFFFFFFFFF", "%!U(string=x)"]),
            ("%12U", ["      U+0041", "     U+1F600", "      U+00AD", "U+FFFFFFFFFFFFFFFF", "%!U(string=           x)"]),
            ("%.6U", ["U+000041", "U+01F600", "U+0000AD", "U+FFFFFFFFFFFFFFFF", "%!U(string=x)"]),
        ])

    static let exponent = FormatTable(
        [.float(0), .float(1), .float(-12345.678), .float(1e-07), .float(1e100), .float(.infinity), .string("x")],
        rows: [
            ("%e", ["0.000000e+00", "1.000000e+00", "-1.234568e+04", "1.000000e-07", "1.000000e+100", "+Inf", "%!e(string=x)"]),
            ("%E", ["0.000000E+00", "1.000000E+00", "-1.234568E+04", "1.000000E-07", "1.000000E+100", "+Inf", "%!E(string=x)"]),
            ("%.2e", ["0.00e+00", "1.00e+00", "-1.23e+04", "1.00e-07", "1.00e+100", "+Inf", "%!e(string=x)"]),
            ("%+.0e", ["+0e+00", "+1e+00", "-1e+04", "+1e-07", "+1e+100", "+Inf", "%!e(string=)"]),
            (
                "%14.3e",
                [
                    "     0.000e+00", "     1.000e+00", "    -1.235e+04", "     1.000e-07", "    1.000e+100", "          +Inf",
                    "%!e(string=             x)",
                ]
            ),
        ])

    static let fixed = FormatTable(
        [.float(0), .float(2.5), .float(-2.675), .float(1e21), .float(.nan)],
        rows: [
            ("%f", ["0.000000", "2.500000", "-2.675000", "1000000000000000000000.000000", "NaN"]),
            ("%F", ["0.000000", "2.500000", "-2.675000", "1000000000000000000000.000000", "NaN"]),
            ("%.2f", ["0.00", "2.50", "-2.67", "1000000000000000000000.00", "NaN"]),
            ("%.0f", ["0", "2", "-3", "1000000000000000000000", "NaN"]),
            ("%8.1f", ["     0.0", "     2.5", "    -2.7", "1000000000000000000000.0", "     NaN"]),
            ("%-8.1f|", ["0.0     |", "2.5     |", "-2.7    |", "1000000000000000000000.0|", "NaN     |"]),
            ("%08.1f", ["000000.0", "000002.5", "-00002.7", "1000000000000000000000.0", "     NaN"]),
            ("%+.1f", ["+0.0", "+2.5", "-2.7", "+1000000000000000000000.0", "+NaN"]),
            ("% .1f", [" 0.0", " 2.5", "-2.7", " 1000000000000000000000.0", " NaN"]),
            ("%#.0f", ["0.", "2.", "-3.", "1000000000000000000000.", "NaN"]),
        ])

    static let general = FormatTable(
        [
            .float(0), .float(100000), .float(1e06), .float(1.23456789e08), .float(1e20), .float(1e21), .float(0.0001), .float(1e-05),
            .float(1234.5678), .float(-.infinity), .float(0x1p-1074), .float(1.7976931348623157e308),
        ],
        rows: [
            (
                "%g",
                [
                    "0", "100000", "1e+06", "1.23456789e+08", "1e+20", "1e+21", "0.0001", "1e-05", "1234.5678", "-Inf", "5e-324",
                    "1.7976931348623157e+308",
                ]
            ),
            (
                "%G",
                [
                    "0", "100000", "1E+06", "1.23456789E+08", "1E+20", "1E+21", "0.0001", "1E-05", "1234.5678", "-Inf", "5E-324",
                    "1.7976931348623157E+308",
                ]
            ),
            (
                "%.3g",
                [
                    "0", "1e+05", "1e+06", "1.23e+08", "1e+20", "1e+21", "0.0001", "1e-05", "1.23e+03", "-Inf", "4.94e-324",
                    "1.8e+308",
                ]
            ),
            (
                "%#g",
                [
                    "0.00000", "100000.", "1.00000e+06", "1.23456789e+08", "1.00000e+20", "1.00000e+21", "0.000100000",
                    "1.00000e-05", "1234.5678", "-Inf", "5.00000e-324", "1.7976931348623157e+308",
                ]
            ),
            (
                "%10.4g",
                [
                    "         0", "     1e+05", "     1e+06", " 1.235e+08", "     1e+20", "     1e+21", "    0.0001",
                    "     1e-05", "      1235", "      -Inf", "4.941e-324", "1.798e+308",
                ]
            ),
        ])

    static let text = FormatTable(
        [.string("héo"), .string(""), .strings(["a", "bc"]), .int(5), .float(1.5), .null, .bool(true), duration(1000000000), month(5)],
        rows: [
            ("%s", ["héo", "", "[a bc]", "%!s(int=5)", "%!s(float64=1.5)", "%!s(<nil>)", "%!s(bool=true)", "1s", "May"]),
            (
                "%5s",
                [
                    "  héo", "     ", "[    a    bc]", "%!s(int=    5)", "%!s(float64=  1.5)", "%!s(<nil>)", "%!s(bool= true)",
                    "   1s", "  May",
                ]
            ),
            (
                "%-5s|",
                [
                    "héo  |", "     |", "[a     bc   ]|", "%!s(int=5    )|", "%!s(float64=1.5  )|", "%!s(<nil>)|",
                    "%!s(bool=true )|", "1s   |", "May  |",
                ]
            ),
            ("%.2s", ["hé", "", "[a bc]", "%!s(int=05)", "%!s(float64=1.5)", "%!s(<nil>)", "%!s(bool=true)", "1s", "Ma"]),
            (
                "%5.1s",
                [
                    "    h", "     ", "[    a     b]", "%!s(int=    5)", "%!s(float64=    2)", "%!s(<nil>)", "%!s(bool= true)",
                    "    1", "    M",
                ]
            ),
            (
                "%05s",
                [
                    "00héo", "00000", "[0000a 000bc]", "%!s(int=00005)", "%!s(float64=001.5)", "%!s(<nil>)", "%!s(bool=0true)",
                    "0001s", "00May",
                ]
            ),
        ])
}
