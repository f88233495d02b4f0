import Labels

/// Walks a definition's tree and writes what it gives.
///
/// The order in which nodes are marked is Go's: an error names the node that was marked last.
struct Executor {
    /// Branches, calls and parentheses inside of each other, over all templates: what the stack of a thread carries in any build.
    static let maximumNesting = 300
    /// How deep lists and maps that a template builds may nest: printing and releasing them recurses that deep.
    static let maximumValueDepth = 100

    /// A value and whether Go would only know it as an `interface {}`, which shows in error texts.
    struct Binding {
        var value: TemplateValue
        var isInterface = false
    }

    private struct Variable {
        let name: String
        var binding: Binding
    }

    /// How a list of nodes ended.
    enum Flow {
        case normal
        case breakLoop
        case continueLoop
    }

    private(set) var output = GoTextBuffer()
    var mark = NodeMark(kind: .none, offset: 0)
    let environment: TemplateEnvironment
    let limits: TemplateLimits
    private let definitions: [String: TemplateDefinition]
    private var definition: TemplateDefinition
    private var variables: [Variable] = []
    /// Where the variables of the template at hand begin: a called template sees none of its caller's.
    private var scope = 0
    private var depth = 0
    private var nesting = 0
    private var stepsLeft: Int

    init(
        _ definition: TemplateDefinition, _ definitions: [String: TemplateDefinition], _ environment: TemplateEnvironment,
        _ limits: TemplateLimits
    ) {
        self.definition = definition
        self.definitions = definitions
        self.environment = environment
        self.limits = limits
        stepsLeft = limits.steps
    }

    /// Renders the definition with this dot.
    mutating func run(_ data: TemplateValue) throws(TemplateError) {
        variables = [Variable(name: "$", binding: Binding(value: data))]
        _ = try walk(definition.body, Binding(value: data))
    }

    // MARK: Nodes

    mutating func walk(_ nodes: [TemplateNode], _ dot: Binding) throws(TemplateError) -> Flow {
        for node in nodes {
            try spend(1)
            switch node {
            case .text(let node):
                mark = NodeMark(kind: .text, offset: node.offset)
                output.append(node.text)
                try checkOutput()
            case .action(let node):
                mark = NodeMark(kind: .action, offset: node.offset)
                let value = try evaluate(node.pipeline, dot)
                if node.pipeline.variables.isEmpty {
                    mark = NodeMark(kind: .action, offset: node.offset)
                    try write(value)
                }
            case .branch(let node):
                mark = NodeMark(kind: .branch, offset: node.offset)
                try enter()
                let scopeEnd = variables.count
                let flow = node.kind == .loop ? try loop(node, dot) : try choose(node, dot)
                variables.removeLast(variables.count - scopeEnd)
                nesting -= 1
                if flow != .normal { return flow }
            case .call(let node): try call(node, dot)
            case .breakLoop: return .breakLoop
            case .continueLoop: return .continueLoop
            }
        }
        return .normal
    }

    /// `if` and `with`
    private mutating func choose(_ node: BranchNode, _ dot: Binding) throws(TemplateError) -> Flow {
        let value = try evaluate(node.pipeline, dot)
        if value.isTrue { return try walk(node.body, node.kind == .scoped ? Binding(value: value) : dot) }
        guard let otherwise = node.otherwise else { return .normal }
        return try walk(otherwise, dot)
    }

    /// `{{template "name" pipeline}}`
    private mutating func call(_ node: TemplateCallNode, _ dot: Binding) throws(TemplateError) {
        mark = NodeMark(kind: .call, offset: node.offset)
        guard let called = definitions[node.name] else { throw failure("template \(GoQuote.quote(node.name)) not defined") }
        guard depth < limits.depth else { throw failure("exceeded maximum template depth (\(limits.depth))", .limit) }
        var argument = TemplateValue.missing
        if let pipeline = node.pipeline { argument = try evaluate(pipeline, dot) }
        try enter()
        depth += 1
        let caller = (definition, scope, variables.count)
        definition = called
        scope = variables.count
        variables.append(Variable(name: "$", binding: Binding(value: argument)))
        _ = try walk(called.body, Binding(value: argument))
        (definition, scope) = (caller.0, caller.1)
        variables.removeLast(variables.count - caller.2)
        depth -= 1
        nesting -= 1
    }

    // MARK: Variables

    /// Declares a variable.
    mutating func declare(_ name: String, _ value: TemplateValue) {
        variables.append(Variable(name: name, binding: Binding(value: value)))
    }

    /// Sets the innermost variable of a name.
    mutating func assign(_ name: String, _ binding: Binding) throws(TemplateError) { variables[try index(of: name)].binding = binding }

    /// The innermost variable of a name.
    func variable(_ name: String) throws(TemplateError) -> Binding { variables[try index(of: name)].binding }

    private func index(of name: String) throws(TemplateError) -> Int {
        var index = variables.count - 1
        while index >= scope {
            if variables[index].name == name { return index }
            index -= 1
        }
        // The parser has seen a declaration, but it was not on the way here.
        throw failure("undefined variable: \(name)")
    }

    /// The variables' end, to go back to with `forgetVariables`.
    var variableCount: Int { variables.count }

    mutating func forgetVariables(after count: Int) { variables.removeLast(variables.count - count) }

    /// Sets the variable that was declared last but `distance`.
    mutating func setVariable(fromEnd distance: Int, _ binding: Binding) { variables[variables.count - 1 - distance].binding = binding }

    // MARK: Output

    private mutating func write(_ value: TemplateValue) throws(TemplateError) {
        switch value {
        case .string(let text):
            guard output.count + text.utf8.count <= limits.outputBytes else { throw outputTooLong }
            output.append(text)
        case .list, .strings, .map:
            _ = try weigh(value)
            GoFormat.append(value, to: &output)
        default: GoFormat.append(value, to: &output)
        }
        try checkOutput()
    }

    private func checkOutput() throws(TemplateError) {
        if output.count > limits.outputBytes { throw outputTooLong }
    }

    private var outputTooLong: TemplateError { failure("output is longer than \(limits.outputBytes) bytes", .limit) }

    // MARK: Limits

    /// Counts work.
    mutating func spend(_ steps: Int) throws(TemplateError) {
        stepsLeft -= steps
        if stepsLeft < 0 { throw failure("template takes more than \(limits.steps) steps", .limit) }
    }

    /// Goes one level deeper; whoever does lowers `nesting` again.
    mutating func enter() throws(TemplateError) {
        guard nesting < Self.maximumNesting else { throw failure("nested too deeply: more than \(Self.maximumNesting) levels", .limit) }
        nesting += 1
    }

    mutating func leave() { nesting -= 1 }

    // MARK: Errors

    /// An error at the node that was marked last.
    func failure(_ message: String, _ kind: TemplateError.Kind = .execution) -> TemplateError {
        guard let context = definition.text(of: mark) else { return TemplateError(kind, name: definition.name, message: message) }
        let (line, column) = definition.source.place(of: mark.offset)
        return TemplateError(
            kind, name: definition.source.name, line: line, column: column,
            message: "executing \(GoQuote.quote(definition.name)) at <\(context)>: \(message)")
    }
}
