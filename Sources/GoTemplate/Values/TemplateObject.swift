public import JSON

/// A value with a Go type of its own: fields, methods, entries, whatever its kind has.
///
/// Conform by the members that the kind needs; the defaults say "has none".
///
/// ```swift
/// struct Pair: TemplateObject {
///     let name, value: String
///     var goType: String { "template.Pair" }
///     var kind: TemplateKind { .structure }
///     var fields: [String] { ["Name", "Value"] }
///     func field(_ name: String) -> TemplateValue? {
///         switch name {
///         case "Name": .string(self.name)
///         case "Value": .string(value)
///         default: nil
///         }
///     }
/// }
/// ```
public protocol TemplateObject: Sendable {
    /// Go's name of the type as error texts show it: `*template.Data`, `template.KV`, `time.Time`.
    var goType: String { get }
    /// What kind of value it is; decides about truth, range, index, len and comparison.
    var kind: TemplateKind { get }
    /// Names of the exported fields in declaration order, for printing.
    var fields: [String] { get }
    /// A field of a structure; nil when there is none of this name.
    func field(_ name: String) -> TemplateValue?
    /// A method; nil when there is none of this name. Methods win over fields and keys.
    func method(_ name: String) -> TemplateMethod?
    /// Elements of a list or entries of a map.
    var count: Int { get }
    /// An element of a list, `0..<count`.
    func element(at index: Int) -> TemplateValue
    /// The value under a key of a map; nil when there is none.
    func value(forKey key: String) -> TemplateValue?
    /// Keys of a map, ascending.
    var keys: [String] { get }
    /// What a map of this type gives for a key that it does not have: `.string("")` for `map[string]string`.
    var zeroElement: TemplateValue { get }
    /// The plain value of a named basic type (`time.Duration`, `time.Month`), for comparison and `printf "%d"`; nil for the rest.
    var basic: TemplateValue? { get }
    /// What the type's `String()` (or `Error()`) method gives and `print` therefore shows; nil when it has none.
    var text: String? { get }
    /// How Go's `encoding/json` writes it.
    func writeJSON(into writer: inout JSONWriter)
}

/// What Go's reflection would call the kind, as far as templates tell kinds apart.
public enum TemplateKind: Sendable, Hashable {
    /// A struct or a pointer to one. Always true.
    case structure
    /// A map with string keys.
    case map
    /// A slice.
    case list
    /// A named type over a basic one; see `basic`.
    case basic
}

extension TemplateObject {
    /// None.
    public var fields: [String] { [] }
    /// None.
    public func field(_ name: String) -> TemplateValue? { nil }
    /// None.
    public func method(_ name: String) -> TemplateMethod? { nil }
    /// None.
    public var count: Int { 0 }
    /// Nothing.
    public func element(at index: Int) -> TemplateValue { .missing }
    /// None.
    public func value(forKey key: String) -> TemplateValue? { nil }
    /// None.
    public var keys: [String] { [] }
    /// Nothing.
    public var zeroElement: TemplateValue { .missing }
    /// None.
    public var basic: TemplateValue? { nil }
    /// None.
    public var text: String? { nil }
}
