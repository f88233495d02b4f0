import Labels

extension TemplateParser {
    /// Declarations and commands up to a right delimiter or parenthesis, which is past then.
    mutating func pipeline(_ context: String, until end: Token.Kind) throws(TemplateError) -> PipelineNode {
        var pipeline = PipelineNode(offset: peekNonSpace().offset, isAssignment: false, variables: [], commands: [])
        try variables(of: &pipeline, context)
        while true {
            let token = nextNonSpace()
            switch token.kind {
            case end:
                try check(pipeline, context)
                return pipeline
            case .bool, .characterConstant, .complex, .keyword(.dot), .field, .identifier, .number, .keyword(.null), .rawString, .string,
                .variable, .leftParenthesis:
                backUp()
                pipeline.commands.append(try command())
            default: throw unexpected(token, context)
            }
        }
    }

    /// `$x :=`, `$x =`, or in a range `$i, $x :=`. A variable that nothing of the kind follows is left for a command.
    private mutating func variables(of pipeline: inout PipelineNode, _ context: String) throws(TemplateError) {
        while peekNonSpace().kind == .variable {
            let variable = next()
            // White space is a token: it must be given back too, for `$x foo` is a command with an argument.
            let adjacent = peek()
            let following = peekNonSpace()
            let isComma = following.kind == .character && lexer.text(of: following) == ","
            guard following.kind == .assign || following.kind == .declare || isComma else {
                if adjacent.kind == .space { backUp(over: variable, adjacent) } else { backUp(over: variable) }
                return
            }
            _ = nextNonSpace()
            let name = lexer.text(of: variable)
            pipeline.variables.append(VariableName(offset: variable.offset, name: name))
            tree.variables.append(name)
            guard isComma else {
                pipeline.isAssignment = following.kind == .assign
                return
            }
            guard context == "range", pipeline.variables.count < 2 else { throw error("too many declarations in \(context)") }
            switch peekNonSpace().kind {
            case .variable, .rightDelimiter, .rightParenthesis: continue
            default: throw error("range can only initialize variables")
            }
        }
    }

    /// Only the first command may be a value.
    private func check(_ pipeline: PipelineNode, _ context: String) throws(TemplateError) {
        guard !pipeline.commands.isEmpty else { throw error("missing value for \(context)") }
        for (index, command) in pipeline.commands.enumerated().dropFirst() {
            switch command.operands[0] {
            case .bool, .dot, .null, .number, .string: throw error("non executable command in pipeline stage \(index + 1)")
            default: break
            }
        }
    }

    /// Operands with spaces between, up to a `|`, which is past then, or the pipeline's end, which is not.
    private mutating func command() throws(TemplateError) -> CommandNode {
        var command = CommandNode(offset: peekNonSpace().offset, operands: [])
        while true {
            _ = peekNonSpace()
            if let operand = try operand() { command.operands.append(operand) }
            let token = next()
            switch token.kind {
            case .space: continue
            case .rightDelimiter, .rightParenthesis: backUp()
            case .pipe: break
            default: throw unexpected(token, "operand")
            }
            guard !command.operands.isEmpty else { throw error("empty command") }
            return command
        }
    }

    /// A term and the fields that follow it at once; nil when no term is here.
    private mutating func operand() throws(TemplateError) -> OperandNode? {
        guard let term = try term() else { return nil }
        guard peek().kind == .field else { return term }
        let offset = peek().offset
        var path: [String] = []
        while peek().kind == .field { path.append(String(lexer.text(of: next()).dropFirst())) }
        switch term {
        case .field(_, let first): return .field(offset: offset, path: first + path)
        case .variable(_, let name, let first): return .variable(offset: offset, name: name, path: first + path)
        case .bool, .string, .number, .null, .dot: throw error("unexpected . after term \(GoQuote.quote(term.description))")
        case .function, .pipeline, .chain: return .chain(offset: offset, term, path: path)
        }
    }

    private mutating func term() throws(TemplateError) -> OperandNode? {
        let token = nextNonSpace()
        switch token.kind {
        case .identifier: return .function(offset: token.offset, name: lexer.text(of: token), try callee(lexer.text(of: token)))
        case .keyword(.dot): return .dot(offset: token.offset)
        case .keyword(.null): return .null(offset: token.offset)
        case .variable:
            let name = lexer.text(of: token)
            guard tree.variables.contains(name) else { throw error("undefined variable \(GoQuote.quote(name))") }
            return .variable(offset: token.offset, name: name, path: [])
        case .field: return .field(offset: token.offset, path: [String(lexer.text(of: token).dropFirst())])
        case .bool: return .bool(offset: token.offset, lexer.text(of: token) == "true")
        case .characterConstant, .complex, .number: return .number(offset: token.offset, try number(token))
        case .leftParenthesis:
            return .pipeline(
                try nested { parser throws(TemplateError) in
                    try parser.pipeline("parenthesized pipeline", until: .rightParenthesis)
                })
        case .string, .rawString: return .string(offset: token.offset, quoted: lexer.text(of: token), value: try unquote(token))
        default:
            backUp()
            return nil
        }
    }

    private func callee(_ name: String) throws(TemplateError) -> TemplateCallee {
        switch name {
        case "and": return .and
        case "or": return .or
        default:
            guard let function = functions[name] else { throw error("function \(GoQuote.quote(name)) not defined") }
            return .function(function)
        }
    }

    private func number(_ token: Token) throws(TemplateError) -> NumberLiteral {
        let text = lexer.text(of: token)
        do throws(NumberLiteral.Malformed) {
            switch token.kind {
            case .characterConstant: return try NumberLiteral(character: text)
            case .complex: return try NumberLiteral(complex: text)
            default: return try NumberLiteral(number: text)
            }
        } catch {
            throw self.error(error.message)
        }
    }
}
