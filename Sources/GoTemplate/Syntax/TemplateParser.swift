import Labels

/// Turns a text into template definitions, by Go's grammar and with Go's error texts.
struct TemplateParser {
    /// How deep actions and parentheses may nest: parsing, rendering and releasing a tree recurse that deep.
    static let maximumNesting = 100

    let source: TemplateSource
    let functions: TemplateFunctions
    private(set) var lexer: TemplateLexer
    /// What Go keeps per tree: every `define` and `block` begins anew.
    var tree = TreeState()
    var nesting = 0
    private(set) var definitions: [TemplateDefinition] = []

    /// The definitions of a text: one for each `define` and `block`, and the text itself under `name`.
    static func parse(_ text: String, name: String, functions: TemplateFunctions) throws(TemplateError) -> [TemplateDefinition] {
        var parser = TemplateParser(
            source: TemplateSource(name: name, text: text), functions: functions, lexer: TemplateLexer(text))
        try parser.parseText()
        return parser.definitions
    }

    private init(source: TemplateSource, functions: TemplateFunctions, lexer: TemplateLexer) {
        self.source = source
        self.functions = functions
        self.lexer = lexer
    }

    // MARK: Definitions

    private mutating func parseText() throws(TemplateError) {
        var body: [TemplateNode] = []
        while peek().kind != .endOfText {
            if peek().kind == .leftDelimiter {
                let delimiter = next()
                if nextNonSpace().kind == .keyword(.define) {
                    try parseDefinition()
                    continue
                }
                backUp(over: delimiter)
            }
            switch try textOrAction() {
            case .node(let node): body.append(node)
            case .end(let end): throw error("unexpected \(end)")
            }
        }
        try define(source.name, body)
    }

    /// `{{define "name"}} … {{end}}`, of which the keyword is past.
    private mutating func parseDefinition() throws(TemplateError) {
        let outer = tree
        tree = TreeState()
        let name = try templateName(nextNonSpace(), "define clause")
        try expect(.rightDelimiter, "define clause")
        let (body, end) = try nodes()
        guard end == .end else { throw error("unexpected \(end) in define clause") }
        try define(name, body)
        tree = outer
    }

    /// `{{block "name" pipeline}} … {{end}}`, of which the keyword is past.
    mutating func parseBlock() throws(TemplateError) -> TemplateNode {
        try nested { parser throws(TemplateError) in try parser.block() }
    }

    private mutating func block() throws(TemplateError) -> TemplateNode {
        let token = nextNonSpace()
        let name = try templateName(token, "block clause")
        let pipeline = try pipeline("block clause", until: .rightDelimiter)
        let outer = tree
        tree = TreeState()
        let (body, end) = try nodes()
        if end != .end {
            tree = outer
            throw error("unexpected \(end) in block clause")
        }
        try define(name, body)
        tree = outer
        return .call(TemplateCallNode(offset: token.offset, name: name, pipeline: pipeline))
    }

    /// Keeps a definition: within one text a second one may only fill in for a blank one.
    private mutating func define(_ name: String, _ body: [TemplateNode]) throws(TemplateError) {
        let definition = TemplateDefinition(name: name, source: source, body: body)
        guard let index = definitions.firstIndex(where: { $0.name == name }) else {
            definitions.append(definition)
            return
        }
        if definitions[index].isBlank {
            definitions[index] = definition
        } else if !definition.isBlank {
            throw error("template: multiple definition of template \(GoQuote.quote(name))")
        }
    }

    mutating func templateName(_ token: Token, _ context: String) throws(TemplateError) -> String {
        guard token.kind == .string || token.kind == .rawString else { throw unexpected(token, context) }
        return try unquote(token).plainText
    }

    // MARK: Lists of nodes

    /// What ends a list.
    enum ListEnd: CustomStringConvertible {
        case end
        case otherwise

        var description: String { self == .end ? "{{end}}" : "{{else}}" }
    }

    /// A node, or the end of the list that it would be in.
    enum Step {
        case node(TemplateNode)
        case end(ListEnd)
    }

    /// Nodes up to an `{{end}}` or `{{else}}`, which is past then.
    mutating func nodes() throws(TemplateError) -> ([TemplateNode], ListEnd) {
        var nodes: [TemplateNode] = []
        while peekNonSpace().kind != .endOfText {
            switch try textOrAction() {
            case .node(let node): nodes.append(node)
            case .end(let end): return (nodes, end)
            }
        }
        throw error("unexpected EOF")
    }

