/// Go's `eq`, `lt` and their relatives.
enum Comparison {
    /// What a value is to a comparison.
    private enum Operand {
        case bool(Bool)
        /// Signed and unsigned integers compare with each other.
        case int(Int64)
        case float(Double)
        case string(String)
        /// A string that is no UTF-8.
        case bytes([UInt8])
        case complex(GoComplex)
        /// Nil, or anything that has no order.
        case other

        init(_ value: TemplateValue) {
            switch value {
            case .bool(let flag): self = .bool(flag)
            case .int(let number): self = .int(number)
            case .float(let number): self = .float(number)
            case .string(let text): self = .string(text)
            case .bytes(let bytes): self = .bytes(bytes)
            case .object(let number as GoComplex): self = .complex(number)
            case .object(let object) where object.kind == .basic: self = object.basic.map(Operand.init) ?? .other
            default: self = .other
            }
        }
    }

    private static let incompatible = TemplateFault("incompatible types for comparison")
    private static let unordered = TemplateFault("invalid type for comparison")

    /// Whether the value equals one of the others. What comes after the first match is not looked at, whatever its type.
    static func equal(_ value: TemplateValue, toAnyOf others: ArraySlice<TemplateValue>) throws(TemplateFault) -> Bool {
        guard !others.isEmpty else { throw TemplateFault("missing argument for comparison") }
        for other in others where try equal(value, other) { return true }
        return false
    }

    /// Whether two values are equal.
    static func equal(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateFault) -> Bool {
        switch (Operand(left), Operand(right)) {
        case (.bool(let left), .bool(let right)): return left == right
        case (.int(let left), .int(let right)): return left == right
        case (.float(let left), .float(let right)): return left == right
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.bytes(let left), .bytes(let right)): return left == right
        case (.string, .bytes), (.bytes, .string): return false
        case (.complex(let left), .complex(let right)): return left == right
        case (.other, .other): return try equalContainers(left, right)
        default:
            // Nil equals nothing of these, and asking is allowed.
            guard left.isNil || right.isNil else { throw incompatible }
            return false
        }
    }

    /// Whether left comes before right.
    static func isLess(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateFault) -> Bool {
        switch (Operand(left), Operand(right)) {
        case (.other, _), (_, .other), (.bool, .bool), (.complex, .complex): throw unordered
        case (.int(let left), .int(let right)): return left < right
        case (.float(let left), .float(let right)): return left < right
        case (.string(let left), .string(let right)): return GoPrinter.precedes(left, right)
        case (.bytes, .bytes), (.bytes, .string), (.string, .bytes):
            return left.textBytes.lexicographicallyPrecedes(right.textBytes)
        default: throw incompatible
        }
    }

    /// Whether left comes before right or equals it.
    static func isAtMost(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateFault) -> Bool {
        if try isLess(left, right) { return true }
        return try equal(left, right)
    }

    /// Structures and pointers have an equality; slices and maps only compare with nil.
    private static func equalContainers(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateFault) -> Bool {
        if left.isNil || right.isNil { return left.isNil == right.isNil }
        let (leftType, rightType) = (GoFormat.typeName(left), GoFormat.typeName(right))
        guard Shape(left) == Shape(right) else {
            let shown = GoFormat.printf("%s", [left])
            throw TemplateFault("non-comparable types \(shown): \(leftType), \(rightType): \(GoFormat.print(right))")
        }
        // The one pointer in a rendering is that to its data.
        if Shape(left) == .pointer { return leftType == rightType }
        guard case .object(let leftObject) = left, case .object(let rightObject) = right, isComparable(rightObject) else {
            // Go prints the value by `%s`, whatever it is.
            throw TemplateFault("non-comparable type \(GoFormat.printf("%s", [right])): \(rightType)")
        }
        guard leftType == rightType else { return false }
        if let left = leftObject as? GoTime, let right = rightObject as? GoTime { return left.isIdentical(to: right) }
        if leftObject.fields.isEmpty { return leftObject.text == rightObject.text }
        for name in leftObject.fields {
            guard try equal(leftObject.field(name) ?? .null, rightObject.field(name) ?? .null) else { return false }
        }
        return true
    }

    /// The kinds that Go's reflection tells apart here.
    private enum Shape {
        case slice, map, pointer, structure, basic

        init(_ value: TemplateValue) {
            switch value {
            case .list, .strings: self = .slice
            case .map: self = .map
            case .object(let object):
                switch object.kind {
                case .list: self = .slice
                case .map: self = .map
                case .structure: self = object.goType.hasPrefix("*") ? .pointer : .structure
                case .basic: self = .basic
                }
            default: self = .basic
            }
        }
    }

    /// Whether Go can compare values of the object's type: no slice or map in it.
    private static func isComparable(_ object: any TemplateObject) -> Bool {
        guard object.kind == .structure else { return object.kind == .basic }
        return object.fields.allSatisfy { name in
            switch object.field(name) {
            case .list, .strings, .map: false
            case .object(let field)?: isComparable(field)
            default: true
            }
        }
    }
}
