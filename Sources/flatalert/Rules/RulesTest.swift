import ArgumentParser
import Glibc
import RuleTesting

/// `rules test FILE…`: runs unit tests of rules, promtool's files unchanged (Prometheus reference 7.3).
struct RulesTest: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool rules test",
        abstract: "Run unit tests of rules.",
        discussion: """
            The files are those of promtool test rules: input series, and what alerts and expressions they must give. Nothing is asked of any server, and \
            time is virtual. Exit code 1 means that a test failed.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Option(name: .customLong("run"), help: "Run only tests whose name this regular expression matches; may be repeated.")
    var names: [String] = []

    @Option(help: "Write the results to this file as JUnit's XML.", completion: .file(extensions: ["xml"]))
    var junit: String?

    @Flag(name: .customLong("diff"), help: "Show alerts that differ as a difference instead of as two lists.")
    var showsDifference = false

    @Flag(name: .customLong("debug"), help: "Show all samples that each test saw.")
    var isDebugging = false

    @Flag(name: .customLong("ignore-unknown-fields"), help: "Pass over keys that rule files and test files do not have.")
    var ignoresUnknownFields = false

    @Argument(help: "Files of unit tests.", completion: .file(extensions: ["yml", "yaml"]))
    var files: [String]

    func run(_ session: ClientSession) async throws(ClientError) {
        for file in files {
            guard try session.environment.contents(file) != nil else { throw .failed("path '\(file)' does not exist") }
        }
        var options = RuleTestOptions()
        options.names = names
        options.showsDifference = showsDifference
        options.isDebugging = isDebugging
        options.ignoresUnknownFields = ignoresUnknownFields
        let report = RuleTestRunner.run(files: files, options: options)
        for piece in report.pieces { session.console.write(piece.isError ? .error : .output, piece.text) }
        if let junit { try Self.write(report.junit, to: junit) }
        if report.hasFailures { throw .alreadyTold }
    }

    private static func write(_ text: String, to path: String) throws(ClientError) {
        func failure() -> ClientError { .failed("could not write \(path): \(String(cString: strerror(errno)))") }
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw failure() }
        defer { close(file) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw failure() }
            bytes = bytes.dropFirst(written)
        }
    }
}
