import Labels
import PromQL
import Rules

/// Whether a rule's expression sees anything: which of its selectors have no series, where the lack of them leaves it without a result.
struct SelectorSight {
    /// A selector without series.
    struct Missing {
        /// As the expression has it.
        let text: String
        let selector: VectorSelector
    }

    private let source: any QuerySource
    private let time: Int64
    private var known: [String: Result<Double, QuerySourceError>] = [:]

    /// - Parameter time: Milliseconds. Questions block as long as the source does.
    init(_ source: any QuerySource, at time: Int64) {
        self.source = source
        self.time = time
    }

    /// The selectors without series that keep the expression from having a result; empty when it sees something.
    mutating func missing(in expression: Expression) throws(QuerySourceError) -> [Missing] {
        switch expression {
        case .vectorSelector(let selector):
            let text = "\(expression)"
            return try count("count(\(text))") > 0 ? [] : [Missing(text: text, selector: selector)]
        case .matrixSelector(let matrix):
            let text = "\(expression)"
            return try count("count(count_over_time(\(text)))") > 0 ? [] : [Missing(text: text, selector: matrix.selector)]
        case .subquery(let subquery):
            // Where it looks at another time, what is there now says nothing.
            guard subquery.modifiers.at == nil, subquery.modifiers.offset == nil else { return [] }
            return try missing(in: subquery.expression)
        case .binary(let binary):
            let left = try missing(in: binary.left)
            switch binary.op {
            case .unless: return left
            case .or:
                guard !left.isEmpty else { return [] }
                let right = try missing(in: binary.right)
                return right.isEmpty ? [] : left + right
            default: return left + (try missing(in: binary.right))
            }
        case .call(let call) where call.function.name == "absent" || call.function.name == "absent_over_time": return []
        default:
            var all: [Missing] = []
            for child in expression.children { all += try missing(in: child) }
            return all
        }
    }

    /// What is there instead: the series without the one matcher that excludes all of them, or those of the same name.
    mutating func hint(for missing: Missing) -> String {
        let named = missing.selector.matchers.filter { $0.name == "__name__" }
        let others = missing.selector.matchers.filter { $0.name != "__name__" }
        guard !named.isEmpty else { return "" }
        for (index, matcher) in others.enumerated().prefix(6) where others.count > 1 {
            let rest = named + others[..<index] + others[(index + 1)...]
            if let count = seriesCount(rest) { return "; without \(Self.text(matcher)) there are \(count)" }
        }
        guard !others.isEmpty, let count = seriesCount(named) else { return "; nothing exposes it now" }
        return "; \(count) series of that name have other labels"
    }

    /// The labels of what a selector of the expression sees, by these names.
    mutating func values(of names: [String], in selector: VectorSelector) -> [LabelSet] {
        let text = "group by (\(names.joined(separator: ", "))) (\(Self.text(selector.matchers)))"
        guard let query = try? RuleQuery(text, options: .all), let result = try? source.instant(query, at: time),
            case .vector(let elements) = result.value
        else { return [] }
        return elements.map(\.labels)
    }

    private mutating func seriesCount(_ matchers: [Matcher]) -> Int? {
        guard let count = try? count("count(\(Self.text(matchers)))"), count > 0 else { return nil }
        return Int(count)
    }

    private mutating func count(_ text: String) throws(QuerySourceError) -> Double {
        if let known = known[text] { return try known.get() }
        let answer: Result<Double, QuerySourceError>
        do throws(QuerySourceError) { answer = .success(try ask(text)) } catch { answer = .failure(error) }
        known[text] = answer
        return try answer.get()
    }

    private func ask(_ text: String) throws(QuerySourceError) -> Double {
        guard let query = try? RuleQuery(text, options: .all) else { throw QuerySourceError("cannot be asked: \(text)") }
        guard case .vector(let elements) = try source.instant(query, at: time).value else { return 0 }
        return elements.first?.value ?? 0
    }

    private static func text(_ matchers: [Matcher]) -> String { "{\(matchers.map(text).joined(separator: ","))}" }

    private static func text(_ matcher: Matcher) -> String {
        "\(isValidLabelName(matcher.name, mode: .classic) ? matcher.name : GoQuote.quote(matcher.name))\(matcher.operation.symbol)\(GoQuote.quote(matcher.value))"
    }
}

extension PromQL.Expression {
    /// All selectors in it, windows left out.
    var selectors: [VectorSelector] {
        switch self {
        case .vectorSelector(let selector): [selector]
        case .matrixSelector(let matrix): [matrix.selector]
        default: children.flatMap(\.selectors)
        }
    }
}
