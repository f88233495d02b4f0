import Foundation
import Rules
import Testing

/// A directory with files in it, gone with the value.
private final class Directory {
    let path: String

    init(_ files: [String: String]) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "rule-files-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)")) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite("Patterns of rule files")
struct RuleFilesTests {
    @Test("files come sorted within a pattern, and none twice")
    func order() throws {
        let directory = try Directory(["b.yml": "groups: [{name: b}]", "a.yml": "groups: [{name: a}]", "c.txt": "groups: [{name: c}]"])
        let files = try RuleFiles.load(patterns: ["c.txt", "*.yml", "a.yml"], directory: directory.path)
        #expect(files.groups.map(\.name) == ["c", "a", "b"])
        #expect(files.groups.map(\.file) == ["c.txt", "a.yml", "b.yml"].map { "\(directory.path)/\($0)" })
        #expect(files.warnings.isEmpty)
    }

    @Test("two files may have groups of the same name")
    func sameNames() throws {
        let directory = try Directory(["a.yml": "groups: [{name: g}]", "b.yml": "groups: [{name: g}]"])
        #expect(try RuleFiles.load(patterns: ["*.yml"], directory: directory.path).groups.count == 2)
    }

    @Test("the problems of all files are told together")
    func problems() throws {
        let directory = try Directory(["a.yml": "groups: [{}]", "b.yml": "groups: [{name: b}]", "c.yml": "group: []"])
        let error = #expect(throws: RuleFileError.self) { try RuleFiles.load(patterns: ["*.yml"], directory: directory.path) }
        #expect(
            error?.problems == [
                "\(directory.path)/a.yml: 1:10: Groupname must not be empty",
                "\(directory.path)/c.yml: 1:1: field group not found in type rulefmt.RuleGroups; did you mean groups?",
            ])
    }

    @Test("a pattern without files is a warning; a file that cannot be read is an error that names it")
    func unreadable() throws {
        let directory = try Directory([:])
        #expect(
            try RuleFiles.load(patterns: ["*.yml"], directory: directory.path).warnings == ["no file matches the rule file pattern *.yml"])
        let error = #expect(throws: RuleFileError.self) { try RuleFiles.load(patterns: [directory.path]) }
        #expect(error?.problems == ["\(directory.path): cannot be read: Is a directory"])
    }
}

@Suite("Duplicate rules")
struct DuplicateRulesTests {
    private func duplicates(_ rules: String) throws -> DuplicateRules {
        DuplicateRules(in: try RuleFileReader.read(Array("groups: [{name: g, labels: {z: z}, rules: [\(rules)]}]".utf8), file: "r.yml"))
    }

    @Test("rules of the same name and labels are told once, whatever they evaluate")
    func message() throws {
        let found = try duplicates(
            "{record: b, expr: 1}, {record: b, expr: 2}, {record: b, expr: 3}, {alert: a, expr: 1, labels: {x: y}}, {record: a, expr: 1, labels: {x: y}}"
        )
        #expect(
            found.message == """
                lint error 2 duplicate rule(s) found.
                Metric: a
                Label(s):
                \tx: y
                \tz: z
                Metric: b
                Label(s):
                \tz: z
                Might cause inconsistency while recording expressions
                """)
    }

    @Test("a label makes the difference")
    func different() throws {
        let found = try duplicates("{record: a, expr: 1, labels: {x: y}}, {record: a, expr: 1}, {record: a, expr: 1, labels: {x: z}}")
        #expect(found.message == nil)
    }
}
