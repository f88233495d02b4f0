import Time

extension Executor {
    /// A pipeline's last value; its variables take it.
    mutating func evaluate(_ pipeline: PipelineNode, _ dot: Binding) throws(TemplateError) -> TemplateValue {
        mark = NodeMark(kind: .pipeline, offset: pipeline.offset)
        var value: TemplateValue?
        for command in pipeline.commands {
            let result = try evaluate(command, dot, value)
            // Go looks into interfaces here, and finds nothing in an empty one.
            if case .null = result { value = .missing } else { value = result }
        }
        let last = value ?? .missing
        for variable in pipeline.variables {
            if pipeline.isAssignment { try assign(variable.name, Binding(value: last)) } else { declare(variable.name, last) }
        }
        return last
    }

    /// A command's value; `final` is the one of the command before it.
    private mutating func evaluate(_ command: CommandNode, _ dot: Binding, _ final: TemplateValue?) throws(TemplateError) -> TemplateValue {
        try spend(1)
        let first = command.operands[0]
        switch first {
        case .field(let offset, let path):
            mark = NodeMark(kind: .field, offset: offset)
            return try follow(path, from: dot, arguments(of: command, dot, final)).value
        case .chain(let offset, let operand, let path):
            mark = NodeMark(kind: .chain, offset: offset)
            return try chain(operand, path, first, dot, arguments(of: command, dot, final)).value
        case .variable(let offset, let name, let path):
            mark = NodeMark(kind: .variable, offset: offset)
            let value = try variable(name)
            if path.isEmpty {
                try refuseArguments(command, final)
                return value.value
            }
            return try follow(path, from: value, arguments(of: command, dot, final)).value
        case .function(let offset, let name, let callee):
            mark = NodeMark(kind: .function, offset: offset)
            let arguments = Arguments(dot, NodeMark(kind: .command, offset: command.offset), command.operands, final)
            return try call(callee, name, arguments)
        case .pipeline(let pipeline):
            try refuseArguments(command, final)
            return try nested(pipeline, dot)
        case .bool, .dot, .null, .number, .string: break
        }
        mark = first.mark
        try refuseArguments(command, final)
        switch first {
        case .dot: return dot.value
        case .null: throw failure("nil is not a command")
        default: return try constant(first)
        }
    }

    private func refuseArguments(_ command: CommandNode, _ final: TemplateValue?) throws(TemplateError) {
        guard command.operands.count > 1 || final != nil else { return }
        throw failure("can't give argument to non-function \(describe(command.operands[0]))")
    }

    /// A parenthesised pipeline's value.
    private mutating func nested(_ pipeline: PipelineNode, _ dot: Binding) throws(TemplateError) -> TemplateValue {
        try enter()
        let value = try evaluate(pipeline, dot)
        leave()
        return value
    }

    /// A literal where nothing says which type is wanted.
    private func constant(_ operand: OperandNode) throws(TemplateError) -> TemplateValue {
        switch operand {
        case .bool(_, let value): return .bool(value)
        case .string(_, _, let value): return value
        case .number(_, let number):
            if let complex = number.complex { return .object(complex) }
            guard number.isIdeallyInteger else { return .float(number.float ?? 0) }
            guard let integer = number.integer else { throw failure("\(number.text) overflows int") }
            return .int(integer)
        default: return .missing
        }
    }

    private func describe(_ operand: OperandNode) -> String {
        // Go leaves the parentheses out where it writes a pipeline by itself.
        if case .pipeline(let pipeline) = operand { pipeline.description } else { operand.description }
    }

    // MARK: Fields

    /// What a function or method is given.
    struct Arguments {
        /// What `.` means among the operands.
        let dot: Binding
        /// Where an error of the call is.
        let caller: NodeMark
        /// The command's operands, the one that is called first; empty when there is no command.
        let operands: [OperandNode]
        /// The value of the command before; it comes last.
        let final: TemplateValue?

        init(_ dot: Binding, _ caller: NodeMark, _ operands: [OperandNode] = [], _ final: TemplateValue? = nil) {
            self.dot = dot
            self.caller = caller
            self.operands = operands
            self.final = final
        }

    }

    /// What a command gives to the field or method that it begins with; nil when that is nothing, as for most.
    private func arguments(of command: CommandNode, _ dot: Binding, _ final: TemplateValue?) -> Arguments? {
        command.operands.count > 1 || final != nil ? Arguments(dot, mark, command.operands, final) : nil
    }

