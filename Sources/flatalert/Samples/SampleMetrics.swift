import Exposition
import NIOConcurrencyHelpers
import SampleStore
import Time

/// The sample store's state as metrics, read at each scrape.
enum SampleMetrics {
    static func register(_ store: SampleStore, in registry: MetricRegistry) {
        let statistics = LastStatistics(of: store)
        let gauges: [(String, String, @Sendable (SampleStoreStatistics) -> Double)] = [
            ("series", "Series held.", { Double($0.series) }),
            ("held", "Samples held in memory.", { Double($0.samples) }),
            ("chunks", "Chunks of compressed samples.", { Double($0.chunks) }),
            ("bytes", "Memory of compressed samples.", { Double($0.sampleBytes) }),
            ("label_bytes", "Memory of label sets.", { Double($0.labelBytes) }),
            ("index_bytes", "Memory of the index of labels, estimated.", { Double($0.indexBytes) }),
            ("segments", "Files of samples.", { Double($0.segments) }),
            ("disk_bytes", "Size of the files of samples.", { Double($0.diskBytes) }),
            ("unwritten_bytes", "Bytes that wait to be written.", { Double($0.unwrittenBytes) }),
            ("oldest_timestamp_seconds", "Time of the oldest sample held; 0 without samples.", { Double($0.oldestTime ?? 0) / 1000 }),
            ("newest_timestamp_seconds", "Time of the newest sample held; 0 without samples.", { Double($0.newestTime ?? 0) / 1000 }),
        ]
        for (name, help, value) in gauges {
            registry.collect("flatalert_samples_\(name)", help: help, value: { value(statistics.current) })
        }
        let counters: [(String, String, @Sendable (SampleStoreStatistics) -> Double)] = [
            ("appended_total", "Samples taken.", { Double($0.appendedSamples) }),
            ("series_created_total", "Series made.", { Double($0.createdSeries) }),
            ("series_removed_total", "Series removed with their last sample.", { Double($0.removedSeries) }),
            ("unsaved_total", "Samples that the disk refused for too long: they are in memory alone.", { Double($0.unsavedSamples) }),
            ("write_failures_total", "Writes to the disk that failed.", { Double($0.failedWrites) }),
        ]
        for (name, help, value) in counters {
            registry.collect("flatalert_samples_\(name)", help: help, type: .counter, value: { value(statistics.current) })
        }
        registry.collect("flatalert_samples_rejected_total", help: "Samples not taken.", type: .counter, labels: ["reason"]) {
            let counts = statistics.current.rejectedSamples
            return RejectionReason.allCases.map { MetricSample(labels: [$0.rawValue], value: Double(counts[$0])) }
        }
    }
}

/// The numbers of one look at the store, kept for the rest of a scrape: each look walks over all series.
private final class LastStatistics: Sendable {
    private let store: SampleStore
    private let last = NIOLockedValueBox<(time: Int64, statistics: SampleStoreStatistics)?>(nil)

    init(of store: SampleStore) { self.store = store }

    var current: SampleStoreStatistics {
        last.withLockedValue { last in
            let now = Clock.monotonic()
            if let last, now - last.time < 1_000_000_000 { return last.statistics }
            let statistics = store.statistics
            last = (now, statistics)
            return statistics
        }
    }
}
