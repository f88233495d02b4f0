/// What a template computes with: Go's values as far as templates can tell them apart.
///
/// Values with a Go type of their own (structs, maps, named types, times, durations) are `object`.
public enum TemplateValue: Sendable {
    /// No value at all: a key that a map of `any` does not have. Prints `<no value>`.
    case missing
    /// Go's untyped nil.
    case null
    case bool(Bool)
    /// Go's `int` and `int64`.
    case int(Int64)
    /// Go's `float64`.
    case float(Double)
    case string(String)
    /// A string whose bytes are no UTF-8, as one that was cut inside a character; `TemplateValue.text` makes it where it must be.
    case bytes([UInt8])
    /// A slice of anything, Go's `[]interface {}`.
    case list([TemplateValue])
    /// A slice of strings, Go's `[]string`.
    case strings([String])
    /// A map of anything by string, Go's `map[string]interface {}`. A missing key is `missing`.
    case map([String: TemplateValue])
    /// Everything that has a type of its own. In a box: it keeps the other kinds small.
    indirect case object(any TemplateObject)
}
