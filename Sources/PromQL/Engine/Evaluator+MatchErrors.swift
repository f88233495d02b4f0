import Labels

/// The matches that a binary operator refuses (reference 3.4).
extension Evaluator {
    /// Two series of the "one" side with one key are an error, even without a partner, at steps where both sides have something.
    func refuseEqualOnes(_ match: VectorMatch, emptySidesMatter: Bool) throws(QueryError) {
        let steps = match.steps
        var open = ContiguousArray(repeating: true, count: steps)
        if !emptySidesMatter {
            open = match.many.occupiedSteps()
        }
        // The earliest step counts, as steps are evaluated one after another; at a step the first series that is one too many.
        var first: (step: Int, second: Int, earlier: Int)?
        for key in match.keys.firstOne.indices {
            let head = Int(match.keys.firstOne[key])
            guard match.keys.nextOne[head] >= 0 else { continue }
            for step in 0..<steps where open[step] {
                if let first, step > first.step { break }
                guard let (earlier, second) = firstTwo(match, head, step) else { continue }
                if let known = first, known.step == step, known.second < second { continue }
                first = (step, second, earlier)
            }
        }
        guard let first else { return }
        let group = match.keys.keys.labels(of: Int(match.keys.keyOfOne[first.second]))
        let texts = [first.earlier, first.second].map { visibleLabels(of: match.one.labels[$0]).messageText }.sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        throw .execution(
            "found duplicate series for the match group \(group.messageText) on the \(match.isSwapped ? "left" : "right") hand-side of the operation: "
                + "[\(texts[0]), \(texts[1])];many-to-many matching not allowed: matching labels must be unique on one side")
    }

    private func firstTwo(_ match: VectorMatch, _ head: Int, _ step: Int) -> (Int, Int)? {
        var earlier: Int?
        var one = head
        while one >= 0 {
            if match.oneIsPresent(one, step) {
                if let earlier { return (earlier, one) }
                earlier = one
            }
            one = Int(match.keys.nextOne[one])
        }
        return nil
    }

    /// One-to-one: two series of the left side that meet a partner at the same step.
    func refuseEqualMany(_ match: VectorMatch, fillsPartners: Bool) throws(QueryError) {
        let steps = match.steps
        // Whether a key's partner was met at a step by a series before.
        var met = ContiguousArray(repeating: false, count: match.keys.keys.count * steps)
        for (many, key) in match.keys.keyOfMany.enumerated() where key >= 0 {
            for step in 0..<steps where match.manyIsPresent(many, step) {
                let place = Int(key) * steps + step
                guard fillsPartners || match.keys.ones(of: key).contains(where: { match.oneIsPresent($0, step) }) else { continue }
                if met[place] {
                    throw .execution("multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)")
                }
                met[place] = true
            }
            try tick(steps)
        }
    }

    /// Many-to-one: two outputs of one key with equal labels at the same step.
    func refuseEqualOutputs(
        _ labels: ContiguousArray<SeriesLabels>, _ pairs: ContiguousArray<SeriesPair>, _ match: VectorMatch
    ) throws(QueryError) {
        let table = KeyTable(expected: pairs.count)
        var last: ContiguousArray<Int32> = []
        var previous = ContiguousArray<Int32>(repeating: -1, count: pairs.count)
        for (index, pair) in pairs.enumerated() {
            nameRemoval.project(labels[index].labels, hidesName: hidesName(labels[index]))
            let output = table.intern(nameRemoval)
            if output == last.count {
                last.append(Int32(index))
                continue
            }
            previous[index] = last[output]
            last[output] = Int32(index)
            var earlier = Int(previous[index])
            while earlier >= 0 {
                let other = pairs[earlier]
                if match.keys.keyOfMany[other.many] == match.keys.keyOfMany[pair.many], meets(pair, other, match) {
                    throw .execution("multiple matches for labels: grouping labels must ensure unique matches")
                }
                earlier = Int(previous[earlier])
            }
        }
    }

    private func meets(_ pair: SeriesPair, _ other: SeriesPair, _ match: VectorMatch) -> Bool {
        (0..<match.steps).contains { step in
            match.manyIsPresent(pair.many, step) && match.manyIsPresent(other.many, step) && match.oneIsPresent(pair.one, step)
                && match.oneIsPresent(other.one, step)
        }
    }
}
