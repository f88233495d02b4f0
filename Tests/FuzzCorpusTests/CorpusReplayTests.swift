import Foundation
import FuzzTargets
import Testing

@Suite("The fuzzers' corpus")
struct CorpusReplayTests {
    @Test("every kept input holds the properties of its target", arguments: FuzzTarget.allCases)
    func replay(_ target: FuzzTarget) throws {
        let inputs = try Self.inputs(of: target)
        #expect(!inputs.isEmpty, "the corpus of \(target) is empty")
        for (name, bytes) in inputs {
            let failures = FuzzFailures.collect { bytes.withUnsafeBytes { target.run($0) } }
            #expect(failures.isEmpty, "\(target)/\(name)")
        }
    }

    @Test("a broken property is collected, not lost")
    func collection() {
        let failures = FuzzFailures.collect { [UInt8](arrayLiteral: 0x78).withUnsafeBytes { fuzzFailure("no x", $0) } }
        #expect(failures == [#"no x: "x""#])
    }

    private static func inputs(of target: FuzzTarget) throws -> [(String, [UInt8])] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
            path: "Fuzz/corpus/\(target)")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
            .map { ($0.lastPathComponent, Array(try Data(contentsOf: $0))) }
    }
}
