import Labels

/// Finds those of many matcher lists that could match a label set, without looking at the others (DESIGN 3).
///
/// A list is kept under its first equality matcher; without one, under the name of a label that it needs; otherwise it is always a candidate.
/// Candidates still have to be matched.
struct MatcherIndex {
    private var byPair: [UInt64: [Int32]] = [:]
    private var byName: [UInt64: [Int32]] = [:]
    private var always: [Int32] = []

    private enum Place {
        case pair(UInt64)
        case name(UInt64)
        case always
    }

    private static func place(of matchers: Matchers) -> Place {
        for matcher in matchers where matcher.operation == .equal && !matcher.value.isEmpty {
            return .pair(ByteHash(name: matcher.name, value: matcher.value).value)
        }
        for matcher in matchers where !matcher.matchesEmpty { return .name(ByteHash(name: matcher.name).value) }
        return .always
    }

    var isEmpty: Bool { always.isEmpty && byPair.isEmpty && byName.isEmpty }

    mutating func insert(_ id: Int32, _ matchers: Matchers) {
        switch Self.place(of: matchers) {
        case .pair(let hash): byPair[hash, default: []].append(id)
        case .name(let hash): byName[hash, default: []].append(id)
        case .always: always.append(id)
        }
    }

    /// Takes out what `insert` put in with the same matchers.
    mutating func remove(_ id: Int32, _ matchers: Matchers) {
        switch Self.place(of: matchers) {
        case .pair(let hash): Self.remove(id, from: &byPair, at: hash)
        case .name(let hash): Self.remove(id, from: &byName, at: hash)
        case .always: always.removeAll { $0 == id }
        }
    }

    private static func remove(_ id: Int32, from table: inout [UInt64: [Int32]], at hash: UInt64) {
        table[hash]?.removeAll { $0 == id }
        if table[hash]?.isEmpty == true { table[hash] = nil }
    }

    /// Ids of the lists that could match, ascending.
    func candidates(for probe: LabelProbe) -> [Int32] {
        var found = always
        if !byPair.isEmpty {
            for hash in probe.pairs { if let ids = byPair[hash] { found += ids } }
        }
        if !byName.isEmpty {
            for hash in probe.names { if let ids = byName[hash] { found += ids } }
        }
        if found.count > 1 { found.sort() }
        return found
    }
}
