extension TemplateParser {
    /// What follows a left delimiter.
    mutating func action() throws(TemplateError) -> Step {
        let token = nextNonSpace()
        guard case .keyword(let keyword) = token.kind else {
            backUp()
            return .node(try plainAction())
        }
        switch keyword {
        case .block: return .node(try parseBlock())
        case .break:
            try loopControl("{{break}}")
            return .node(.breakLoop(offset: token.offset))
        case .continue:
            try loopControl("{{continue}}")
            return .node(.continueLoop(offset: token.offset))
        case .else:
            // `{{else if …}}` is read as `{{else}}{{if …}}`: the second keyword stays.
            let following = peekNonSpace().kind
            if following != .keyword(.if), following != .keyword(.with) { try expect(.rightDelimiter, "else") }
            return .end(.otherwise)
        case .end:
            try expect(.rightDelimiter, "end")
            return .end(.end)
        case .if: return .node(.branch(try branch(.conditional)))
        case .range: return .node(.branch(try branch(.loop)))
        case .with: return .node(.branch(try branch(.scoped)))
        case .template: return .node(try templateCall())
        case .define, .dot, .null:
            backUp()
            return .node(try plainAction())
        }
    }

    private mutating func plainAction() throws(TemplateError) -> TemplateNode {
        let offset = peek().offset
        return .action(ActionNode(offset: offset, pipeline: try pipeline("command", until: .rightDelimiter)))
    }

    private mutating func loopControl(_ context: String) throws(TemplateError) {
        try expect(.rightDelimiter, context)
        guard tree.loops > 0 else { throw error("\(context) outside {{range}}") }
    }

    /// `{{template "name" pipeline}}`, of which the keyword is past.
    private mutating func templateCall() throws(TemplateError) -> TemplateNode {
        let token = nextNonSpace()
        let name = try templateName(token, "template clause")
        var argument: PipelineNode?
        if nextNonSpace().kind != .rightDelimiter {
            backUp()
            argument = try pipeline("template clause", until: .rightDelimiter)
        }
        return .call(TemplateCallNode(offset: token.offset, name: name, pipeline: argument))
    }

    /// An `if`, `with` or `range` up to its `{{end}}`; the keyword is past.
    private mutating func branch(_ kind: BranchNode.Kind) throws(TemplateError) -> BranchNode {
        try nested { parser throws(TemplateError) in try parser.branchBody(kind) }
    }

    private mutating func branchBody(_ kind: BranchNode.Kind) throws(TemplateError) -> BranchNode {
        let scope = tree.variables.count
        let condition = try pipeline(kind.rawValue, until: .rightDelimiter)
        if kind == .loop { tree.loops += 1 }
        let (body, end) = try nodes()
        if kind == .loop { tree.loops -= 1 }
        var otherwise: [TemplateNode]?
        if end == .otherwise { otherwise = try alternative(to: kind) }
        tree.variables.removeLast(tree.variables.count - scope)
        return BranchNode(kind: kind, offset: condition.offset, pipeline: condition, body: body, otherwise: otherwise)
    }

    /// What follows an `{{else}}`: another branch of the same kind, which takes the `{{end}}`, or nodes up to it.
    private mutating func alternative(to kind: BranchNode.Kind) throws(TemplateError) -> [TemplateNode] {
        let following = peek().kind
        if kind == .conditional && following == .keyword(.if) || kind == .scoped && following == .keyword(.with) {
            _ = next()
            return [.branch(try branch(kind))]
        }
        let (nodes, end) = try nodes()
        guard end == .end else { throw error("expected end; found \(end)") }
        return nodes
    }
}
