import Rules

/// What is told of rule files, in promtool's words and streams (Prometheus reference 7.1).
struct RuleFileReport {
    /// How a file fares.
    enum Verdict { case good, odd, bad }

    let console: Console
    /// Whether rules that are there twice are looked for.
    var looksForDuplicates = true
    var ignoresUnknownFields = false

    /// Tells of one file, whose name was told before.
    func check(_ contents: [UInt8], name: String) -> Verdict {
        let file: RuleFile
        do throws(RuleFileError) {
            file = try RuleFileReader.read(contents, file: name, options: RuleFileOptions(ignoresUnknownFields: ignoresUnknownFields))
        } catch {
            console.complain("  FAILED:")
            for problem in error.problems { console.complain(problem) }
            return .bad
        }
        for warning in file.warnings { console.complain("  WARNING: \(warning)") }
        defer { console.print("") }
        if looksForDuplicates, let message = DuplicateRules(in: file).message {
            console.complain("  FAILED:\n\(message)")
            return .odd
        }
        console.print("  SUCCESS: \(file.groups.reduce(0) { $0 + $1.rules.count }) rules found")
        return .good
    }
}
