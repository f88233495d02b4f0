/// A value without places: what a YAML text means, and what the writer writes.
public enum YAMLValue: Hashable, Sendable {
    /// Nothing.
    case null
    /// A boolean.
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// Any other number.
    case double(Double)
    /// A string.
    case string(String)
    /// A list.
    case sequence([YAMLValue])
    /// Keys with values, in order.
    case mapping([Member])

    /// One key of a mapping with its value.
    public struct Member: Hashable, Sendable {
        /// The key.
        public var key: String
        /// The value.
        public var value: YAMLValue

        /// A key with its value.
        public init(_ key: String, _ value: YAMLValue) {
            self.key = key
            self.value = value
        }
    }

    /// Whether it is a list or a mapping.
    var isCollection: Bool {
        switch self {
        case .sequence, .mapping: true
        default: false
        }
    }

    /// What a node means.
    public init(_ node: YAMLNode) {
        switch node.kind {
        case .sequence(let elements): self = .sequence(elements.map { YAMLValue($0) })
        case .mapping(let pairs): self = .mapping(pairs.map { Member($0.key.scalar?.text ?? "", YAMLValue($0.value)) })
        case .scalar(let scalar):
            switch scalar.value {
            case .null: self = .null
            case .bool(let value): self = .bool(value)
            case .integer(let value): self = .integer(value)
            case .double(let value): self = .double(value)
            case .string(let value): self = .string(value)
            }
        }
    }
}

extension YAMLValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    /// Nothing.
    public init(nilLiteral: ()) { self = .null }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .double(value) }
}

extension YAMLValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A list.
    public init(arrayLiteral elements: YAMLValue...) { self = .sequence(elements) }
    /// Keys with values, in order.
    public init(dictionaryLiteral elements: (String, YAMLValue)...) { self = .mapping(elements.map { Member($0.0, $0.1) }) }
}
