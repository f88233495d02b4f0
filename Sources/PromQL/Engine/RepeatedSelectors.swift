import Labels

/// The selectors that stand in a query more than once with the same meaning, alone or under the same function over windows.
///
/// `(a - b) / a` reads `a` once. Most queries have none: then this costs nothing while they run.
struct RepeatedSelectors {
    /// One meaning at some steps.
    struct Key: Hashable {
        fileprivate let meaning: Int
        fileprivate let steps: Steps
    }

    private struct Candidate {
        let expression: Expression
        let matchers: [Matcher]
    }

    /// The meaning of each place in the text.
    private var meanings: [SourceRange: Int] = [:]

    init(in expression: Expression) {
        var candidates: [Candidate] = []
        Self.collect(expression, into: &candidates)
        guard candidates.count > 1 else { return }
        var texts: [String: [SourceRange]] = [:]
        for (index, candidate) in candidates.enumerated() {
            // Texts are only built for those that select the same.
            guard candidates.indices.contains(where: { $0 != index && candidates[$0].matchers == candidate.matchers }) else { continue }
            texts[candidate.expression.description, default: []].append(candidate.expression.range)
        }
        for (meaning, ranges) in texts.values.enumerated() where Set(ranges).count > 1 {
            for range in ranges { meanings[range] = meaning }
        }
    }

    /// nil for what is to be evaluated where it stands.
    @inline(__always)
    func key(of expression: Expression, _ steps: Steps) -> Key? {
        if meanings.isEmpty { return nil }
        switch expression {
        case .vectorSelector, .call: return meanings[expression.range].map { Key(meaning: $0, steps: steps) }
        default: return nil
        }
    }

    private static func collect(_ expression: Expression, into candidates: inout [Candidate]) {
        switch expression {
        case .number, .string, .matrixSelector: break
        case .vectorSelector(let selector): candidates.append(Candidate(expression: expression, matchers: selector.matchers))
        case .subquery(let subquery): collect(subquery.expression, into: &candidates)
        case .unary(let unary): collect(unary.operand, into: &candidates)
        case .binary(let binary):
            collect(binary.left, into: &candidates)
            collect(binary.right, into: &candidates)
        case .aggregation(let aggregation):
            if let parameter = aggregation.parameter { collect(parameter, into: &candidates) }
            collect(aggregation.argument, into: &candidates)
        case .call(let call):
            if let matchers = matchersOfWindows(call) {
                candidates.append(Candidate(expression: expression, matchers: matchers))
            } else {
                for argument in call.arguments { collect(argument, into: &candidates) }
            }
        case .parentheses(let parentheses): collect(parentheses.expression, into: &candidates)
        }
    }

    /// The matchers of a function over a range selector whose other arguments are written out.
    private static func matchersOfWindows(_ call: Call) -> [Matcher]? {
        var matchers: [Matcher]?
        for argument in call.arguments {
            switch argument.withoutParentheses {
            case .matrixSelector(let matrix): matchers = matrix.selector.matchers
            case .number: break
            default: return nil
            }
        }
        return matchers
    }
}
