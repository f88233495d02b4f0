import Foundation
import Labels
import PromQL
import Testing

@testable import SampleStore

struct ConcurrencyTests {
    /// Runs bodies on threads of their own and waits for all.
    private static func run(_ bodies: [@Sendable () -> Void]) {
        let group = DispatchGroup()
        for body in bodies {
            group.enter()
            Thread.detachNewThread {
                body()
                group.leave()
            }
        }
        group.wait()
    }

    @Test("writers, readers, flushes and truncation at the same time: readers see every series without gaps, and nothing is lost")
    func parallel() throws {
        let directory = TemporaryDirectory()
        var options = SampleStoreOptions()
        options.retention = 0
        options.logSegmentBytes = 50_000
        options.chunkSegmentBytes = 50_000
        let (store, _) = try SampleStore.open(directory: directory.path, options: options, now: 0)
        let steps = 400
        let writers = (0..<3).map { writer -> @Sendable () -> Void in
            {
                var batch = SampleBatch()
                for step in 1...steps {
                    batch.removeAll()
                    for index in 0..<40 {
                        // New series come all the time.
                        guard step > index * 5 else { break }
                        batch.append(["__name__": "x", "writer": "\(writer)", "i": "\(index)"], time: Int64(step), value: Double(step))
                    }
                    store.append(batch)
                }
            }
        }
        let readers = (0..<2).map { reader -> @Sendable () -> Void in
            {
                var buffer = SampleBuffer()
                for _ in 0..<150 {
                    let selection = store.select([Matcher(name: "writer", equals: "\(reader)")], after: 0, through: .max)
                    for index in 0..<selection.count {
                        buffer.removeAll()
                        selection.read(at: index, after: 0, through: .max, into: &buffer)
                        let isWhole = zip(buffer.times, buffer.times.dropFirst()).allSatisfy { $1 == $0 + 1 }
                        #expect(isWhole && zip(buffer.times, buffer.values).allSatisfy { Double($0) == $1 })
                        let newest = selection.newest(at: index, after: 0, through: .max)
                        #expect((newest?.time ?? 0) >= (buffer.times.last ?? 0))
                    }
                    _ = store.labelValues(of: "i", after: .min, through: .max)
                }
            }
        }
        let upkeep: @Sendable () -> Void = {
            for step in 0..<60 {
                store.flush(now: Int64(step) * 1000)
                store.truncate(now: Int64(step) * 1000)
                _ = store.statistics
            }
        }
        Self.run(writers + readers + [upkeep])
        let expected = store.exact()
        #expect(expected.count == 120)
        #expect(expected.values.allSatisfy { $0.last?.time == Int64(steps) })
        store.close()
        let (again, report) = try SampleStore.open(directory: directory.path, options: options, now: 0)
        #expect(report.damage.isEmpty && again.exact() == expected)
        again.close()
    }

    @Test("series come and go under readers")
    func churn() {
        var options = SampleStoreOptions()
        options.retention = 50
        let store = SampleStore(options: options)
        let writer: @Sendable () -> Void = {
            for step in 1...2000 {
                var batch = SampleBatch()
                for index in 0..<5 {
                    batch.append(["__name__": "x", "step": "\(step / 10)", "i": "\(index)"], time: Int64(step), value: Double(step))
                }
                store.append(batch)
                if step % 20 == 0 { store.truncate(now: Int64(step)) }
            }
        }
        let reader: @Sendable () -> Void = {
            for _ in 0..<300 {
                for (_, samples) in store.exact() { #expect(samples.allSatisfy { Double(bitPattern: $0.bits) == Double($0.time) }) }
            }
        }
        Self.run([writer, reader, reader])
        #expect(store.exact().count == 30)
        store.truncate(now: 5000)
        let statistics = store.statistics
        #expect(statistics.series == 0 && statistics.samples == 0 && statistics.sampleBytes == 0 && statistics.labelBytes == 0)
        #expect(store.labelNames(after: .min, through: .max).elements.isEmpty)
    }
}
