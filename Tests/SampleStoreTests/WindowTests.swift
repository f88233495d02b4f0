import Labels
import PromQL
import Testing

@testable import SampleStore

struct WindowTests {
    /// A store that does everything the slow way.
    private struct NaiveStore {
        var series: [LabelSet: [ExactSample]] = [:]
        var cutoff = Int64.min

        mutating func append(_ labels: LabelSet, _ sample: ExactSample) {
            guard sample.time > cutoff, sample.time > series[labels]?.last?.time ?? .min else { return }
            series[labels, default: []].append(sample)
        }

        func window(after: Int64, through: Int64) -> [LabelSet: [ExactSample]] {
            series.mapValues { $0.filter { $0.time > max(after, cutoff) && $0.time <= through } }.filter { !$0.value.isEmpty }
        }
    }

    @Test("windows, newest samples, truncation and label queries agree with plain arrays")
    func model() throws {
        for seed in 0..<12 {
            var generator = SeededGenerator(UInt64(seed))
            var options = SampleStoreOptions()
            options.retention = Int64.random(in: 1_000_000...20_000_000, using: &generator)
            let store = SampleStore(options: options)
            var naive = NaiveStore()
            var last: [LabelSet: Double] = [:]
            let all = (0..<12).map { LabelSet([("__name__", "m\($0 % 3)"), ("i", "\($0)")]) }
            var now = Int64(1_700_000_000_000)
            for _ in 0..<300 {
                now += Int64.random(in: 1...60_000, using: &generator)
                var batch = SampleBatch()
                for (index, labels) in all.enumerated() where Int.random(in: 0..<4, using: &generator) > 0 {
                    let kind = ValueKind.allCases[index % ValueKind.allCases.count]
                    let value = kind.next(after: last[labels] ?? 0, using: &generator)
                    last[labels] = value
                    let time = now - Int64.random(in: 0...30_000, using: &generator)
                    batch.append(labels, time: time, value: value)
                    naive.append(labels, ExactSample(time: time, value: value))
                }
                store.append(batch)
                if Int.random(in: 0..<30, using: &generator) == 0 {
                    store.truncate(now: now)
                    naive.cutoff = max(naive.cutoff, now - options.retention)
                    // A series without samples forgets its newest time, as in the store.
                    naive.series = naive.series.filter { $0.value.contains { $0.time > naive.cutoff } }
                    #expect(store.statistics.series == naive.series.count)
                }
                let after = now - Int64.random(in: -10_000...options.retention + 1_000_000, using: &generator)
                let through = after + Int64.random(in: 0...options.retention, using: &generator)
                let expected = naive.window(after: after, through: through)
                #expect(store.exact(after: after, through: through) == expected, "seed \(seed)")
                let selection = store.select([], after: after, through: through)
                for index in 0..<selection.count {
                    let newest = selection.newest(at: index, after: after, through: through).map {
                        ExactSample(time: $0.time, value: $0.value)
                    }
                    #expect(newest == expected[selection.labels(at: index)]?.last, "seed \(seed)")
                }
            }
            #expect(store.statistics.samples >= naive.window(after: .min, through: .max).values.reduce(0) { $0 + $1.count })
        }
    }

    @Test("what was selected stays readable when its series goes and its open chunk closes")
    func selectionOutlives() throws {
        var options = SampleStoreOptions()
        options.retention = 1_000_000
        let store = SampleStore(options: options)
        var batch = SampleBatch()
        for time in 1...100 { batch.append(["__name__": "x"], time: Int64(time), value: Double(time)) }
        store.append(batch)
        let selection = store.select([], after: 0, through: 10_000)
        batch.removeAll()
        for time in 101...250 { batch.append(["__name__": "x"], time: Int64(time), value: Double(time)) }
        store.append(batch)
        var buffer = SampleBuffer()
        selection.read(at: 0, after: 0, through: 10_000, into: &buffer)
        #expect(Array(buffer.times) == Array(1...250))
        store.truncate(now: 5_000_000)
        #expect(store.statistics.series == 0 && store.statistics.sampleBytes == 0)
        buffer.removeAll()
        selection.read(at: 0, after: 0, through: 10_000, into: &buffer)
        #expect(buffer.count == 0)
        #expect(selection.labels(at: 0) == ["__name__": "x"])
    }

    @Test("label queries keep to selectors, window and limit")
    func labels() throws {
        let store = SampleStore()
        var batch = SampleBatch()
        batch.append(["__name__": "a", "job": "x", "old": "1"], time: 100, value: 1)
        batch.append(["__name__": "b", "job": "y"], time: 200, value: 1)
        batch.append(["__name__": "b", "job": "z"], time: 300, value: 1)
        store.append(batch)
        #expect(store.labelNames(after: 0, through: 300).elements == ["__name__", "job", "old"])
        #expect(store.labelNames(after: 100, through: 300).elements == ["__name__", "job"])
        #expect(store.labelValues(of: "job", after: 100, through: 200).elements == ["y"])
        let selectors = [
            [Matcher(name: "__name__", equals: "b")], [Matcher(name: "job", equals: "x")], [Matcher(name: "job", equals: "z")],
        ]
        #expect(store.labelValues(of: "job", matching: selectors, after: 0, through: 300).elements == ["x", "y", "z"])
        let series = store.series(matching: selectors, after: 0, through: 300, limit: 2)
        #expect(series.isTruncated && series.elements.map { $0["job"] } == ["x", "y"])
        #expect(!store.labelValues(of: "job", after: 0, through: 300, limit: 3).isTruncated)
        #expect(store.labelValues(of: "none", after: 0, through: 300).elements.isEmpty)
        let cardinality = store.cardinality(limit: 2)
        #expect(cardinality.labelPairs == 6)
        #expect(cardinality.seriesByMetric.map(\.name) == ["b", "a"] && cardinality.seriesByMetric.map(\.count) == [2, 1])
        #expect(cardinality.valuesByLabel.map(\.count) == [3, 2])
    }
}
