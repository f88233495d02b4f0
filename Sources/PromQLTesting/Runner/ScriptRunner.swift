public import PromQL

/// Runs promqltest scripts, as Prometheus's own engine is tested (reference 9.1).
public struct ScriptRunner {
    /// One evaluation that did not do as the script says.
    public struct Failure: Sendable {
        /// The line of the `eval`, counted from 1.
        public let line: Int
        /// What was evaluated; empty where a line could not be read.
        public let expression: String
        /// What was found and what was expected.
        public let reason: String
    }

    /// One evaluation that was not judged.
    public struct Skip: Sendable {
        /// The line of the `eval`, counted from 1.
        public let line: Int
        /// What it would need.
        public let reason: String
    }

    /// What came of a script.
    public struct Report: Sendable {
        /// Evaluations that did as the script says.
        public var passed = 0
        /// Those that did not.
        public var failures: [Failure] = []
        /// Those that need native histograms or start timestamps, which Flatalert does not have.
        public var skips: [Skip] = []
    }

    private let engine: QueryEngine
    private var storage = TestStorage()
    private var report = Report()

    /// The engine that scripts assume: look-back 5 minutes, 10,000 samples, subqueries each minute, names removed at the end.
    public static var engine: QueryEngine {
        var options = QueryEngine.Options()
        options.maxSamples = 10_000
        options.delaysNameRemoval = true
        return QueryEngine(options: options)
    }

    private init(engine: QueryEngine) { self.engine = engine }

    /// Runs a whole script. Neither an evaluation that fails nor a line that cannot be read stops it.
    public static func run(_ script: String, engine: QueryEngine = engine) -> Report {
        var parser = ScriptParser(script)
        let (commands, errors) = parser.commands()
        var runner = ScriptRunner(engine: engine)
        for error in errors { runner.report.failures.append(Failure(line: error.line, expression: "", reason: error.message)) }
        for command in commands { runner.run(command) }
        return runner.report
    }

    private mutating func run(_ command: ScriptCommand) {
        switch command.action {
        case .clear: storage = TestStorage()
        case .load(let step, let series, let buildsHistograms):
            for loaded in series {
                do { try storage.append(loaded.notation, start: 0, step: step) } catch {
                    report.failures.append(Failure(line: command.line, expression: "", reason: error.message))
                }
                if loaded.hasStartTimestamps { storage.markUnsupported(loaded.notation.labels) }
                if buildsHistograms, let base = loaded.notation.labels.ofNativeHistogram { storage.markUnsupported(base) }
            }
        case .evaluation(let evaluation): judge(evaluation, line: command.line)
        }
    }

    private mutating func judge(_ evaluation: ScriptEvaluation, line: Int) {
        let verdict: Verdict
        do throws(PromQLSyntaxError) {
            verdict = judged(try Expression.parse(evaluation.expression, options: .all), evaluation)
        } catch {
            verdict = error.message.contains("not supported") ? .skipped(error.message) : .failed("does not parse: \(error)")
        }
        switch verdict {
        case .passed: report.passed += 1
        case .failed(let reason): report.failures.append(Failure(line: line, expression: evaluation.expression, reason: reason))
        case .skipped(let reason): report.skips.append(Skip(line: line, reason: reason))
        }
    }

    private func judged(_ expression: Expression, _ evaluation: ScriptEvaluation) -> Verdict {
        if evaluation.expectation.wantsHistogram { return .skipped("expects a native histogram") }
        if expression.selectors.contains(where: { storage.selectsUnsupported($0.matchers) }) {
            return .skipped("selects a series with native histograms or start timestamps")
        }
        let judge = Judge(engine: engine, storage: storage, evaluation: evaluation)
        return judge.verdict(on: expression)
    }
}

/// What an evaluation comes to.
enum Verdict: Hashable {
    case passed
    case failed(String)
    case skipped(String)
}
