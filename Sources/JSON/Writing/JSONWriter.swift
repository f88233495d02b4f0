/// Writes compact JSON with the escapes of Go's encoding/json. Commas and colons come by themselves; the caller keeps begin and end in pairs.
public struct JSONWriter: Sendable {
    /// What was written so far.
    public var bytes: [UInt8] = []
    /// Whether `<`, `>` and `&` become `\u003c`, `\u003e` and `\u0026`, as Go does unless told otherwise.
    public let escapesHTML: Bool
    /// A value came last in the innermost open container, so that the next needs a comma before it.
    private var followsValue = false

    /// An empty writer.
    public init(escapesHTML: Bool = true) {
        self.escapesHTML = escapesHTML
    }

    /// What was written so far, as text.
    public var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Starts over, keeping the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        followsValue = false
    }

    // MARK: Containers

    /// Begins an object.
    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    /// Ends the innermost object.
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    /// Begins an array.
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    /// Ends the innermost array.
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Writes a member's name. Its value must follow.
    public mutating func key(_ name: StaticString) {
        key(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// Writes a member's name that is only known at run time.
    public mutating func key(_ name: String) {
        separate()
        append(quoting: name)
        bytes.append(UInt8(ascii: ":"))
        followsValue = false
    }

    /// Writes a member's name from its bytes.
    public mutating func key(_ name: UnsafeBufferPointer<UInt8>) {
        separate()
        append(quoting: name)
        bytes.append(UInt8(ascii: ":"))
        followsValue = false
    }

    // MARK: Scalars

    /// Writes a string.
    public mutating func string(_ value: String) {
        separate()
        append(quoting: value)
    }

    /// Writes a string from its bytes; invalid UTF-8 becomes `\ufffd`, once for each bad byte.
    public mutating func string(_ value: UnsafeBufferPointer<UInt8>) {
        separate()
        append(quoting: value)
    }

    /// Writes an integer.
    public mutating func integer(_ value: some FixedWidthInteger) {
        separate()
        bytes.append(contentsOf: value.description.utf8)
    }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes `null`.
    public mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// Writes a text that is JSON already.
    public mutating func raw(_ json: String) {
        separate()
        bytes.append(contentsOf: json.utf8)
    }

    /// Writes bytes that are JSON already.
    public mutating func raw(_ json: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    /// Writes a value of any kind.
    public mutating func value(_ value: JSONValue) { value.write(into: &self) }

    // MARK: Punctuation

    /// Puts a comma where one is due and notes that a value follows.
    @inline(__always)
    mutating func separate() {
        if followsValue { bytes.append(UInt8(ascii: ",")) }
        followsValue = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        followsValue = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        followsValue = true
    }
}
