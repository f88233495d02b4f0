import Labels
import Testing

@testable import PromQL

@Suite("label_replace, label_join, sorting and absent labels")
struct LabelFunctionTests {
    static func call(
        _ name: String, _ vectors: StepVectors, _ strings: String..., scalars: [ScalarColumn] = [],
        context: FunctionContext = functionContext()
    ) throws -> StepVectors {
        var arguments = FunctionArguments(vectors: [vectors], scalars: scalars, strings: strings)
        var annotations = Annotations()
        return try callVectorFunction(name, &arguments, context, &annotations)
    }

    static func message(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch { return "\(error)" }
    }

    struct Replacement: Sendable {
        let replacement: String
        let pattern: String
        /// nil: unchanged.
        let expected: String?
    }

    static let replacements = [
        Replacement(replacement: "value-$1", pattern: "source-value-(.*)", expected: "value-10"),
        Replacement(replacement: "$1-$2", pattern: "(\\w+)-.*-(\\d+)", expected: "source-10"),
        Replacement(replacement: "${1}x", pattern: ".*(\\d\\d)", expected: "10x"),
        Replacement(replacement: "a$1x", pattern: ".*(\\d\\d)", expected: "a"),
        Replacement(replacement: "$number$$", pattern: ".*?(?P<number>\\d+)", expected: "10$"),
        Replacement(replacement: "$number", pattern: ".*?(?<number>\\d+)", expected: "10"),
        Replacement(replacement: "[$9]", pattern: ".*", expected: "[]"),
        Replacement(replacement: "[$01]", pattern: "(.*)", expected: "[]"),
        Replacement(replacement: "$0!", pattern: ".*", expected: "source-value-10!"),
        Replacement(replacement: "cost $ 5", pattern: ".*", expected: "cost $ 5"),
        Replacement(replacement: "$(", pattern: ".*", expected: "$("),
        Replacement(replacement: "x", pattern: "value", expected: nil),
        Replacement(replacement: "x", pattern: "value-10|source", expected: nil),
        Replacement(replacement: "x", pattern: "source-value-10|", expected: "x"),
        Replacement(replacement: "$1", pattern: "source-value-10(.*)", expected: ""),
    ]

    @Test("label_replace expands groups of the whole match", arguments: replacements)
    func replace(_ example: Replacement) throws {
        let vectors = stepVectors([(["__name__": "m", "src": "source-value-10", "dst": "old"], [0])])
        let result = try Self.call("label_replace", vectors, "dst", example.replacement, "src", example.pattern)
        let value = result.labels[0].labels["dst"]
        #expect((value ?? "") == (example.expected ?? "old"))
        #expect((value == nil) == (example.expected == ""))
        #expect(result.labels[0].labels["__name__"] == "m")
        #expect(result.labels[0].labels["src"] == "source-value-10")
    }

