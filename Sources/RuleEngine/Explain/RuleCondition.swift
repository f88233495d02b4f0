import Labels
import PromQL

/// What a rule compares with what, as far as its expression says so outside.
struct RuleCondition {
    /// What has a value whether the rule is true or not.
    let subject: Expression
    /// The comparison and its bound, such as `> 5`; nil when the expression has none with a number.
    let bound: String?

    init(_ expression: Expression) {
        switch expression {
        case .parentheses(let inner): self.init(inner.expression)
        case .binary(let binary) where binary.op == .and || binary.op == .unless: self.init(binary.left)
        case .binary(let binary) where binary.op.isComparison && !binary.returnsBool:
            if binary.right.type == .scalar {
                self.init(subject: binary.left, bound: "\(binary.op.rawValue) \(binary.right)")
            } else if binary.left.type == .scalar {
                self.init(subject: binary.right, bound: "\(Self.turned(binary.op).rawValue) \(binary.left)")
            } else {
                self.init(subject: binary.left, bound: nil)
            }
        default: self.init(subject: expression, bound: nil)
        }
    }

    private init(subject: Expression, bound: String?) {
        self.subject = subject
        self.bound = bound
    }

    /// A value beside its bound.
    func text(_ value: Double) -> String { bound.map { "\(Self.number(value)) \($0)" } ?? "value \(Self.number(value))" }

    /// A whole number in full, four significant digits of any other.
    static func number(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return "\(Int64(value))" }
        return GoFloat.text(value, "g", precision: 4)
    }

    private static func turned(_ op: BinaryOperator) -> BinaryOperator {
        switch op {
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        default: op
        }
    }
}
