/// A value of a YAML document with its place. Aliases and merge keys are already replaced by what they stand for.
public struct YAMLNode: Hashable, Sendable {
    /// What it is.
    public enum Kind: Hashable, Sendable {
        /// A text with the style and tag that decide its meaning.
        case scalar(YAMLScalar)
        /// A list.
        case sequence([YAMLNode])
        /// Keys with values, in the order of the file. Keys are scalars and unique by their text.
        case mapping([Pair])
    }

    /// One key of a mapping with its value.
    public struct Pair: Hashable, Sendable {
        /// The key, a scalar.
        public var key: YAMLNode
        /// The value.
        public var value: YAMLNode

        /// A key with its value.
        public init(key: YAMLNode, value: YAMLNode) {
            self.key = key
            self.value = value
        }
    }

    /// What it is.
    public var kind: Kind
    /// Where it begins. What came through an alias keeps the place where it is written.
    public var position: YAMLPosition

    /// A value at a place.
    public init(kind: Kind, position: YAMLPosition) {
        self.kind = kind
        self.position = position
    }

    /// The scalar, if it is one.
    public var scalar: YAMLScalar? {
        if case .scalar(let scalar) = kind { scalar } else { nil }
    }

    /// The elements, if it is a sequence.
    public var sequence: [YAMLNode]? {
        if case .sequence(let elements) = kind { elements } else { nil }
    }

    /// The pairs, if it is a mapping.
    public var mapping: [Pair]? {
        if case .mapping(let pairs) = kind { pairs } else { nil }
    }

    /// The value under a key, if it is a mapping that has it.
    public subscript(_ key: String) -> YAMLNode? {
        mapping?.first { $0.key.scalar?.text == key }?.value
    }

    /// Whether it is a scalar that says null: nothing, `~`, `null`. Not `Null` and `NULL`, which yaml.v2 takes for an empty value of whatever is
    /// wanted: a mapping without keys, the empty text.
    public var isNull: Bool {
        guard let scalar, scalar.value == .null else { return false }
        return scalar.tag == .null || scalar.text.lowercased() != "null" || scalar.text == "null"
    }

    /// Whether it is a scalar that says null in whatever way.
    var isEmptyValue: Bool { scalar?.value == .null }

    /// What it is, with a glimpse of it, for messages: `a mapping`, `the string "x"`, `the integer 5`.
    public var phrase: String {
        switch kind {
        case .mapping: return "a mapping"
        case .sequence: return "a list"
        case .scalar(let scalar): return scalar.phrase
        }
    }
}
