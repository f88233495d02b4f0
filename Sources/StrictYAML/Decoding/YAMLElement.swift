/// A value on its way into a type: the node, the path to it, and the decoder that hears what is wrong.
///
/// Every reading function gives nil for a null value (nothing, `~`, `null`), silently, and for a value that does not fit, after a report.
public struct YAMLElement {
    /// The value.
    public let node: YAMLNode
    /// The keys and indices that lead to it: `route.routes[0].receiver`.
    public let path: String
    /// Who hears what is wrong.
    public let decoder: YAMLDecoder

    init(node: YAMLNode, path: String, decoder: YAMLDecoder) {
        self.node = node
        self.path = path
        self.decoder = decoder
    }

    /// Whether the value is null.
    public var isNull: Bool { node.isNull }

    /// Notes that something is wrong with the value.
    public func fail(_ message: String) {
        decoder.report(message, at: node.position, path: path)
    }

    // MARK: Scalars

    /// The text of a scalar. Numbers and booleans keep the text they are written with.
    public func string() -> String? {
        guard !isNull else { return nil }
        guard let scalar = node.scalar else { return mismatch("a string") }
        return node.isEmptyValue ? "" : scalar.text
    }

    /// A boolean: `true`, `yes`, `on`, `y` and their opposites, unquoted.
    public func bool() -> Bool? {
        guard !node.isEmptyValue else { return nil }
        guard case .bool(let value) = node.scalar?.value else { return mismatch("true or false", unquoting: .bool) }
        return value
    }

    /// A whole number in a range.
    public func int64(in range: ClosedRange<Int64> = Int64.min...Int64.max) -> Int64? {
        guard !node.isEmptyValue else { return nil }
        let value: Int64
        switch node.scalar?.value {
        case .integer(let integer): value = integer
        case .double(let double):
            guard let integer = Int64(exactly: double) else { return mismatch("an integer") }
            value = integer
        default: return mismatch("an integer", unquoting: .integer)
        }
        guard range.contains(value) else {
            fail("expected \(Self.phrase(range)), found \(value)")
            return nil
        }
        return value
    }

    /// A whole number in a range.
    public func int(in range: ClosedRange<Int> = Int.min...Int.max) -> Int? {
        int64(in: Int64(range.lowerBound)...Int64(range.upperBound)).map { Int($0) }
    }

    /// A number.
    public func double() -> Double? {
        guard !node.isEmptyValue else { return nil }
        switch node.scalar?.value {
        case .integer(let integer): return Double(integer)
        case .double(let double): return double
        default: return mismatch("a number", unquoting: .float)
        }
    }

    /// A text that a function turns into a value; the text of the error it throws is reported.
    public func parsed<Value, Failure: Error>(_ convert: (String) throws(Failure) -> Value) -> Value? {
        guard let text = string() else { return nil }
        do throws(Failure) {
            return try convert(text)
        } catch {
            fail("\(error)")
            return nil
        }
    }

    /// One of the values of a string type, such as an enum.
    public func oneOf<Value: RawRepresentable & CaseIterable>(_ type: Value.Type) -> Value? where Value.RawValue == String {
        guard let text = string() else { return nil }
        if let value = Value(rawValue: text) { return value }
        let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
        fail("expected one of \(known), found \(node.phrase)")
        return nil
    }

    // MARK: Lists and mappings

    /// The elements of a list.
    public func elements() -> [YAMLElement]? {
        guard !node.isEmptyValue else { return nil }
        guard let sequence = node.sequence else { return mismatch("a list") }
        return sequence.enumerated().map { YAMLElement(node: $0.element, path: "\(path)[\($0.offset)]", decoder: decoder) }
    }

    /// The elements of a list, each decoded. Those that give nil are left out.
    public func list<Value>(_ decode: (YAMLElement) -> Value?) -> [Value]? {
        elements()?.compactMap(decode)
    }

    /// The strings of a list. A null element is the empty string, as in Go.
    public func strings() -> [String]? {
        list { $0.isNull ? "" : $0.string() }
    }

    /// The pairs of a mapping whose keys are free, such as labels, in the order of the file. A null key is the
    /// empty string, as in Go.
    public func entries() -> [(key: String, keyPosition: YAMLPosition, value: YAMLElement)]? {
        guard !node.isEmptyValue else { return nil }
        guard let pairs = node.mapping else { return mismatch("a mapping") }
        return pairs.map { pair in
            let key = pair.key.isEmptyValue ? "" : pair.key.scalar?.text ?? ""
            return (key, pair.key.position, YAMLElement(node: pair.value, path: Self.path(path, key), decoder: decoder))
        }
    }

    /// The pairs of a mapping from free keys to strings. A null value is the empty string, as in Go.
    public func stringMap() -> [(key: String, value: String)]? {
        entries()?.compactMap { entry in
            (entry.value.isNull ? "" : entry.value.string()).map { (entry.key, $0) }
        }
    }

    /// A mapping with known keys, decoded by a function that asks for each. Keys it did not ask for are then reported:
    /// `field NAME not found in type TYPE`.
    public func mapping<Value>(as type: String, _ decode: (YAMLMapping) -> Value?) -> Value? {
        guard !isNull else { return nil }
        guard let pairs = node.isEmptyValue ? [] : node.mapping else { return mismatch("a mapping") }
        let mapping = YAMLMapping(pairs: pairs, type: type, position: node.position, path: path, decoder: decoder)
        let value = decode(mapping)
        mapping.reportUnknownKeys()
        return value
    }

    // MARK: Messages

    static func path(_ parent: String, _ key: String) -> String {
        parent.isEmpty ? key : "\(parent).\(key)"
    }

    private func mismatch<Value>(_ expected: String, unquoting tag: YAMLScalar.Tag? = nil) -> Value? {
        var advice = ""
        if let tag, let scalar = node.scalar, scalar.style != .plain, YAMLScalarValue(resolving: scalar.text).converted(to: tag) != nil {
            advice = "; write it without quotes"
        }
        fail("expected \(expected), found \(node.phrase)\(advice)")
        return nil
    }

    private static func phrase(_ range: ClosedRange<Int64>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (let lower, .max): "an integer of at least \(lower)"
        case (.min, let upper): "an integer of at most \(upper)"
        case (let lower, let upper): "an integer from \(lower) to \(upper)"
        }
    }
}
