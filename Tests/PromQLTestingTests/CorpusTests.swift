import Foundation
import PromQLTesting
import Testing

/// The conformance scripts that lie beside the repository.
@Suite struct CorpusTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../../shared/corpus/promql"
    )
    .standardizedFileURL

    private static var scripts: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".test") }.sorted()
    }

    @Test(
        "every plain case of the conformance scripts passes", .enabled(if: !scripts.isEmpty, "there is no ../shared/corpus/promql"),
        arguments: scripts)
    func script(name: String) throws {
        let report = ScriptRunner.run(try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8))
        #expect(report.failures.map { "\($0.line): \($0.expression): \($0.reason)" } == [])
        #expect(report.passed > 0)
    }
}