    /// The value of a chain, which is marked already.
    private mutating func chain(
        _ operand: OperandNode, _ path: [String], _ node: OperandNode, _ dot: Binding, _ arguments: Arguments?
    ) throws(TemplateError) -> Binding {
        let caller = mark
        if case .null = operand { throw failure("indirection through explicit nil in \(node)") }
        let value: TemplateValue
        switch operand {
        case .pipeline(let pipeline): value = try nested(pipeline, dot)
        case .function(let offset, let name, let callee):
            mark = NodeMark(kind: .function, offset: offset)
            value = try call(callee, name, Arguments(dot, mark))
        default: value = try constant(operand)
        }
        return try follow(path, from: Binding(value: value), arguments, caller)
    }

    /// Field after field; the last one may be a method that takes the arguments. `caller` is where an error of a method is, if not here.
    private mutating func follow(
        _ path: [String], from receiver: Binding, _ arguments: Arguments?, _ caller: NodeMark? = nil
    ) throws(TemplateError) -> Binding {
        if path.count == 1 { return try field(path[0], of: receiver, arguments, caller) }
        var receiver = receiver
        for name in path.dropLast() { receiver = try field(name, of: receiver, nil, caller) }
        return try field(path[path.count - 1], of: receiver, arguments, caller)
    }

    private mutating func field(
        _ name: String, of receiver: Binding, _ arguments: Arguments?, _ caller: NodeMark?
    ) throws(TemplateError) -> Binding {
        switch receiver.value {
        case .missing: return Binding(value: .missing)
        case .null: throw failure("nil pointer evaluating interface {}.\(name)")
        case .map(let entries):
            guard arguments == nil else { throw failure("\(name) is not a method but has arguments") }
            return Binding(value: entries[name].map { $0.isNull ? .null : $0 } ?? .null, isInterface: true)
        case .object(let object):
            if let method = object.method(name) {
                return Binding(value: try call(.function(method), name, arguments ?? Arguments(receiver, caller ?? mark)))
            }
            switch object.kind {
            case .structure:
                guard let value = object.field(name) else { break }
                guard arguments == nil else { throw failure("\(name) has arguments but cannot be invoked as function") }
                return Binding(value: value)
            case .map:
                guard arguments == nil else { throw failure("\(name) is not a method but has arguments") }
                let zero = object.zeroElement
                let value = object.value(forKey: name) ?? zero
                return Binding(value: value.isNull ? .null : value, isInterface: zero.isNull)
            case .list, .basic: break
            }
        case .bool, .int, .float, .string, .bytes, .list, .strings: break
        }
        let type = receiver.isInterface ? "interface {}" : GoFormat.typeName(receiver.value)
        throw failure("can't evaluate field \(name) in type \(type)")
    }

    // MARK: Operands

    /// An operand as an argument of a type.
    mutating func argument(_ operand: OperandNode, _ dot: Binding, _ type: TemplateParameter) throws(TemplateError) -> TemplateValue {
        mark = operand.mark
        let value: TemplateValue
        switch operand {
        case .dot: value = dot.value
        case .null:
            guard let none = type.none else { throw failure("cannot assign nil to \(type.goName)") }
            return none
        case .field(_, let path): value = try follow(path, from: dot, nil).value
        case .variable(_, let name, let path):
            let start = try variable(name)
            value = path.isEmpty ? start.value : try follow(path, from: start, nil).value
        case .pipeline(let pipeline): value = try nested(pipeline, dot)
        case .function(_, let name, let callee): value = try call(callee, name, Arguments(dot, mark))
        case .chain(_, let inner, let path): value = try chain(inner, path, operand, dot, nil).value
        case .bool, .number, .string: return try literal(operand, type)
        }
        // In a statement of its own: the check must see the mark that the evaluation has left.
        return try check(value, type)
    }

    private func literal(_ operand: OperandNode, _ type: TemplateParameter) throws(TemplateError) -> TemplateValue {
        switch (type, operand) {
        case (.any, _), (.bool, .bool), (.string, .string): return try constant(operand)
        case (.int, .number(_, let number)):
            if let integer = number.integer { return .int(integer) }
        case (.float, .number(_, let number)):
            if let float = number.float { return .float(float) }
        case (.type("time.Duration"), .number(_, let number)):
            if let integer = number.integer { return .object(GoDurationValue(TimeSpan(nanoseconds: integer))) }
        default: break
        }
        throw switch type {
        case .bool: failure("expected bool; found \(operand)")
        case .string: failure("expected string; found \(operand)")
        case .int, .type("time.Duration"), .type("time.Month"): failure("expected integer; found \(operand)")
        case .float: failure("expected float; found \(operand)")
        case .any, .strings, .list, .type: failure("can't handle \(operand) for arg of type \(type.goName)")
        }
    }
}
