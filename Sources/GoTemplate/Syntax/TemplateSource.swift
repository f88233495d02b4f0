/// The text that templates were parsed from, under the name that error texts give it.
final class TemplateSource: Sendable {
    /// The file's base name; empty for a configuration string.
    let name: String
    /// The whole text.
    let text: String

    init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// Where a byte is, as Go's execution errors count: lines from one, columns in bytes from zero.
    func place(of offset: Int) -> (line: Int, column: Int) {
        var line = 1
        var lineStart = 0
        for (position, byte) in text.utf8.prefix(offset).enumerated() where byte == UInt8(ascii: "\n") {
            line += 1
            lineStart = position + 1
        }
        return (line, offset - lineStart)
    }
}

/// One named template: what `define` or a whole text gives.
struct TemplateDefinition: Sendable {
    /// The name that `template` calls it by.
    var name: String
    /// Where its nodes' offsets point into.
    let source: TemplateSource
    /// What it does.
    var body: [TemplateNode]

    /// Whether it has nothing but space: such a definition does not replace another (Go's `IsEmptyTree`).
    var isBlank: Bool { body.allSatisfy(\.isBlank) }
}
