import Foundation
import RuleTesting

/// A directory with files in it, gone with the value.
final class Directory {
    let path: String

    init(_ files: [String: String]) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "rule-tests-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)")) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Runs the tests of a file.
    func run(_ name: String, _ options: RuleTestOptions = RuleTestOptions()) -> RuleTestReport {
        RuleTestRunner.run(files: ["\(path)/\(name)"], options: options)
    }
}

/// One rule, and a test file beside it with this text after `rule_files`.
func outcome(_ tests: String, rules: String = downRules, _ options: RuleTestOptions = RuleTestOptions()) throws -> RuleTestReport {
    try Directory(["rules.yml": rules, "test.yml": "rule_files: [rules.yml]\n" + tests]).run("test.yml", options)
}

let downRules = """
    groups:
    - name: g
      rules:
      - {alert: Down, expr: up == 0, for: 1m, labels: {severity: page}, annotations: {summary: '{{ $labels.job }} down'}}
    """
