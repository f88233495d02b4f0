import Foundation
import Labels
import PromQL
import Testing

@testable import SampleStore

struct KillTests {
    @Test("a process that is killed loses nothing that it had flushed", arguments: 1...6)
    func kill(_ round: Int) async throws {
        let directory = TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: directory.path, withIntermediateDirectories: true)
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as Int] in
            var options = SampleStoreOptions()
            options.logSegmentBytes = 20_000
            options.chunkSegmentBytes = 20_000
            options.retention = 0
            let (store, _) = try SampleStore.open(directory: path, options: options, now: 0)
            let note = open("\(path)/acknowledged", O_RDWR | O_CREAT, 0o644)
            var batch = SampleBatch()
            var step: Int64 = 0
            while true {
                step += 1
                batch.removeAll()
                for index in 0..<50 { batch.append(["__name__": "x", "i": "\(index)"], time: step * 1000, value: Double(step % 17)) }
                store.append(batch)
                guard step % 3 == 0, store.flush(now: step * 1000).problem == nil else { continue }
                var acknowledged = step
                pwrite(note, &acknowledged, 8, 0)
                guard step == 3 else { continue }
                // Kills at a moment that has nothing to do with what this thread does.
                Thread.detachNewThread {
                    usleep(UInt32(round * 37_000))
                    _ = Glibc.kill(getpid(), SIGKILL)
                }
            }
        }
        var acknowledged: Int64 = 0
        let note = open("\(path)/acknowledged", O_RDONLY)
        #expect(read(note, &acknowledged, 8) == 8)
        close(note)
        let (store, _) = try SampleStore.open(directory: path, now: 0)
        let found = store.exact()
        #expect(found.count == 50 && acknowledged > 0)
        for (_, samples) in found {
            // Nothing acknowledged is missing, nothing is invented.
            #expect(samples.count >= Int(acknowledged))
            #expect(samples.enumerated().allSatisfy { $1 == ExactSample(time: Int64($0 + 1) * 1000, value: Double(($0 + 1) % 17)) })
        }
        store.close()
    }
}