    private mutating func textOrAction() throws(TemplateError) -> Step {
        let token = nextNonSpace()
        switch token.kind {
        case .text: return .node(.text(TextNode(offset: token.offset, text: lexer.text(of: token))))
        case .leftDelimiter:
            tree.actionLine = token.line
            let step = try action()
            tree.actionLine = nil
            return step
        default: throw unexpected(token, "input")
        }
    }

    /// Goes one level deeper, as far as that is allowed.
    mutating func nested<R>(_ body: (inout TemplateParser) throws(TemplateError) -> R) throws(TemplateError) -> R {
        guard nesting < Self.maximumNesting else {
            var error = error("nested too deeply: more than \(Self.maximumNesting) levels")
            error.kind = .limit
            throw error
        }
        nesting += 1
        let result = try body(&self)
        nesting -= 1
        return result
    }

    // MARK: Tokens

    /// Up to three tokens of look-ahead and what else belongs to the tree at hand.
    struct TreeState {
        fileprivate var tokens: [Token] = []
        fileprivate var ahead = 0
        /// The line of the action at hand; nil outside of actions.
        var actionLine: Int?
        /// The variables in scope.
        var variables = ["$"]
        var loops = 0
    }

    mutating func next() -> Token {
        if tree.ahead > 0 {
            tree.ahead -= 1
        } else {
            read()
        }
        return tree.tokens[tree.ahead]
    }

    mutating func peek() -> Token {
        if tree.ahead == 0 {
            read()
            tree.ahead = 1
        }
        return tree.tokens[tree.ahead - 1]
    }

    private mutating func read() {
        let token = lexer.next()
        if tree.tokens.isEmpty { tree.tokens = [token, token, token] } else { tree.tokens[0] = token }
    }

    /// Gives the last token back.
    mutating func backUp() { tree.ahead += 1 }

    /// Gives the last token back and this one before it.
    mutating func backUp(over token: Token) {
        tree.tokens[1] = token
        tree.ahead = 2
    }

    /// Gives the last token back and these two before it.
    mutating func backUp(over first: Token, _ second: Token) {
        tree.tokens[1] = second
        tree.tokens[2] = first
        tree.ahead = 3
    }

    mutating func nextNonSpace() -> Token {
        while true {
            let token = next()
            if token.kind != .space { return token }
        }
    }

    mutating func peekNonSpace() -> Token {
        let token = nextNonSpace()
        backUp()
        return token
    }

    @discardableResult
    mutating func expect(_ kind: Token.Kind, _ context: String) throws(TemplateError) -> Token {
        let token = nextNonSpace()
        guard token.kind == kind else { throw unexpected(token, context) }
        return token
    }

    // MARK: Errors

    /// An error at the line of the token that was read last.
    func error(_ message: String) -> TemplateError {
        TemplateError(.parse, name: source.name, line: tree.tokens.first?.line ?? 0, message: message)
    }

    /// The error of a token that nothing wants here.
    func unexpected(_ token: Token, _ context: String) -> TemplateError {
        guard token.kind == .error else { return error("unexpected \(describe(token)) in \(context)") }
        guard let line = tree.actionLine, line != token.line else { return error(token.message) }
        let link = token.message.hasSuffix(" action") ? "" : " in action"
        return error("\(token.message)\(link) started at \(source.name):\(line)")
    }

    private func describe(_ token: Token) -> String {
        let text = lexer.text(of: token)
        switch token.kind {
        case .endOfText: return "EOF"
        case .keyword: return "<\(text)>"
        default:
            // Go counts bytes to see whether a token is long and cuts after characters.
            return text.utf8.count > 10
                ? GoQuote.quote(String(String.UnicodeScalarView(text.unicodeScalars.prefix(10)))) + "..." : GoQuote.quote(text)
        }
    }

    /// The value of a string token.
    func unquote(_ token: Token) throws(TemplateError) -> TemplateValue {
        let text = lexer.text(of: token)
        if token.kind == .rawString {
            return .string(String(String.UnicodeScalarView(text.unicodeScalars.dropFirst().dropLast().filter { $0 != "\r" })))
        }
        guard let bytes = GoQuote.unquotedBytes(text) else { throw error("invalid syntax") }
        return .text(bytes)
    }
}
