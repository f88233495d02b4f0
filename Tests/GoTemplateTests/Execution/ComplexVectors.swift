/// Templates with complex constants, and what Go 1.19 makes of them.
enum ComplexVectors {
    /// How they are read and shown.
    static let printed: [(String, String)] = [
        (
            "{{1i}} {{1+2i}} {{1-2i}} {{-2.5i}} {{0x1p-2i}} {{1e3i}} {{1_0+2i}} {{017i}} {{.5i}} {{2.i}} {{-0i}} {{1e21+1e-7i}}",
            "(0+1i) (1+2i) (1-2i) (0-2.5i) (0+0.25i) (0+1000i) (10+2i) (0+17i) (0+0.5i) (0+2i) (0-0i) (1e+21+1e-07i)"
        ),
        ("{{1i | print}}", "(0+1i)"),
        (#"{{print 1i 2i "x" 3i}}"#, "(0+1i) (0+2i)x(0+3i)"),
        ("{{println 1i 2}}", "(0+1i) 2\n"),
        ("{{html 1+2i}} {{js 1+2i}} {{urlquery 1+2i}}", "(1+2i) (1+2i) %281%2B2i%29"),
        ("{{$x := 1+0i}}{{$x}} {{$x = 2i}}{{$x}}", "(1+0i) (0+2i)"),
        ("{{list 1i 2}}", "[(0+1i) 2]"),
        (#"{{1i | printf "%v|%v" 1}}"#, "1|(0+1i)"),
    ]

    /// Verbs with widths, precisions and flags.
    static let formats: [(String, String)] = [
        (#"{{printf "%v %+v %#v %T" 1i 1i 1i 1i}}"#, "(0+1i) (0+1i) (0+1i) complex128"),
        (
            #"{{printf "%g %G %e %E" 1.5+2i 1e21+1e-9i 1+2i 1e9i}}"#,
            "(1.5+2i) (1E+21+1E-09i) (1.000000e+00+2.000000e+00i) (0.000000E+00+1.000000E+09i)"
        ),
        (#"{{printf "%f %F %.2f %.0f" 1i 1i 1.005+2i 1.5+2.5i}}"#, "(0.000000+1.000000i) (0.000000+1.000000i) (1.00+2.00i) (2+2i)"),
        (
            #"{{printf "%b %x %X" 1+2i 1+2i 1.5-2i}}"#,
            "(4503599627370496p-52+4503599627370496p-51i) (0x1p+00+0x1p+01i) (0X1.8P+00-0X1P+01i)"
        ),
        (
            #"{{printf "%8.2f|%-8.2f|%08.2f|%+.1f|% .1f" 1-2i 1-2i 1-2i 1+2i 1+2i}}"#,
            "(    1.00   -2.00i)|(1.00    -2.00   i)|(00001.00-0002.00i)|(+1.0+2.0i)|( 1.0+2.0i)"
        ),
        (
            #"{{printf "%#g %#.3x %6v|%-6v|" 1i 1i 1i 1i}}"#,
            "(0.00000+1.00000i) (0x0.000p+00+0x1.000p+00i) (     0    +1i)|(0     +1    i)|"
        ),
        (
            #"{{printf "%d %s %q %t" 1i 1i 1i 1i}}"#,
            "%!d(complex128=(0+1i)) %!s(complex128=(0+1i)) %!q(complex128=(0+1i)) %!t(complex128=(0+1i))"
        ),
        (
            #"{{printf "%c %U %o %p %z" 1i 1i 1i 1i 1i}}"#,
            "%!c(complex128=(0+1i)) %!U(complex128=(0+1i)) %!o(complex128=(0+1i)) %!p(complex128=(0+1i)) %!z(complex128=(0+1i))"
        ),
        (#"{{printf "%+d %5d" 1i 1i}}"#, "%!d(complex128=(+0+1i)) %!d(complex128=(    0   +1i))"),
        (#"{{printf "%*d" 1i 2}}"#, "%!(BADWIDTH)2"),
        (#"{{printf "x" 1i}}"#, "x%!(EXTRA complex128=(0+1i))"),
    ]

    /// They are equal or not, and have no order.
    static let compared: [(String, String)] = [
        ("{{eq 1i 1i}} {{eq 1i 1+1i}} {{eq 1i 2i 1i}} {{ne 1i 0i}} {{eq 0i -0i}} {{eq 1i nil}}", "true false true true true false"),
        ("{{eq 1i 1}}", #"failed: template: t:1:2: executing "t" at <eq 1i 1>: error calling eq: incompatible types for comparison"#),
        (
            "{{eq 1+0i 1.0}}",
            #"failed: template: t:1:2: executing "t" at <eq 1+0i 1.0>: error calling eq: incompatible types for comparison"#
        ),
        (#"{{eq 1i "x"}}"#, #"failed: template: t:1:2: executing "t" at <eq 1i "x">: error calling eq: incompatible types for comparison"#),
        ("{{lt 1i 2i}}", #"failed: template: t:1:2: executing "t" at <lt 1i 2i>: error calling lt: invalid type for comparison"#),
        ("{{ge 1i 1i}}", #"failed: template: t:1:2: executing "t" at <ge 1i 1i>: error calling ge: invalid type for comparison"#),
        ("{{lt 1i 1}}", #"failed: template: t:1:2: executing "t" at <lt 1i 1>: error calling lt: incompatible types for comparison"#),
        (#"{{gt "x" 1i}}"#, #"failed: template: t:1:2: executing "t" at <gt "x" 1i>: error calling gt: incompatible types for comparison"#),
    ]

    /// Zero is false.
    static let truth: [(String, String)] = [
        ("{{if 1i}}T{{else}}F{{end}}{{if 0i}}T{{else}}F{{end}}{{if 0+0i}}T{{else}}F{{end}}", "TFF"),
        ("{{with 2i}}{{.}}{{else}}F{{end}} {{with 0i}}{{.}}{{else}}F{{end}}", "(0+2i) F"),
        ("{{and 0i 1}} {{and 1i 2i}} {{or 0i 2i}} {{not 1i}} {{not 0i}}", "(0+0i) (0+2i) (0+2i) false true"),
    ]

    /// Where a type is wanted that they can be of.
    static let taken: [(String, String)] = [
        ("{{num 1+0i}} {{flt 1.5+0i}} {{flt 0i}} {{num 1e2+0i}}", "2 3 0 101"),
        (#"{{two "a" 3+0i}}"#, "a3"),
        ("{{num 1i}}", #"failed: template: t:1:6: executing "t" at <1i>: expected integer; found 1i"#),
        ("{{num 1.5+0i}}", #"failed: template: t:1:6: executing "t" at <1.5+0i>: expected integer; found 1.5+0i"#),
        ("{{flt 1+2i}}", #"failed: template: t:1:6: executing "t" at <1+2i>: expected float; found 1+2i"#),
        ("{{flag 1i}}", #"failed: template: t:1:7: executing "t" at <1i>: expected bool; found 1i"#),
        ("{{str 1i}}", #"failed: template: t:1:6: executing "t" at <1i>: expected string; found 1i"#),
        ("{{strs 1i}}", #"failed: template: t:1:7: executing "t" at <1i>: can't handle 1i for arg of type []string"#),
        ("{{lst 1i}}", #"failed: template: t:1:6: executing "t" at <1i>: can't handle 1i for arg of type []interface {}"#),
        (
            "{{$x := 1+0i}}{{num $x}}",
            #"failed: template: t:1:20: executing "t" at <$x>: wrong type for value; expected int; got complex128"#
        ),
        ("{{(t.Add 1e9+0i).Unix}}", "1700000001"),
        ("{{t.Add 1i}}", #"failed: template: t:1:8: executing "t" at <1i>: expected integer; found 1i"#),
        ("{{(t.AddDate 0 1+0i 0).Month}}", "December"),
    ]

    /// Where they cannot be used.
    static let refused: [(String, String)] = [
        (
            "{{index .Tags 1i}}",
            #"failed: template: t:1:2: executing "t" at <index .Tags 1i>: error calling index: cannot index slice/array with type complex128"#
        ),
        (
            "{{index .Tags 0+0i}}",
            #"failed: template: t:1:2: executing "t" at <index .Tags 0+0i>: error calling index: cannot index slice/array with type complex128"#
        ),
        (
            "{{index 1i 0}}",
            #"failed: template: t:1:2: executing "t" at <index 1i 0>: error calling index: can't index item of type complex128"#
        ),
        (
            #"{{slice "abc" 1i}}"#,
            #"failed: template: t:1:2: executing "t" at <slice "abc" 1i>: error calling slice: cannot index slice/array with type complex128"#
        ),
        (
            "{{slice 1i 0}}",
            #"failed: template: t:1:2: executing "t" at <slice 1i 0>: error calling slice: can't slice item of type complex128"#
        ),
        ("{{len 1i}}", #"failed: template: t:1:2: executing "t" at <len 1i>: error calling len: len of type complex128"#),
        ("{{range 1i}}x{{end}}", #"failed: template: t:1:8: executing "t" at <1i>: range can't iterate over (0+1i)"#),
        ("{{(1i).X}}", #"failed: template: t:1:3: executing "t" at <1i>: can't evaluate field X in type complex128"#),
        ("{{1i.X}}", #"failed: template: t:1: unexpected . after term "1i""#),
        ("{{1i 2}}", #"failed: template: t:1:2: executing "t" at <1i>: can't give argument to non-function 1i"#),
        ("{{1 | 1i}}", "failed: template: t:1: non executable command in pipeline stage 2"),
        ("{{call 1i}}", #"failed: template: t:1:2: executing "t" at <call 1i>: error calling call: non-function of type complex128"#),
        (
            "{{index .L 1i}}",
            #"failed: template: t:1:2: executing "t" at <index .L 1i>: error calling index: value has type complex128; should be string"#
        ),
        (
            "{{toJson 1i}}",
            #"failed: template: t:1:2: executing "t" at <toJson 1i>: error calling toJson: json: unsupported type: complex128"#
        ),
        ("{{template 1i}}", #"failed: template: t:1: unexpected "1i" in template clause"#),
    ]

    /// What is none.
    static let malformed: [(String, String)] = [
        ("{{0b1i}}", #"failed: template: t:1: illegal number syntax: "0b1i""#),
        ("{{0x1i}}", #"failed: template: t:1: illegal number syntax: "0x1i""#),
        ("{{0b1+2i}}", "failed: template: t:1: syntax error scanning complex number"),
        ("{{0o17+1i}}", "failed: template: t:1: syntax error scanning complex number"),
        ("{{1e400i}}", #"failed: template: t:1: illegal number syntax: "1e400i""#),
        ("{{1e400+1i}}", #"failed: template: t:1: strconv.ParseFloat: parsing "1e400": value out of range"#),
        ("{{1__0+1i}}", #"failed: template: t:1: strconv.ParseFloat: parsing "1__0": invalid syntax"#),
        ("{{1__0i}}", #"failed: template: t:1: illegal number syntax: "1__0i""#),
        ("{{1i+2i}}", "failed: template: t:1: syntax error scanning complex number"),
        ("{{1+2}}", #"failed: template: t:1: bad number syntax: "1+2""#),
        ("{{1+2j}}", #"failed: template: t:1: bad number syntax: "1+2j""#),
        ("{{1 +2i}}", #"failed: template: t:1:2: executing "t" at <1>: can't give argument to non-function 1"#),
        ("{{0x1+1i}}", #"failed: template: t:1: strconv.ParseFloat: parsing "0x1": invalid syntax"#),
        ("{{+i}}", #"failed: template: t:1: illegal number syntax: "+i""#),
        ("{{1+i}}", "failed: template: t:1: syntax error scanning complex number"),
        ("{{1ii}}", #"failed: template: t:1: bad number syntax: "1ii""#),
        ("{{1+2ii}}", #"failed: template: t:1: bad number syntax: "1+2ii""#),
        ("{{+i+1i}}", #"failed: template: t:1: strconv.ParseFloat: parsing "+i": invalid syntax"#),
    ]

    /// As HTML, after `H:`.
    static let html: [(String, String)] = [
        (
            #"H:{{1i}} <a title="{{1+2i}}" x={{1i}} href="/{{1i}}">"#,
            #"(0&#43;1i) <a title="(1&#43;2i)" x=(0&#43;1i) href="/%280&#43;1i%29">"#
        )
    ]
}
