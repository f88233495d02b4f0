extension PipelineNode {
    /// Ends the pipeline with functions that make its value safe.
    ///
    /// A builtin that escapes and ends the pipeline already (`html`, `urlquery`) takes the place of the function that does the same.
    mutating func append(_ escapings: [HTMLEscaping]) {
        var own: CommandNode?
        if !escapings.isEmpty, let last = commands.last, let builtin = last.escapingBuiltin {
            if commands.count == 1, last.operands.count > 1, case .function(let offset, let name, let callee) = last.operands[0] {
                // Only the last command of a longer pipeline can be replaced: `html a b` is `print a b | html`.
                let print = OperandNode.function(offset: offset, name: HTMLEscaping.printName, .function(HTMLEscaping.printFunction))
                commands[0].operands[0] = print
                commands.append(CommandNode(offset: last.offset, operands: [.function(offset: offset, name: name, callee)]))
            }
            if escapings.contains(where: { $0.builtin == builtin }) { own = commands.removeLast() }
        }
        let ownName = own?.escapingBuiltin
        for escaping in escapings {
            if let own, escaping.builtin == ownName {
                commands.append(own)
            } else {
                commands.append(CommandNode(offset: offset, operands: [escaping.operand(at: offset)]))
            }
        }
    }
}

extension CommandNode {
    /// The name of the builtin that this command calls, if that is one of those that escape.
    var escapingBuiltin: String? {
        if case .function(_, let name, _) = operands[0], name == "html" || name == "urlquery" { name } else { nil }
    }
}

extension HTMLEscaping {
    /// As the function that a command calls.
    func operand(at offset: Int) -> OperandNode { .function(offset: offset, name: rawValue, .function(function)) }
}
