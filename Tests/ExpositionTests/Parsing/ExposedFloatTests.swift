import Testing

@testable import Exposition

@Suite("Exposed numbers")
struct ExposedFloatTests {
    private func parse(_ text: String) -> Double? { Array(text.utf8).withUnsafeBufferPointer { ExposedFloat.parse($0) } }

    @Test(
        "what Go reads is read",
        arguments: [
            ("1", 1.0), ("+1", 1), ("-1.5e-3", -0.0015), (".5", 0.5), ("5.", 5), ("0755", 755), ("1e5", 1e5), ("1E+5", 1e5), ("-0", -0.0),
            ("1e22", 1e22), ("1e23", 1e23), ("9007199254740993", 9007199254740992), ("9007199254740992.5", 9007199254740992),
            ("1e-999", 0), ("0e999999", 0), ("4.9e-324", .leastNonzeroMagnitude), ("1.7976931348623157e308", .greatestFiniteMagnitude),
            ("2.2250738585072011e-308", .leastNormalMagnitude.nextDown), ("0.1234567890123456789", 0.12345678901234568),
            ("18446744073709551616", 18446744073709551616), ("100000000000000000000000000000000000000000e-40", 10),
            ("inf", .infinity), ("+Infinity", .infinity), ("-iNf", -.infinity),
        ])
    func accepted(_ text: String, _ value: Double) { #expect(parse(text)?.bitPattern == value.bitPattern) }

    @Test(
        "what Go refuses is refused, and hexadecimal numbers and underscores with it",
        arguments: [
            "", "+", "-", ".", "e5", ".e5", "1e", "1e+", "1.2.3", "1,5", "0x1F", "0x1p3", "1_000", "infx", "nanx", "+nan", "-NaN", "1e999",
            "-1e309",
            "1 ", " 1", "1f", "++1",
        ])
    func refused(_ text: String) { #expect(parse(text) == nil) }

    @Test("every NaN is the ordinary one")
    func nan() { #expect(parse("NaN")?.bitPattern == 0x7ff8_0000_0000_0001 && parse("nAn")?.bitPattern == 0x7ff8_0000_0000_0001) }

    @Test("the nearest double is read, whatever the digits")
    func rounding() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let value = Double(bitPattern: generator.next())
            if value.isFinite { #expect(parse("\(value)")?.bitPattern == value.bitPattern, "\(value)") }
            let digits = String(UInt64.random(in: 0..<(1 << UInt64.random(in: 1..<64)), using: &generator))
            let point = Int.random(in: 0...digits.count, using: &generator)
            let text = "\(digits.prefix(point)).\(digits.dropFirst(point))e\(Int.random(in: -40...40, using: &generator))"
            #expect(
                parse(text)?.bitPattern == Double(text.hasPrefix(".") ? "0" + text : text.replacing(".e", with: "e"))?.bitPattern, "\(text)"
            )
        }
    }
}
