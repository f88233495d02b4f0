import Labels
import PromQL
import Testing

@testable import SampleStore

struct AppendTests {
    @Test("a sample that was appended is selected by its labels")
    func appended() throws {
        let store = SampleStore()
        var batch = SampleBatch()
        batch.append(["__name__": "up", "job": "node", "empty": ""], time: 1000, value: 1)
        #expect(store.append(batch).appended == 1)
        let selection = store.select([Matcher(name: "job", equals: "node")], after: 0, through: 1000)
        try #require(selection.count == 1)
        #expect(selection.labels(at: 0) == ["__name__": "up", "job": "node"])
        #expect(selection.newest(at: 0, after: 0, through: 1000)?.value == 1)
        #expect(selection.newest(at: 0, after: 1000, through: 2000) == nil)
    }

    @Test("newer is taken, the same again is no fault, another value or an older time is refused")
    func order() throws {
        let store = SampleStore()
        let reference = try store.reference(for: ["__name__": "x"]).get()
        var batch = SampleBatch()
        for (time, value): (Int64, Double) in [
            (10, 1), (10, 1), (10, 2), (9, 1), (11, .staleMarker), (11, .staleMarker), (11, .nan), (12, 0), (12, -0.0),
        ] {
            batch.append(reference, time: time, value: value)
        }
        let outcome = store.append(batch)
        #expect(outcome.appended == 3 && outcome.unchanged == 2)
        #expect(
            outcome.rejections == [
                .init(index: 2, reason: .duplicate), .init(index: 3, reason: .outOfOrder), .init(index: 6, reason: .duplicate),
                .init(index: 8, reason: .duplicate),
            ])
        #expect(store.statistics.rejectedSamples[.duplicate] == 3)
        #expect(
            store.exact()[["__name__": "x"]] == [
                .init(time: 10, value: 1), .init(time: 11, value: .staleMarker), .init(time: 12, value: 0),
            ])
    }

    @Test("a series over the limit is refused, known ones go on")
    func seriesLimit() throws {
        var options = SampleStoreOptions()
        options.maxSeries = 2
        let store = SampleStore(options: options)
        var batch = SampleBatch()
        for time in 1...2 { for name in ["a", "b", "c"] { batch.append(["__name__": name], time: Int64(time), value: 1) } }
        let outcome = store.append(batch)
        #expect(outcome.appended == 4 && outcome.createdSeries == 2)
        #expect(outcome.rejected[.seriesLimit] == 2)
        #expect(throws: RejectionReason.seriesLimit) { try store.reference(for: ["__name__": "d"]).get() }
    }

    @Test("labels that are too many or too long are refused")
    func labelLimits() {
        var options = SampleStoreOptions()
        options.maxLabels = 2
        options.maxLabelNameBytes = 8
        options.maxLabelValueBytes = 4
        let store = SampleStore(options: options)
        var batch = SampleBatch()
        batch.append(["__name__": "ok", "a": "1"], time: 1, value: 1)
        batch.append(["__name__": "ok", "a": "1", "b": "2"], time: 1, value: 1)
        batch.append(["__name__": "wrong"], time: 1, value: 1)
        batch.append(["longer_than_eight": "1"], time: 1, value: 1)
        let outcome = store.append(batch)
        #expect(outcome.appended == 1 && outcome.rejected[.labelLimit] == 3)
    }

    @Test("a batch over the limit is refused whole")
    func batchLimit() {
        var options = SampleStoreOptions()
        options.maxSamplesPerBatch = 2
        let store = SampleStore(options: options)
        var batch = SampleBatch()
        for time in 1...3 { batch.append(["__name__": "a"], time: Int64(time), value: 1) }
        #expect(store.append(batch).rejected[.batchLimit] == 3)
        #expect(store.statistics.samples == 0)
        batch.removeAll()
        batch.append(["__name__": "a"], time: 1, value: 1)
        #expect(store.append(batch).appended == 1)
    }

    @Test("a reference of a series that went is unknown, and appending with labels makes it anew")
    func unknownReference() throws {
        var options = SampleStoreOptions()
        options.retention = 100
        let store = SampleStore(options: options)
        let reference = try store.reference(for: ["__name__": "x"]).get()
        var batch = SampleBatch()
        batch.append(reference, time: 50, value: 1)
        #expect(store.append(batch).appended == 1)
        let report = store.truncate(now: 150)
        #expect(report.samples == 1 && report.series == 1)
        #expect(store.append(batch).rejected[.unknownReference] == 1)
        batch.removeAll()
        batch.append(["__name__": "x"], time: 50, value: 1)
        batch.append(["__name__": "x"], time: 51, value: 1)
        let outcome = store.append(batch)
        #expect(outcome.rejections == [.init(index: 0, reason: .tooOld)])
        #expect(outcome.appended == 1)
    }

    @Test("over the limit of memory the oldest chunks go, and without any to drop appends are refused")
    func memoryLimit() throws {
        var options = SampleStoreOptions()
        options.retention = 0
        options.maxMemoryBytes = 20_000
        let store = SampleStore(options: options)
        var generator = SeededGenerator(1)
        var (refused, time) = (0, Int64(0))
        for _ in 0..<100 {
            var batch = SampleBatch()
            for _ in 0..<60 {
                time += 1000
                batch.append(["__name__": "x"], time: time, value: Double.random(in: 0...1, using: &generator))
            }
            refused += store.append(batch).rejected[.memoryLimit]
            store.truncate(now: time)
            #expect(store.statistics.sampleBytes <= 20_000)
        }
        #expect(refused == 0)
        let samples = try #require(store.exact()[["__name__": "x"]])
        #expect(samples.last?.time == time)
        // Oldest first: what is left has no gap.
        #expect(zip(samples, samples.dropFirst()).allSatisfy { $1.time - $0.time == 1000 })
        options.maxMemoryBytes = 10
        let full = SampleStore(options: options)
        var batch = SampleBatch()
        batch.append(["__name__": "x"], time: 1, value: 1)
        #expect(full.append(batch).appended == 1)
        #expect(full.append(batch).rejected[.memoryLimit] == 1)
    }

    @Test("metadata is kept by metric, up to its limit")
    func metadata() {
        var options = SampleStoreOptions()
        options.maxMetadata = 2
        let store = SampleStore(options: options)
        #expect(store.setMetadata(MetricMetadata(type: "counter", help: "B", unit: "bytes"), of: "b"))
        #expect(store.setMetadata(MetricMetadata(type: "gauge"), of: "a"))
        #expect(!store.setMetadata(MetricMetadata(type: "gauge"), of: "c"))
        #expect(store.setMetadata(MetricMetadata(type: "gauge", help: "A"), of: "a"))
        #expect(store.metadata().map(\.metric) == ["a", "b"])
        #expect(store.metadata(of: "a").map(\.metadata.help) == ["A"])
        #expect(store.metadata(of: "c").isEmpty && store.metadata(limit: 1).map(\.metric) == ["a"])
    }
}
