internal import Labels

/// The walk through templates that escapes them.
///
/// It changes nothing that it reads: it builds new bodies, so that one definition can become different versions for different contexts.
struct HTMLEscapingPass {
    /// The templates as they were parsed.
    private let definitions: [String: TemplateDefinition]
    /// The versions made so far, under the names that calls use.
    private(set) var escaped: [String: TemplateDefinition] = [:]
    /// The context after each version; of one that is being made, what it is assumed to be.
    private var outcomes: [String: HTMLContext] = [:]
    /// The versions that calls have named since the walk through the innermost template began.
    private var called: Set<String> = []
    /// The contexts at `break` and `continue`, of the loops around the place.
    private var exits: [[LoopExit]] = []
    /// The template that is being walked through.
    private var current: TemplateDefinition
    /// Calls and branches inside of each other.
    private var nesting = 0
    private var steps = 0

    /// Nodes, and every eighth byte of text: a thousand times what messages need. Loops and calls can be walked through repeatedly.
    private static let mostSteps = 4_000_000

    private struct LoopExit {
        let word: String
        let context: HTMLContext
    }

    init(_ definitions: [String: TemplateDefinition], _ root: TemplateDefinition) {
        self.definitions = definitions
        current = root
    }

    // MARK: Templates

    /// Makes the version of a template for a context, unless it is there already, and gives the context after it.
    @discardableResult
    mutating func escapeTemplate(_ template: TemplateDefinition, in context: HTMLContext) throws(TemplateError) -> HTMLContext {
        let version = Self.versionName(template.name, context)
        called.insert(version)
        if let outcome = outcomes[version] { return outcome }
        try enter()
        let outer = (definition: current, exits: exits)
        current = template
        exits = []
        defer {
            nesting -= 1
            (current, exits) = outer
        }
        // A template that calls itself needs its outcome before that is known; nearly always it is the context before.
        let assumed = try escapeBody(of: template, version, from: context, assuming: context)
        guard !assumed.isConsistent else { return assumed.outcome }
        let corrected = try escapeBody(of: template, version, from: context, assuming: assumed.outcome)
        guard !corrected.isConsistent else { return corrected.outcome }
        throw fault("cannot compute output context for template \(template.name): it calls itself and ends \(corrected.outcome)", at: 0)
    }

    /// Makes a version of a template whose calls of itself are assumed to end in a context. An inconsistent outcome leaves no trace.
    private mutating func escapeBody(
        of template: TemplateDefinition, _ version: String, from start: HTMLContext, assuming assumption: HTMLContext
    ) throws(TemplateError) -> (outcome: HTMLContext, isConsistent: Bool) {
        var attempt = self
        attempt.outcomes[version] = assumption
        attempt.called = []
        var outcome = start
        let body = try attempt.escapeList(template.body, &outcome)
        steps = attempt.steps
        guard !attempt.called.contains(version) || outcome == assumption else { return (outcome, false) }
        attempt.outcomes[version] = outcome
        attempt.called.formUnion(called)
        attempt.escaped[version] = TemplateDefinition(name: template.name, source: template.source, body: body)
        self = attempt
        return (outcome, true)
    }

    private static func versionName(_ name: String, _ context: HTMLContext) -> String {
        guard context.state != .text else { return name }
        return "\(name)$htmltemplate_\(context.state)_\(context.quote)_\(context.urlPart)_\(context.attribute)_\(context.element)"
    }

    // MARK: Nodes

    private mutating func escapeList(_ nodes: [TemplateNode], _ context: inout HTMLContext) throws(TemplateError) -> [TemplateNode] {
        var escaped: [TemplateNode] = []
        escaped.reserveCapacity(nodes.count)
        for node in nodes {
            // Nothing gets to what follows a break or continue.
            if context.state == .unreachable { break }
            steps += 1
            if case .text(let text) = node { steps += text.text.utf8.count / 8 }
            guard steps <= Self.mostSteps else {
                throw TemplateError(
                    .limit, name: current.source.name, message: "too long to follow its HTML, with loops inside of each other")
            }
            escaped.append(try escape(node, &context))
        }
        return escaped
    }

    /// Goes one level deeper, no deeper than rendering does; whoever does lowers `nesting` again.
    private mutating func enter() throws(TemplateError) {
        guard nesting < Executor.maximumNesting else {
            throw TemplateError(
                .limit, name: current.source.name, message: "nested too deeply: more than \(Executor.maximumNesting) levels")
        }
        nesting += 1
    }

    private mutating func escape(_ node: TemplateNode, _ context: inout HTMLContext) throws(TemplateError) -> TemplateNode {
        switch node {
        case .text(var text):
            do {
                (text.text, context) = try HTMLText.rewrite(text.text, from: context)
            } catch {
                throw fault(error.message, at: text.offset + error.offset)
            }
            return .text(text)
        case .action(var action):
            guard action.pipeline.variables.isEmpty else { return node }
            try escape(&action, &context)
            return .action(action)
        case .branch(var branch):
            try enter()
            defer { nesting -= 1 }
            try escape(&branch, &context)
            return .branch(branch)
        case .call(var call):
            guard let template = definitions[call.name] else {
                throw fault("no such template \(GoQuote.quote(call.name))", at: call.offset)
            }
            call.name = Self.versionName(call.name, context)
            context = try escapeTemplate(template, in: context)
            return .call(call)
        case .breakLoop:
            leaveLoop("break", &context)
            return node
        case .continueLoop:
            leaveLoop("continue", &context)
            return node
        }
    }

    private mutating func leaveLoop(_ word: String, _ context: inout HTMLContext) {
        if !exits.isEmpty { exits[exits.count - 1].append(LoopExit(word: word, context: context)) }
        context = HTMLContext(state: .unreachable)
    }

