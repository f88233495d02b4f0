import Labels

extension Evaluator {
    /// `info(v[, selector])`: adds the labels of info metrics about the same target (reference 3.9).
    func info(_ call: Call, _ steps: Steps) throws(QueryError) -> StepVectors {
        guard let argument = call.arguments.first else {
            throw .execution("expected at least 1 argument(s) in call to \"info\", got 0")
        }
        var selected: [Matcher] = []
        if call.arguments.count > 1, case .vectorSelector(let selector) = call.arguments[1].withoutParentheses {
            selected = selector.matchers
        }
        let names: [Matcher]
        if call.arguments.count > 1 {
            names = selected.filter { $0.name == ReservedLabel.name }
        } else {
            names = [Matcher(name: ReservedLabel.name, equals: InfoJoin.defaultMetric)]
        }
        let base = try vectors(of: argument, steps)
        defer { release(base) }

        var join = InfoJoin(base, infoNames: names, dataMatchers: selected.filter { $0.name != ReservedLabel.name })
        join.hidesName = { [self] in hidesName($0) }
        guard join.wantsInfo else { return try join.combine(StepVectors(steps: steps.count)) }
        let matchers = (names.isEmpty ? [Matcher(name: ReservedLabel.name, equals: InfoJoin.defaultMetric)] : names) + join.dataMatchers
        // Info samples are taken from the time of the samples that they describe.
        let modifiers = Self.firstModifiers(in: argument) ?? TimeModifiers()
        let info = try select(
            VectorSelector(name: nil, matchers: matchers, modifiers: modifiers, rangeExtension: nil, range: call.range), steps,
            asTimes: true)
        var result = try join.combine(info)
        try mergeEqualLabels(&result, always: true)
        return result
    }

    /// `@` and `offset` of the first selector of an expression.
    private static func firstModifiers(in expression: Expression) -> TimeModifiers? {
        switch expression {
        case .vectorSelector(let selector): return selector.modifiers
        case .matrixSelector(let matrix): return matrix.selector.modifiers
        default:
            for child in expression.children {
                if let found = firstModifiers(in: child) { return found }
            }
            return nil
        }
    }
}
