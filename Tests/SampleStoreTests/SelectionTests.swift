import Labels
import PromQL
import Testing

@testable import SampleStore

struct SelectionTests {
    private static func randomLabels(_ generator: inout SeededGenerator) -> LabelSet {
        var labels: [(String, String)] = [("__name__", ["up", "http_requests_total", "cpu"].randomElement(using: &generator) ?? "up")]
        for name in ["job", "instance", "code", "path", "zone"] where Bool.random(using: &generator) {
            let value =
                switch name {
                case "instance": "host-\(Int.random(in: 0..<200, using: &generator))"
                case "code": ["200", "404", "500"].randomElement(using: &generator) ?? ""
                case "path": ["/", "/api", "/api/v1", "a\nb", "é", "e\u{301}"].randomElement(using: &generator) ?? ""
                default: ["a", "ab", "abc", "b", ""].randomElement(using: &generator) ?? ""
                }
            labels.append((name, value))
        }
        return LabelSet(labels)
    }

    private static func randomMatcher(_ generator: inout SeededGenerator) throws -> Matcher {
        let name = ["__name__", "job", "instance", "code", "path", "zone", "absent"].randomElement(using: &generator) ?? ""
        let operation = Matcher.Operation.allCases.randomElement(using: &generator) ?? .equal
        let texts = ["", "a", "ab", "up", "cpu", "host-1", "200", "/api", "é", "e\u{301}", "a\nb"]
        let patterns =
            texts + [
                ".*", ".+", "a|b", "(a|ab)", "(?:a|b|abc)", "a.*", "a.+", "host-1.*", "|a", "a|", "host-[0-9]+", "(?i)A", "/api.*",
                "(?s)a.*", "[^a]*", "up|cpu",
                "2..", "()", "(a)|(b)", "host-.*",
            ]
        return try Matcher(
            name: name, operation: operation, value: (operation.isRegex ? patterns : texts).randomElement(using: &generator) ?? "")
    }

    @Test("the index finds what asking every series finds")
    func selection() throws {
        for seed in 0..<20 {
            var generator = SeededGenerator(UInt64(seed))
            let store = SampleStore()
            var labels: Set<LabelSet> = []
            var batch = SampleBatch()
            for _ in 0..<Int.random(in: 1...400, using: &generator) {
                let set = Self.randomLabels(&generator)
                labels.insert(set.removingEmptyValues())
                batch.append(set, time: Int64(batch.count), value: 1)
            }
            store.append(batch)
            #expect(store.statistics.series == labels.count)
            for _ in 0..<200 {
                let matchers = try (0..<Int.random(in: 0...3, using: &generator)).map { _ in try Self.randomMatcher(&generator) }
                let all = Matchers(matchers)
                #expect(Set(store.exact(matchers).keys) == labels.filter(all.matches), "seed \(seed), \(all)")
            }
        }
    }

    @Test("removed series are found no longer, the others still, and their values go from the index")
    func removal() throws {
        for seed in 0..<10 {
            var generator = SeededGenerator(UInt64(seed))
            var options = SampleStoreOptions()
            options.retention = 1000
            let store = SampleStore(options: options)
            var newest: [LabelSet: Int64] = [:]
            for round in 0..<10 {
                let now = Int64(round) * 500
                var batch = SampleBatch()
                for _ in 0..<50 {
                    let labels = Self.randomLabels(&generator).removingEmptyValues()
                    batch.append(labels, time: now, value: Double(round))
                    newest[labels] = now
                }
                store.append(batch)
                store.truncate(now: now)
                newest = newest.filter { $0.value > now - 1000 }
                #expect(Set(store.exact().keys) == Set(newest.keys))
                #expect(store.statistics.series == newest.count)
                var names: [String: Set<String>] = [:]
                for labels in newest.keys { for pair in labels.pairs { names[pair.name, default: []].insert(pair.value) } }
                #expect(
                    store.labelNames(after: .min, through: .max).elements
                        == names.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
                for (name, values) in names {
                    let found = store.labelValues(of: name, after: .min, through: .max).elements
                    #expect(
                        found.map { Array($0.utf8) } == values.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
                            || name == "path")
                }
                let matchers = try (0..<2).map { _ in try Self.randomMatcher(&generator) }
                #expect(Set(store.exact(matchers).keys) == Set(newest.keys.filter(Matchers(matchers).matches)))
            }
        }
    }

    @Test(
        "patterns that need no engine are told apart",
        arguments: [
            ("a|b", LiteralPattern.literals(["a", "b"])), ("(a|b)", .literals(["a", "b"])), ("(?:a|)", .literals(["a", ""])),
            ("", .literals([""])),
            ("a.*", .prefix("a", needsMore: false)), (".+", .prefix("", needsMore: true)), (".*", .anything), ("a.b", nil),
            ("(a)|(b)", nil), ("(?i)a", nil),
            ("(?i:a)", nil), ("a|b.*", nil), ("a\\.*", nil), ("^a", nil), ("[a].*", nil),
        ])
    func literals(_ pattern: String, _ expected: LiteralPattern?) { #expect(LiteralPattern(pattern) == expected) }
}
