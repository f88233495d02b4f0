import GoTemplate

/// What Go 1.19 printed for formats with several arguments.
enum FormatCallVectors {
    typealias Vector = (format: String, values: [TemplateValue], expected: String)

    /// Widths, precisions and arguments from elsewhere than the next place.
    static let arguments: [Vector] = [
        ("%d %s", [.int(1), .string("a")], "1 a"),
        ("%[2]d %[1]d", [.int(1), .int(2)], "2 1"),
        ("%[2]*[1]d|", [.int(12), .int(4)], "  12|"),
        ("%[3]*.[2]*[1]f|", [.float(12), .int(2), .int(6)], " 12.00|"),
        ("%*d|%-*d|", [.int(5), .int(42), .int(5), .int(42)], "   42|42   |"),
        ("%*d|", [.int(-5), .int(42)], "42   |"),
        ("%.*f", [.int(2), .float(3.14159)], "3.14"),
        ("%6.*f|", [.int(1), .float(3.14159)], "   3.1|"),
        ("%[1]d %d", [.int(1), .int(2)], "1 2"),
        ("%[1]d %[1]v %[1]T", [.int(7)], "7 7 int"),
        ("100%%", [], "100%"),
        ("%5%|", [], "%|"),
        ("é%sé", [.string("ü")], "éüé"),
    ]

    /// Formats and arguments that do not fit each other.
    static let errors: [Vector] = [
        ("%", [], "%!(NOVERB)"),
        ("%d %", [.int(1)], "1 %!(NOVERB)"),
        ("%d", [], "%!d(MISSING)"),
        ("%d %d", [.int(1)], "1 %!d(MISSING)"),
        ("%d", [.int(1), .string("x"), .null, .float(2.5)], "1%!(EXTRA string=x, <nil>, float64=2.5)"),
        ("none", [.int(1)], "none%!(EXTRA int=1)"),
        ("%!", [.int(1)], "%!!(int=1)"),
        ("%z", [.int(1)], "%!z(int=1)"),
        ("%é", [.string("x")], "%!é(string=x)"),
        ("%[3]d", [.int(1), .int(2)], "%!d(BADINDEX)"),
        ("%[x]d", [.int(1)], "%!d(BADINDEX)"),
        ("%[0]d", [.int(1)], "%!d(BADINDEX)"),
        ("%[]d", [.int(1)], "%!d(BADINDEX)"),
        ("%[1", [.int(1)], "%!(NOVERB)"),
        ("%[2]3d", [.int(1), .int(2)], "%!d(BADINDEX)"),
        ("%*d", [.string("x"), .int(2)], "%!(BADWIDTH)2"),
        ("%*d", [.int(2000000), .int(2)], "%!(BADWIDTH)2"),
        ("%.*d", [.string("x"), .int(2)], "%!(BADPREC)2"),
        ("%.*d", [.int(-1), .int(2)], "%!(BADPREC)2"),
        ("%.*d", [], "%!(BADPREC)%!d(MISSING)"),
        ("%99999999d", [.int(1)], "%!(NOVERB)%!(EXTRA int=1)"),
        ("%d", [.list([.int(1), .string("a"), .null])], "[1 %!d(string=a) <nil>]"),
        ("%.", [.int(1)], "%!.(int=1)"),
        ("%p", [.int(1)], "%!p(int=1)"),
        ("%w", [.string("x")], "%!w(string=x)"),
        ("%-", [.int(1)], "%!(NOVERB)%!(EXTRA int=1)"),
    ]
}