    // MARK: Branches

    private mutating func escape(_ branch: inout BranchNode, _ context: inout HTMLContext) throws(TemplateError) {
        let start = context
        let parsed = branch.body
        if branch.kind == .loop { exits.append([]) }
        branch.body = try escapeList(parsed, &context)
        if branch.kind == .loop {
            context = try joinExits(context, branch)
            // The second time round begins where the first one ended.
            if context != start {
                var again = self
                again.exits.append([])
                var afterAgain = context
                do {
                    _ = try again.escapeList(parsed, &afterAgain)
                    context = try join(context, afterAgain, branch)
                } catch {
                    steps = again.steps
                    var error = error
                    if error.kind == .escape { error.message = "on range loop re-entry: " + error.message }
                    throw error
                }
                context = try again.joinExits(context, branch)
                steps = again.steps
            }
        }
        var otherwise = start
        if let parsed = branch.otherwise { branch.otherwise = try escapeList(parsed, &otherwise) }
        context = try join(context, otherwise, branch)
    }

    /// The context after a loop's body that may also have been left by `break` and `continue`.
    private mutating func joinExits(_ end: HTMLContext, _ branch: BranchNode) throws(TemplateError) -> HTMLContext {
        var context = end
        for exit in exits.popLast() ?? [] {
            guard let joined = Self.join(context, exit.context) else {
                throw fault(
                    "at range loop \(exit.word): {{range}} branches end in different contexts: one \(context), one \(exit.context)",
                    at: branch.offset)
            }
            context = joined
        }
        return context
    }

    private func join(_ first: HTMLContext, _ second: HTMLContext, _ branch: BranchNode) throws(TemplateError) -> HTMLContext {
        guard let joined = Self.join(first, second) else {
            throw fault("{{\(branch.kind.rawValue)}} branches end in different contexts: one \(first), one \(second)", at: branch.offset)
        }
        return joined
    }

    /// The context after either of two; nil when they cannot be treated alike.
    private static func join(_ first: HTMLContext, _ second: HTMLContext) -> HTMLContext? {
        if first == second || second.state == .unreachable { return first }
        if first.state == .unreachable { return second }
        var joined = first
        joined.urlPart = second.urlPart
        if joined == second {
            joined.urlPart = .unknown
            return joined
        }
        let (settledFirst, settledSecond) = (first.settled(), second.settled())
        return settledFirst != first || settledSecond != second ? join(settledFirst, settledSecond) : nil
    }

    // MARK: Actions

    private func escape(_ action: inout ActionNode, _ context: inout HTMLContext) throws(TemplateError) {
        context = context.settled()
        let commands = action.pipeline.commands
        for (position, command) in commands.enumerated() {
            guard let builtin = command.escapingBuiltin else { continue }
            guard position == commands.count - 1, !(builtin == "html" && context.state == .value && context.quote == .unquoted) else {
                throw fault(
                    "predefined escaper \(GoQuote.quote(builtin)) disallowed in template: values are escaped for their place by themselves",
                    at: action.offset)
            }
        }
        action.pipeline.append(try escapings(for: action, &context))
    }

    /// What makes a value safe in a context, in the order to be applied.
    private func escapings(for action: ActionNode, _ context: inout HTMLContext) throws(TemplateError) -> [HTMLEscaping] {
        var escapings: [HTMLEscaping] = []
        switch context.state {
        case .text: escapings = [.text]
        case .rcdata: escapings = [.rcdata]
        case .value: break
        case .comment, .styleBlockComment, .styleLineComment: escapings = [.comment]
        case .url:
            switch context.urlPart {
            case .start: escapings = [.urlScheme, .urlPath]
            case .path: escapings = [.urlPath]
            case .query: escapings = [.urlQuery]
            case .unknown:
                throw fault(
                    "\(shown(action)) appears in an ambiguous context within a URL: branches before it end before and after ?",
                    at: action.offset)
            }
        case .attributeName, .tag:
            context.state = .attributeName
            escapings = [.attributeName]
        case .urlList:
            throw fault("\(shown(action)) is \(context): values are not escaped for it; give one URL in src instead", at: action.offset)
        case .script:
            throw fault(
                "\(shown(action)) is \(context): values are not escaped for scripts; print it in the text instead", at: action.offset)
        case .style, .styleDoubleQuoted, .styleSingleQuoted, .styleDoubleQuotedURL, .styleSingleQuotedURL, .styleURL:
            throw fault(
                "\(shown(action)) is \(context): values are not escaped for CSS; choose between fixed texts instead, "
                    + "as in {{ if eq .Status \"firing\" }}#E6522C{{ else }}#68B90F{{ end }}", at: action.offset)
        case .afterName, .beforeValue, .unreachable: break
        }
        switch context.quote {
        case .none: break
        case .unquoted: escapings.append(.unquoted)
        case .double, .single: escapings.append(.attribute)
        }
        return escapings
    }

    // MARK: Errors

    private func fault(_ message: String, at offset: Int) -> TemplateError {
        let place = current.source.place(of: offset)
        return TemplateError(.escape, name: current.source.name, line: place.line, column: place.column, message: message)
    }

    /// An action as it is written, for error texts.
    private func shown(_ action: ActionNode) -> String {
        let text = current.source.text.utf8
        let place = text.index(text.startIndex, offsetBy: min(action.offset, text.count))
        let end = current.source.text[place...].firstRange(of: "}}")?.lowerBound ?? text.endIndex
        let expression = current.source.text[place..<end].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return "{{\(expression.count > 60 ? expression.prefix(60) + "…" : expression)}}"
    }
}
