/// One step of a template.
///
/// Offsets are bytes from the start of the definition's source text and are the ones that Go gives the same node.
indirect enum TemplateNode: Sendable {
    /// Text outside of actions.
    case text(TextNode)
    /// `{{pipeline}}`: prints its value, or sets variables.
    case action(ActionNode)
    /// `if`, `with` or `range`.
    case branch(BranchNode)
    /// `{{template "name" pipeline}}`; `block` is a definition and one of these.
    case call(TemplateCallNode)
    /// `{{break}}`
    case breakLoop(offset: Int)
    /// `{{continue}}`
    case continueLoop(offset: Int)
}

/// Text outside of actions, after trimming.
struct TextNode: Sendable {
    var offset: Int
    var text: String
}

/// `{{pipeline}}`
struct ActionNode: Sendable {
    var offset: Int
    var pipeline: PipelineNode
}

/// `if`, `with` and `range`; `else if` and `else with` are a branch that is alone in `otherwise`.
struct BranchNode: Sendable {
    enum Kind: String, Sendable {
        case conditional = "if"
        case scoped = "with"
        case loop = "range"
    }

    var kind: Kind
    var offset: Int
    var pipeline: PipelineNode
    var body: [TemplateNode]
    /// What runs when the pipeline's value is false or empty; nil without an `else`.
    var otherwise: [TemplateNode]?
}

/// `{{template "name" pipeline}}`
struct TemplateCallNode: Sendable {
    var offset: Int
    var name: String
    /// Gives the called template's dot; nil means no value.
    var pipeline: PipelineNode?
}

/// Commands of which each gives its value to the next as last argument, and variables that take the last value.
struct PipelineNode: Sendable {
    var offset: Int
    /// `=` rather than `:=`.
    var isAssignment: Bool
    /// The variables before `:=` or `=`; two only in `range`.
    var variables: [VariableName]
    /// At least one.
    var commands: [CommandNode]
}

/// A variable that a pipeline declares or sets.
struct VariableName: Sendable {
    var offset: Int
    /// With its `$`.
    var name: String
}

/// A value, or a function or method with its arguments.
struct CommandNode: Sendable {
    var offset: Int
    /// The first says what is called; at least one.
    var operands: [OperandNode]
}

/// A part of a command.
indirect enum OperandNode: Sendable {
    /// `.`
    case dot(offset: Int)
    /// `nil`
    case null(offset: Int)
    /// `true` or `false`
    case bool(offset: Int, Bool)
    /// A number or character as written, with its value.
    case number(offset: Int, NumberLiteral)
    /// A string: as written, with its quotes, and its value, which escapes can make other than UTF-8.
    case string(offset: Int, quoted: String, value: TemplateValue)
    /// `.A.B`
    case field(offset: Int, path: [String])
    /// `$x.A.B`; the name has its `$`.
    case variable(offset: Int, name: String, path: [String])
    /// A function's name and the function.
    case function(offset: Int, name: String, TemplateCallee)
    /// `(pipeline)`
    case pipeline(PipelineNode)
    /// `(pipeline).A.B` or `function.A.B`
    case chain(offset: Int, OperandNode, path: [String])
}

/// What a function's name stands for.
enum TemplateCallee: Sendable {
    /// `and`: evaluates arguments up to the first false one.
    case and
    /// `or`: evaluates arguments up to the first true one.
    case or
    /// Any other function.
    case function(TemplateFunction)
}

extension TemplateNode {
    /// Whether this is nothing but space.
    var isBlank: Bool {
        if case .text(let node) = self { node.text.unicodeScalars.allSatisfy(\.properties.isWhitespace) } else { false }
    }
}
