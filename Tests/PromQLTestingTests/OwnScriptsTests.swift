import Foundation
import PromQLTesting
import Testing

/// The repository's own scripts, which cover what the conformance scripts beside it do not touch.
@Suite struct OwnScriptsTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../PromQLScripts")
        .standardizedFileURL

    private static var scripts: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".test") }.sorted()
    }

    @Test("there are scripts")
    func exist() {
        #expect(Self.scripts.count >= 15)
    }

    @Test("every case of the repository's scripts passes, none is skipped", arguments: scripts)
    func script(name: String) throws {
        let report = ScriptRunner.run(try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8))
        #expect(report.failures.map { "\($0.line): \($0.expression): \($0.reason)" } == [])
        #expect(report.skips.isEmpty)
        #expect(report.passed > 0)
    }
}
