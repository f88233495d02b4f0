import Testing
import Time

@testable import GoTemplate

@Suite("Strings that were cut inside a character")
struct CutTextTests {
    @Test("a cut string keeps its bytes up to the output, where halves make a character again", arguments: CutTextVectors.output)
    func output(_ template: String, _ expected: String) {
        #expect(GoVectorFixture.output(template) == expected)
    }

    @Test("len, index, comparisons and truth see bytes", arguments: CutTextVectors.measured)
    func measured(_ template: String, _ expected: String) {
        #expect(GoVectorFixture.output(template) == expected)
    }

    @Test("verbs see the bytes, and count each that is part of no character as one", arguments: CutTextVectors.formats)
    func formats(_ template: String, _ expected: String) {
        #expect(GoVectorFixture.output(template) == expected)
    }

    @Test("functions for text keep the bytes that they do not change", arguments: CutTextVectors.functions)
    func functions(_ template: String, _ expected: String) {
        #expect(GoVectorFixture.output(template) == expected)
    }

    @Test("cut strings are escaped in HTML", arguments: CutTextVectors.html)
    func html(_ template: String, _ expected: String) {
        #expect(GoVectorFixture.output(template) == expected)
    }

    @Test("every byte that is part of no character is one U+FFFD, however the bytes go together")
    func repaired() {
        let vectors: [([UInt8], String)] = [
            ([0xE6, 0x97], "\u{FFFD}\u{FFFD}"), ([0xE6, 0x97, 0xA5], "日"), ([0x41, 0xF0, 0x9F, 0x99, 0x42], "A\u{FFFD}\u{FFFD}\u{FFFD}B"),
            ([0xC0, 0x80], "\u{FFFD}\u{FFFD}"), ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xF4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xFF], "\u{FFFD}"), ([0xC3, 0xC3, 0xA9], "\u{FFFD}é"), ([], ""), ([0xEF, 0xBF, 0xBD], "\u{FFFD}"),
        ]
        for (bytes, text) in vectors {
            #expect(GoBytes.repaired(bytes) == text)
            #expect(GoBytes.characterCount(bytes) == text.unicodeScalars.count)
            #expect(GoBytes.firstStray(bytes) == (String(validating: bytes, as: UTF8.self) == nil ? bytes.firstIndex { $0 >= 0x80 } : nil))
        }
    }

    @Test("a value is plain text wherever its bytes are")
    func plainWherePossible() {
        guard case .string("日") = TemplateValue.text([0xE6, 0x97, 0xA5]) else {
            Issue.record("bytes that are UTF-8 stayed bytes")
            return
        }
        guard case .bytes([0xE6]) = TemplateValue.text([0xE6]) else {
            Issue.record("a byte was changed")
            return
        }
    }

    @Test("a limit on the output counts bytes of cut strings too")
    func limits() {
        let error = #expect(throws: TemplateError.self) {
            try GoVectorFixture.set.compile(#"{{range 9}}{{"\xe6"}}{{end}}"#).render(
                .null, environment: TemplateFixture.environment, limits: TemplateLimits(outputBytes: 8))
        }
        #expect(error?.kind == .limit)
    }
}
