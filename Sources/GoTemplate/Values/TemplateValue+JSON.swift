public import JSON
import Labels

extension TemplateValue {
    /// Writes it as Go's `encoding/json` does; nothing is `null`.
    public func writeJSON(into writer: inout JSONWriter) {
        switch self {
        case .missing, .null: writer.null()
        case .bool(let flag): writer.bool(flag)
        case .int(let number): writer.integer(number)
        case .float(let number): writer.double(number)
        case .string(let text): writer.string(text)
        case .bytes(let bytes): bytes.withUnsafeBufferPointer { writer.string($0) }
        case .list(let elements):
            writer.beginArray()
            for element in elements { element.writeJSON(into: &writer) }
            writer.endArray()
        case .strings(let elements):
            writer.beginArray()
            for element in elements { writer.string(element) }
            writer.endArray()
        case .map(let entries):
            writer.beginObject()
            for key in entries.keys.sorted(by: GoPrinter.precedes) {
                writer.key(key)
                entries[key]?.writeJSON(into: &writer)
            }
            writer.endObject()
        case .object(let object): object.writeJSON(into: &writer)
        }
    }

    /// Its JSON text. Floats that are no numbers fail, as in Go.
    func json() throws(TemplateFault) -> String {
        if let what = unwritable { throw TemplateFault("json: unsupported \(what)") }
        var writer = JSONWriter()
        writeJSON(into: &writer)
        return writer.string
    }

    /// What is somewhere inside and JSON cannot say.
    private var unwritable: String? {
        switch self {
        case .float(let number): number.isFinite ? nil : "value: " + GoFloat.text(number, "g")
        case .object(let number as GoComplex): "type: " + number.goType
        case .list(let elements): elements.lazy.compactMap(\.unwritable).first
        case .map(let entries): entries.values.lazy.compactMap(\.unwritable).first
        default: nil
        }
    }
}
