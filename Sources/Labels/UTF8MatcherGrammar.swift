/// The UTF-8 form of matchers (reference 2.1): an optional brace, matchers between commas, the closing brace if there was an opening one.
struct UTF8MatcherGrammar {
    private var lexer: MatcherLexer
    private var matchers: [Matcher] = []

    /// Reads a list of matchers.
    static func parse(_ input: String) throws(MatcherError) -> [Matcher] {
        var grammar = UTF8MatcherGrammar(lexer: MatcherLexer(input))
        return try grammar.list()
    }

    private init(lexer: MatcherLexer) { self.lexer = lexer }

    private mutating func list() throws(MatcherError) -> [Matcher] {
        guard let first = try lexer.peek() else { return [] }
        let hasBrace = first.kind == .openBrace
        if hasBrace { _ = try lexer.next() }
        var next = try lexer.peek()
        while let token = next, token.kind != .closeBrace {
            try matcher()
            next = try separator()
        }
        try closeBrace(hasBrace: hasBrace)
        if let rest = try read(orFailWith: "expected end of input") {
            throw MatcherError(message: "\(rest.start):\(rest.end): \(rest.text): expected end of input")
        }
        return matchers
    }

    private mutating func matcher() throws(MatcherError) {
        let nameToken = try expect("expected label name") { $0 == .quoted || $0 == .unquoted }
        let name = try content(of: nameToken)
        let operationToken = try expect("expected an operator such as '=', '!=', '=~' or '!~'") {
            if case .operation = $0 { true } else { false }
        }
        let valueToken = try expect("expected label value") { $0 == .quoted || $0 == .unquoted }
        let value = try content(of: valueToken)
        guard case .operation(let operation) = operationToken.kind else { return }
        do {
            matchers.append(try Matcher(name: name, operation: operation, value: value))
        } catch {
            throw MatcherError(message: "failed to create matcher: \(error.message)")
        }
    }

    /// Takes the comma after a matcher. The token that follows, without consuming it; nil at the end of the input.
    private mutating func separator() throws(MatcherError) -> MatcherToken? {
        guard let token = try peek(orFailWith: "expected a comma or close brace") else { return nil }
        guard token.kind == .comma || token.kind == .closeBrace else { throw unexpected(token, "expected a comma or close brace") }
        guard token.kind == .comma else { return token }
        _ = try lexer.next()
        let detail = "expected a matcher or close brace after comma"
        guard let next = try peek(orFailWith: detail) else { return nil }
        guard next.kind == .closeBrace || next.kind == .quoted || next.kind == .unquoted else { throw unexpected(next, detail) }
        return next
    }

    private mutating func closeBrace(hasBrace: Bool) throws(MatcherError) {
        let token = try lexer.peek()
        switch (hasBrace, token?.kind) {
        case (true, .closeBrace): _ = try lexer.next()
        case (true, _): throw MatcherError(message: "0:\(lexer.column): end of input: expected close brace")
        case (false, .closeBrace):
            _ = try lexer.next()
            throw MatcherError(message: "0:\(lexer.column): }: expected opening brace")
        case (false, _): return
        }
    }

    /// Consumes a token that must be of a kind.
    private mutating func expect(_ detail: String, _ isExpected: (MatcherToken.Kind) -> Bool) throws(MatcherError) -> MatcherToken {
        guard let token = try peek(orFailWith: detail) else { throw MatcherError(message: "end of input: \(detail)") }
        guard isExpected(token.kind) else { throw unexpected(token, detail) }
        _ = try lexer.next()
        return token
    }

    private mutating func peek(orFailWith detail: String) throws(MatcherError) -> MatcherToken? {
        do { return try lexer.peek() } catch { throw MatcherError(message: "\(error.message): \(detail)") }
    }

    private mutating func read(orFailWith detail: String) throws(MatcherError) -> MatcherToken? {
        do { return try lexer.next() } catch { throw MatcherError(message: "\(error.message): \(detail)") }
    }

    private func content(of token: MatcherToken) throws(MatcherError) -> String {
        guard let content = token.content else { throw MatcherError(message: "\(token.start):\(token.end): \(token.text): invalid input") }
        return content
    }

    private func unexpected(_ token: MatcherToken, _ detail: String) -> MatcherError {
        MatcherError(message: "\(token.start):\(token.end): unexpected \(token.text): \(detail)")
    }
}
