import GoTemplate
import JSON
import Time

/// What must hold for any text given to the template engine, as text and as HTML:
/// - parsing and rendering end, within the limits, with a text or with an error that has a place in the text;
/// - the same text gives the same result again;
/// - without actions, a text renders to itself;
/// - as HTML, no value opens a tag or leaves an attribute unless the template marks it safe or puts its pieces together.
public func fuzzTemplates(_ bytes: UnsafeRawBufferPointer) {
    let text = String(decoding: bytes, as: UTF8.self)
    for escaping in [TemplateEscaping.none, .html] {
        let first = render(text, escaping)
        let second = render(text, escaping)
        if first != second { fuzzFailure("the same template gives two results", bytes) }
        switch first {
        case .success(let output):
            if output.utf8.count > limits.outputBytes { fuzzFailure("output is longer than its limit", bytes) }
            if escaping == .none, !text.contains("{{"), output != text { fuzzFailure("plain text changes", bytes) }
            if escaping == .html, !makesText(text), output.contains(FuzzData.markup) { fuzzFailure("markup is not escaped", bytes) }
        case .failure(let error): check(error, in: text, bytes)
        }
    }
}

private let templates = TemplateSet()

private let limits = TemplateLimits(steps: 20_000, depth: 20, outputBytes: 1 << 16)

private func render(_ text: String, _ escaping: TemplateEscaping) -> Result<String, TemplateError> {
    Result { () throws(TemplateError) in
        try templates.compile(text, escaping: escaping)
            .render(
                .object(FuzzData()), environment: TemplateEnvironment(now: Timestamp(seconds: 1_700_000_000), local: .utc), limits: limits)
    }
}

/// Whether a template may print the markup rightly: it is in its own text, is marked safe, or is made from pieces.
private func makesText(_ text: String) -> Bool {
    ["flatalert", "safe", "slice", "printf", "index", "eplace", "ecode", "Json", "escape"].contains { text.contains($0) }
}

private func check(_ error: TemplateError, in text: String, _ bytes: UnsafeRawBufferPointer) {
    let lines = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
    if error.kind == .execution && error.column == nil { fuzzFailure("an execution error has no column", bytes) }
    if let line = error.line, !(1...lines).contains(line) { fuzzFailure("an error is not on a line of the text", bytes) }
    if error.kind == .parse, error.line == nil { fuzzFailure("a parse error has no line", bytes) }
    if let column = error.column, column < 0 || column > text.utf8.count { fuzzFailure("an error is beside the text", bytes) }
}

/// A value of every kind under short names.
private struct FuzzData: TemplateObject {
    static let markup = #"'"<flatalert>&"#

    var goType: String { "*fuzz.Data" }
    var kind: TemplateKind { .structure }
    var fields: [String] { ["S", "I", "F", "B", "L", "A", "M", "T", "D", "O"] }
    func field(_ name: String) -> TemplateValue? {
        switch name {
        case "S": .string(Self.markup)
        case "I": .int(3)
        case "F": .float(-1.5e-9)
        case "B": .bool(true)
        case "L": .list([.int(1), .null, .string(Self.markup)])
        case "A": .strings(["a", "é"])
        case "M": .map(["k": .string("v"), "m": .map(["n": .null])])
        case "T": .object(GoTime(Timestamp(seconds: 1_700_000_000, nanoseconds: 5)))
        case "D": .object(GoDurationValue(TimeSpan(nanoseconds: 90_000_000_001)))
        case "O": .object(self)
        default: nil
        }
    }
    func method(_ name: String) -> TemplateMethod? {
        guard name == "Call" else { return nil }
        return TemplateMethod([.string], variadic: .int) { values, _ in .list(values) }
    }
    func writeJSON(into writer: inout JSONWriter) { writer.string("data") }
}
