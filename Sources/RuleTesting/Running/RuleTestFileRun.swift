import Labels
import PromQLTesting
import RE2
import Rules
import StrictYAML

/// One file of tests on its way.
struct RuleTestFileRun {
    private(set) var suite: RuleTestReport.Suite
    /// What is printed while tests run.
    private(set) var output = ""
    private(set) var warnings: [String] = []
    private let names: [RE2Regex]
    private let options: RuleTestOptions

    init(path: String, names: [RE2Regex], options: RuleTestOptions) {
        suite = RuleTestReport.Suite(name: path)
        self.names = names
        self.options = options
    }

    mutating func run() {
        let path = suite.name
        let file: RuleTestFile
        do {
            let bytes = try RuleFiles.contents(of: path)
            file = try RuleTestFileReader.read(bytes, file: path, ignoresUnknownFields: options.ignoresUnknownFields)
        } catch {
            suite.error = "\(error)"
            return
        }
        warnings = file.warnings
        let paths = ruleFiles(file)
        var seen: Set<String> = []
        if let repeated = file.groupOrder.first(where: { !seen.insert($0).inserted }) {
            suite.error = "group name repeated in evaluation order: \(repeated)"
            return
        }
        let rules = Result { () throws(RuleFileError) in try Self.rules(paths, file, options) }
        for test in file.tests where isWanted(test.name) { run(test, file, rules) }
        guard let notifications = file.notifications else { return }
        for test in notifications.tests where isWanted(test.name) {
            suite.cases.append(NotificationTestRun.run(test, in: notifications, file: file, path: path, rules: rules, options))
        }
    }

    private func isWanted(_ name: String) -> Bool { names.isEmpty || names.contains { $0.matches(name) } }

    /// The files that the patterns match, seen from the test file.
    private mutating func ruleFiles(_ file: RuleTestFile) -> [String] {
        file.ruleFiles.flatMap { pattern in
            let pattern = RuleFiles.joined(pattern, to: Self.directory(of: suite.name))
            let paths = RuleFiles.paths(matching: pattern)
            if paths.isEmpty { warnings.append("no file match pattern \(pattern)") }
            return paths
        }
    }

    static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// The groups in the order in which they are evaluated: those without a place in `group_eval_order` go with the first.
    private static func rules(
        _ paths: [String], _ file: RuleTestFile, _ options: RuleTestOptions
    ) throws(RuleFileError) -> [RuleGroupDefinition] {
        let settings = RuleFileOptions(ignoresUnknownFields: options.ignoresUnknownFields, parser: options.parser)
        var groups: [RuleGroupDefinition] = []
        var problems: [String] = []
        var seen: Set<String> = []
        for path in paths where seen.insert(path).inserted {
            do throws(RuleFileError) {
                groups += try RuleFiles.load(file: path, options: settings).groups
            } catch {
                problems += error.problems
            }
        }
        guard problems.isEmpty else { throw RuleFileError(problems: problems) }
        let places = Dictionary(uniqueKeysWithValues: file.groupOrder.enumerated().map { ($0.element, $0.offset) })
        let ranked = groups.enumerated().map { (rank: places[$0.element.name] ?? 0, place: $0.offset, group: $0.element) }
        return ranked.sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }.map(\.group)
    }

    private mutating func run(_ test: RuleTest, _ file: RuleTestFile, _ rules: Result<[RuleGroupDefinition], RuleFileError>) {
        var result = RuleTestReport.Case(name: test.name)
        if options.isDebugging { output += "DEBUG: Starting test \(test.name)\n" }
        do {
            let series = try test.inputSeries.notations
            switch rules {
            case .failure(let error): result.failures = error.problems
            case .success(let groups):
                var run = RuleTestRun(test, file: file, groups: groups, series: series, options: options)
                result.failures = run.run()
                if options.isDebugging { output += run.dump }
            }
        } catch {
            result.failures = [error.text]
        }
        if options.isDebugging { output += "DEBUG: Test \(test.name) finished\n" }
        suite.cases.append(result)
    }
}

/// An input series that is not in the notation.
struct InputSeriesError: Error {
    let text: String
}

extension [InputSeries] {
    /// The series, read.
    var notations: [SeriesNotation] {
        get throws(InputSeriesError) {
            var result: [SeriesNotation] = []
            for input in self {
                let notation: SeriesNotation
                do throws(NotationError) {
                    notation = try SeriesNotation("\(input.series) \(input.values)")
                } catch {
                    throw InputSeriesError(text: "\(input.position): series \(GoQuote.quote(input.series)): \(error)")
                }
                guard !notation.values.contains(.histogram) else {
                    throw InputSeriesError(
                        text: "\(input.position): series \(GoQuote.quote(input.series)): native histograms are not supported")
                }
                result.append(notation)
            }
            return result
        }
    }
}
