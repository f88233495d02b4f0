import Labels

// How Go writes nodes, as error texts show them.

extension TemplateNode: CustomStringConvertible {
    var description: String {
        switch self {
        case .text(let node): node.text
        case .action(let node): "{{\(node.pipeline)}}"
        case .branch(let node): node.description
        case .call(let node): node.description
        case .breakLoop: "{{break}}"
        case .continueLoop: "{{continue}}"
        }
    }
}

extension BranchNode: CustomStringConvertible {
    var description: String {
        let alternative = otherwise.map { "{{else}}" + $0.map(\.description).joined() } ?? ""
        return "{{\(kind.rawValue) \(pipeline)}}\(body.map(\.description).joined())\(alternative){{end}}"
    }
}

extension TemplateCallNode: CustomStringConvertible {
    var description: String { "{{template \(GoQuote.quote(name))\(pipeline.map { " \($0)" } ?? "")}}" }
}

extension PipelineNode: CustomStringConvertible {
    var description: String {
        let names = variables.map(\.name).joined(separator: ", ")
        let head = variables.isEmpty ? "" : names + (isAssignment ? " = " : " := ")
        return head + commands.map(\.description).joined(separator: " | ")
    }
}

extension CommandNode: CustomStringConvertible {
    var description: String { operands.map(\.description).joined(separator: " ") }
}

extension OperandNode: CustomStringConvertible {
    var description: String {
        switch self {
        case .dot: "."
        case .null: "nil"
        case .bool(_, let value): value ? "true" : "false"
        case .number(_, let number): number.text
        case .string(_, let quoted, _): quoted
        case .field(_, let path): path.map { "." + $0 }.joined()
        case .variable(_, let name, let path): name + path.map { "." + $0 }.joined()
        case .function(_, let name, _): name
        case .pipeline(let pipeline): "(\(pipeline))"
        case .chain(_, let operand, let path): operand.description + path.map { "." + $0 }.joined()
        }
    }
}
