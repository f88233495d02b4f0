import ArgumentParser
import PromQLTesting

/// `promql-test FILE…`: runs scripts in the promqltest format.
struct PromQLTestCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool promql-test",
        abstract: "Run test scripts of PromQL expressions.",
        discussion: """
            Scripts load series and say what expressions must give, in the format of Prometheus's own engine tests. Every case that fails is \
            printed with its place. Cases that need native histograms or start timestamps, which this engine does not have, are skipped; -v lists them.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Argument(help: "Scripts.", completion: .file(extensions: ["test"]))
    var files: [String]

    func run(_ session: ClientSession) async throws(ClientError) {
        var passed = 0
        var failed = 0
        var skipped = 0
        for file in files {
            guard let contents = try session.environment.contents(file) else { throw .failed("path '\(file)' does not exist") }
            let report = ScriptRunner.run(String(decoding: contents, as: UTF8.self))
            passed += report.passed
            failed += report.failures.count
            skipped += report.skips.count
            for failure in report.failures {
                session.console.print("\(file):\(failure.line): \(failure.expression)\n    \(failure.reason)")
            }
            if global.verbose == true {
                for skip in report.skips { session.console.print("\(file):\(skip.line): skipped: \(skip.reason)") }
            }
        }
        session.console.print("\(passed) passed, \(failed) failed, \(skipped) skipped")
        if failed > 0 { throw .alreadyTold }
    }
}
