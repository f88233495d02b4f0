/// Which node of a definition is being evaluated: enough to find it again for an error text, and free to note.
struct NodeMark: Hashable {
    enum Kind: UInt8 {
        case none, text, action, branch, call, loopControl, pipeline, command, dot, null, bool, number, string, field, variable, function,
            chain
    }

    var kind: Kind
    var offset: Int
}

extension OperandNode {
    /// The mark of this operand.
    var mark: NodeMark {
        switch self {
        case .dot(let offset): NodeMark(kind: .dot, offset: offset)
        case .null(let offset): NodeMark(kind: .null, offset: offset)
        case .bool(let offset, _): NodeMark(kind: .bool, offset: offset)
        case .number(let offset, _): NodeMark(kind: .number, offset: offset)
        case .string(let offset, _, _): NodeMark(kind: .string, offset: offset)
        case .field(let offset, _): NodeMark(kind: .field, offset: offset)
        case .variable(let offset, _, _): NodeMark(kind: .variable, offset: offset)
        case .function(let offset, _, _): NodeMark(kind: .function, offset: offset)
        case .pipeline(let pipeline): NodeMark(kind: .pipeline, offset: pipeline.offset)
        case .chain(let offset, _, _): NodeMark(kind: .chain, offset: offset)
        }
    }

    /// How Go writes the marked node, if it is here.
    fileprivate func text(of mark: NodeMark) -> String? {
        switch self {
        case .pipeline(let pipeline): pipeline.text(of: mark)
        case .chain(_, let operand, _): self.mark == mark ? description : operand.text(of: mark)
        default: self.mark == mark ? description : nil
        }
    }
}

extension CommandNode {
    fileprivate func text(of mark: NodeMark) -> String? {
        if mark == NodeMark(kind: .command, offset: offset) { return description }
        return first(operands) { $0.text(of: mark) }
    }
}

extension PipelineNode {
    fileprivate func text(of mark: NodeMark) -> String? {
        if mark == NodeMark(kind: .pipeline, offset: offset) { return description }
        return first(commands) { $0.text(of: mark) }
    }
}

extension TemplateNode {
    fileprivate func text(of mark: NodeMark) -> String? {
        switch self {
        case .text(let node): mark == NodeMark(kind: .text, offset: node.offset) ? description : nil
        case .action(let node): mark == NodeMark(kind: .action, offset: node.offset) ? description : node.pipeline.text(of: mark)
        case .branch(let node):
            mark == NodeMark(kind: .branch, offset: node.offset)
                ? description
                : node.pipeline.text(of: mark) ?? first(node.body) { $0.text(of: mark) }
                    ?? first(node.otherwise ?? []) { $0.text(of: mark) }
        case .call(let node): mark == NodeMark(kind: .call, offset: node.offset) ? description : node.pipeline?.text(of: mark)
        case .breakLoop, .continueLoop: nil
        }
    }
}

extension TemplateDefinition {
    /// How Go writes the marked node; nil when it is not of this definition.
    func text(of mark: NodeMark) -> String? { first(body) { $0.text(of: mark) } }
}

/// What the first element that gives something gives.
private func first<Element>(_ elements: [Element], _ body: (Element) -> String?) -> String? {
    for element in elements {
        if let text = body(element) { return text }
    }
    return nil
}
