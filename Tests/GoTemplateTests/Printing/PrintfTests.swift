import GoTemplate
import Testing

@Suite("Go's printf")
struct PrintfTests {
    private func check(_ table: FormatTable, _ location: SourceLocation = #_sourceLocation) {
        for (format, expected) in table.rows {
            #expect(table.values.map { GoFormat.printf(format, [$0]) } == expected, "\(format)", sourceLocation: location)
        }
    }

    @Test("%v shows every kind of value, %+v its field names, %#v its Go source")
    func value() { check(FormatVectors.value) }
    @Test("%T names the type")
    func type() { check(FormatVectors.type) }
    @Test("%t takes booleans only")
    func boolean() { check(FormatVectors.boolean) }
    @Test("%b is binary; of a float, the mantissa and the power of two")
    func binary() { check(FormatVectors.binary) }
    @Test("%c is the character of a code, U+FFFD when there is none")
    func character() { check(FormatVectors.character) }
    @Test("%d obeys sign, width, zeros and precision")
    func decimal() { check(FormatVectors.decimal) }
    @Test("%d of what is no integer shows type and value")
    func decimalOfOthers() { check(FormatVectors.decimalOfOthers) }
    @Test("%o and %O are octal")
    func octal() { check(FormatVectors.octal) }
    @Test("%q quotes text")
    func quoted() { check(FormatVectors.quoted) }
    @Test("%q of an integer quotes its character")
    func quotedCharacter() { check(FormatVectors.quotedCharacter) }
    @Test("%x and %X are hexadecimal, of integers and of the bytes of text")
    func hexadecimal() { check(FormatVectors.hexadecimal) }
    @Test("%x of a float has a hexadecimal mantissa and a binary exponent")
    func hexadecimalFloat() { check(FormatVectors.hexadecimalFloat) }
    @Test("%U is the code point")
    func codePoint() { check(FormatVectors.codePoint) }
    @Test("%e has an exponent")
    func exponent() { check(FormatVectors.exponent) }
    @Test("%f has none")
    func fixed() { check(FormatVectors.fixed) }
    @Test("%g chooses, with the fewest digits that tell the value")
    func general() { check(FormatVectors.general) }
    @Test("%s cuts and fills by characters, not bytes")
    func text() { check(FormatVectors.text) }

    @Test("widths, precisions and values are taken from the arguments that the format names")
    func arguments() {
        for (format, values, expected) in FormatCallVectors.arguments { #expect(GoFormat.printf(format, values) == expected, "\(format)") }
    }

    @Test("what does not fit is told in the output")
    func errors() {
        for (format, values, expected) in FormatCallVectors.errors { #expect(GoFormat.printf(format, values) == expected, "\(format)") }
    }

    @Test("a format cannot exhaust the memory: widths end at a million and the output where it is full")
    func bounded() {
        let format = String(repeating: "%1000000d", count: 200)
        let output = GoFormat.printf(format, Array(repeating: .int(1), count: 200))
        #expect(output.utf8.count >= 32 << 20)
        #expect(output.utf8.count < 40 << 20)
    }
}
