import GoTemplate
import JSON
import Testing

@Suite("Template values")
struct ValuesTests {
    private struct Bare: TemplateObject {
        var goType: String { "test.Bare" }
        var kind: TemplateKind { .structure }
        func writeJSON(into writer: inout JSONWriter) { writer.null() }
    }

    @Test("an object that declares nothing has no fields, methods, entries or text")
    func bareObject() {
        let bare = Bare()
        #expect(bare.field("Name") == nil)
        #expect(bare.method("Name") == nil)
        #expect(bare.fields.isEmpty && bare.keys.isEmpty && bare.count == 0)
        #expect(bare.text == nil)
    }
}
