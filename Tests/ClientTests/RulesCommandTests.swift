import Foundation
import Testing

@testable import flatalert

@Suite("rules check")
struct RulesCheckTests {
    private let good = "groups: [{name: g, rules: [{alert: A, expr: up == 0}]}]"
    private let odd = "groups: [{name: g, rules: [{record: a, expr: 1}, {record: a, expr: 2}]}]"

    @Test("every file is judged; one bad file is exit code 1")
    func files() async throws {
        let run = try await FakeServer().run(
            "rules", "check", "good.yml", "bad.yml", program: "flatalert", files: ["good.yml": good, "bad.yml": "groups: [{}]"])
        #expect(run.output == "Checking good.yml\n  SUCCESS: 1 rules found\n\nChecking bad.yml\n")
        #expect(run.error == "  FAILED:\nbad.yml: 1:10: Groupname must not be empty\n")
        #expect(run.code == 1)
    }

    @Test("the lint tells duplicates, and makes exit code 3 only when it is to be fatal")
    func lint() async throws {
        let told = try await FakeServer().run("rules", "check", "a.yml", program: "flatalert", files: ["a.yml": odd])
        #expect(told.error.hasPrefix("  FAILED:\nlint error 1 duplicate rule(s) found.\n") && told.code == 0)
        let fatal = try await FakeServer().run("rules", "check", "--lint-fatal", "a.yml", program: "flatalert", files: ["a.yml": odd])
        #expect(fatal.code == 3)
        let off = try await FakeServer().run(
            "rules", "check", "--lint-fatal", "--lint=none", "a.yml", program: "flatalert", files: ["a.yml": odd])
        #expect(off.code == 0 && off.output.contains("SUCCESS: 2 rules found"))
    }

    @Test("without a file standard input is checked; a file that does not exist is named before any is checked")
    func inputs() async throws {
        let run = try await FakeServer().run("rules", "check", program: "flatalert", input: good)
        #expect(run.output == "Checking standard input\n  SUCCESS: 1 rules found\n\n" && run.code == 0)
        let missing = try await FakeServer().run("rules", "check", "a.yml", "b.yml", program: "flatalert", files: ["a.yml": good])
        #expect(missing.output.isEmpty && missing.error.contains("path 'b.yml' does not exist") && missing.code == 1)
    }

    @Test("unknown keys can be passed over, a second document is a warning")
    func relaxed() async throws {
        let text = "groups: [{name: g, colour: red}]\n---\n{}\n"
        let strict = try await FakeServer().run("rules", "check", "a.yml", program: "flatalert", files: ["a.yml": text])
        #expect(strict.code == 1)
        let relaxed = try await FakeServer().run(
            "rules", "check", "--ignore-unknown-fields", "a.yml", program: "flatalert", files: ["a.yml": text])
        #expect(relaxed.code == 0)
        #expect(relaxed.error == "  WARNING: a.yml: 2:1: a second document begins here; only the first is read\n")
    }
}

@Suite("rules test")
struct RulesTestTests {
    /// A file in the temporary directory, gone with the value: unit tests read their files themselves.
    private final class File {
        let path: String

        init(_ text: String, _ ending: String = "yml") throws {
            path = FileManager.default.temporaryDirectory.appending(path: "rules-test-\(UUID().uuidString).\(ending)").path
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test("tests are run, failures told and written as JUnit's XML; any is exit code 1")
    func runs() async throws {
        let file = try File("tests: [{name: a, promql_expr_test: [{expr: '1', exp_samples: []}]}, {name: b}]")
        let report = try File("", "xml")
        let run = try await FakeServer().run(
            "rules", "test", "--junit", report.path, file.path, program: "flatalert", files: [file.path: "exists"])
        #expect(run.code == 1)
        #expect(run.output == "Unit Testing:  \(file.path)\n\n\n")
        #expect(run.error.hasPrefix("  FAILED:\n    expr: \"1\", time: 0s,\n"))
        #expect(try String(contentsOfFile: report.path, encoding: .utf8).contains("tests=\"2\" failures=\"1\" errors=\"0\""))
        let chosen = try await FakeServer().run(
            "rules", "test", "--run=^b$", file.path, program: "flatalert", files: [file.path: "exists"])
        #expect(chosen.code == 0 && chosen.output.hasSuffix("  SUCCESS\n\n"))
    }

    @Test("a file that does not exist is named before any test is run")
    func missing() async throws {
        let run = try await FakeServer().run("rules", "test", "none.yml", program: "flatalert")
        #expect(run.code == 1 && run.output.isEmpty && run.error.contains("path 'none.yml' does not exist"))
    }
}