    @Test("a dot matches a line break, and a missing source is empty")
    func corners() throws {
        let vectors = stepVectors([(["src": "a\nb"], [1]), ([:], [2])])
        #expect(
            lines(try Self.call("label_replace", vectors, "dst", "[$1]", "src", "(.*)")).map { $0.contains("dst=\"[") } == [true, true])
        #expect(lines(try Self.call("label_replace", vectors, "dst", "x", "none", "")).allSatisfy { $0.contains("dst=\"x\"") })
        #expect(lines(try Self.call("label_replace", vectors, "dst", "x", "none", ".+")) == lines(vectors))
    }

    @Test("errors name the regular expression first, then the destination")
    func replaceErrors() {
        let vectors = stepVectors([([:], [1])])
        #expect(
            Self.message { _ = try Self.call("label_replace", vectors, "", "", "src", "(.*") }
                == "invalid regular expression in label_replace(): (.*")
        #expect(
            Self.message { _ = try Self.call("label_replace", vectors, "", "", "src", "(.*)") }
                == "invalid destination label name in label_replace(): ")
        #expect(Self.message { _ = try Self.call("label_replace", vectors, "\u{FFFD}", "", "src", "(.*)") } != nil)
        #expect(Self.message { _ = try Self.call("label_replace", vectors, "ünï code", "", "src", "(.*)") } == nil)
    }

    @Test("label_join joins, deletes, and takes no source too")
    func join() throws {
        let vectors = stepVectors([(["__name__": "m", "a": "1", "b": "2", "dst": "old"], [0])])
        func dst(_ strings: String...) throws -> String? {
            var arguments = FunctionArguments(vectors: [vectors], strings: strings)
            var annotations = Annotations()
            return try callVectorFunction("label_join", &arguments, functionContext(), &annotations).labels[0].labels["dst"]
        }
        #expect(try dst("dst", "-", "a", "b") == "1-2")
        #expect(try dst("dst", "-", "b", "none", "a") == "2--1")
        #expect(try dst("dst", ", ", "dst", "a") == "old, 1")
        #expect(try dst("dst", "-", "none") == nil)
        #expect(try dst("dst", "-") == nil)
        #expect(Self.message { _ = try dst("dst", "-", "a", "") } == "invalid source label name in label_join(): ")
        #expect(Self.message { _ = try dst("", "-", "a") } == "invalid destination label name in label_join(): ")
    }

    @Test("with removal at once a dropped name is not there to be read; set, it is there again")
    func droppedName() throws {
        let vectors = stepVectors([(["__name__": "m", "__type__": "counter", "a": "1"], [0])], dropsName: true)
        let now = functionContext()
        let later = functionContext(delayed: true)
        #expect(lines(try Self.call("label_replace", vectors, "n", "$1", "__name__", "(.*)", context: now)) == lines(vectors))
        #expect(try Self.call("label_replace", vectors, "n", "$1", "__name__", "(.*)", context: later).labels[0].labels["n"] == "m")
        #expect(try Self.call("label_replace", vectors, "n", "$1", "__name__", "(.*)", context: later).labels[0].dropsName)
        #expect(
            lines(try Self.call("label_replace", vectors, "__name__", "new", "a", "1", context: now)) == ["{__name__=\"new\", a=\"1\"} 0"])
        #expect(
            lines(try Self.call("label_replace", vectors, "__name__", "m", "a", "1", context: later))
                == ["{__name__=\"m\", __type__=\"counter\", a=\"1\"} 0"])
        #expect(lines(try Self.call("label_join", vectors, "__name__", "", "a", context: now)) == ["{__name__=\"1\", a=\"1\"} 0"])
    }

    @Test("sort puts NaN last either way and keeps the order of equals")
    func sort() throws {
        let vectors = stepVectors([
            (["a": "1"], [2]), (["a": "2"], [.nan]), (["a": "3"], [-.infinity]), (["a": "4"], [2]), (["a": "5"], [5]),
        ])
        func order(_ name: String) throws -> String { try Self.call(name, vectors).labels.map { $0.labels["a"] ?? "" }.joined() }
        #expect(try order("sort") == "31452")
        #expect(try order("sort_desc") == "51432")
    }

    @Test("sorting does nothing but warn in a range query")
    func sortInRange() throws {
        let vectors = stepVectors([(["a": "2"], [2, 1]), (["a": "1"], [1, 2])])
        for name in ["sort", "sort_desc", "sort_by_label", "sort_by_label_desc"] {
            var arguments = FunctionArguments(vectors: [vectors], strings: ["a"])
            var annotations = Annotations()
            let result = try callVectorFunction(name, &arguments, functionContext(steps: 2), &annotations)
            #expect(lines(result) == lines(vectors))
            #expect(
                annotations.warnings == [
                    Annotations.Note(
                        text: "sort is ineffective for range queries since results are always ordered by labels", range: SourceRange(0, 40))
                ])
        }
    }

    @Test("labels sort with their digits as numbers, then by all labels")
    func sortByLabel() throws {
        let names = ["node10", "node9", "node1", "", "node01b", "4m5", "4m50", "cpu"]
        let vectors = stepVectors(names.map { (["instance": $0, "z": "z"], [1]) } + [(["instance": "cpu", "a": "0"], [1])])
        func order(_ name: String) throws -> [String] {
            try Self.call(name, vectors, "instance").labels.map { $0.labels["instance"] ?? "" }
        }
        let ascending = ["", "4m5", "4m50", "cpu", "cpu", "node1", "node01b", "node9", "node10"]
        #expect(try order("sort_by_label") == ascending)
        #expect(try order("sort_by_label_desc") == ascending.reversed())
        #expect(try Self.call("sort_by_label", vectors, "instance").labels[3].labels["a"] == "0")
    }

    @Test("absent has the labels that are certain")
    func absent() throws {
        func labels(_ matchers: (String, Matcher.Operation, String)...) throws -> LabelSet {
            VectorFunctions.absentLabels(of: try matchers.map { try Matcher(name: $0.0, operation: $0.1, value: $0.2) })
        }
        #expect(try labels(("__name__", .equal, "x"), ("job", .equal, "a"), ("b", .regexMatch, "c")) == ["job": "a"])
        #expect(try labels(("job", .equal, "a"), ("job", .equal, "b"), ("foo", .equal, "bar")) == ["foo": "bar"])
        #expect(try labels(("job", .equal, "a"), ("job", .regexMatch, "b")) == [:])
        #expect(try labels(("job", .regexMatch, "b"), ("job", .equal, "a")) == ["job": "a"])
    }
}
