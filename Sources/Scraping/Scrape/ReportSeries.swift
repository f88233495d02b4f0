import Labels
import SampleStore

/// The series that report on a target's scrapes: `up` and its kin, with the target's labels, never relabelled (reference 5.4).
struct ReportSeries {
    /// What one scrape is reported with.
    struct Values {
        var isUp: Bool
        /// Seconds.
        var duration: Double
        var counts: ScrapeCounts
        /// The optional series; nil without `extra_scrape_metrics`.
        var extra: Extra?

        struct Extra {
            /// Seconds.
            var timeout: Double
            /// 0 without a limit.
            var sampleLimit: Int
            /// Without compression; -1 for a body over its limit.
            var bodyBytes: Int
        }
    }

    private static let names = [
        "up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling", "scrape_series_added",
        "scrape_timeout_seconds", "scrape_sample_limit", "scrape_body_size_bytes",
    ]

    private let target: LabelSet
    private var references = [SeriesReference?](repeating: nil, count: names.count)

    init(target: LabelSet) { self.target = target }

    /// The series that were written so far.
    func forEach(_ body: (SeriesReference) -> Void) {
        for case .some(let reference) in references { body(reference) }
    }

    /// Writes one sample of each.
    mutating func write(_ values: Values, at time: Int64, to store: SampleStore, _ scratch: inout ScrapeScratch) {
        let counts = values.counts
        var numbers = [
            values.isUp ? 1 : 0, values.duration, Double(counts.scraped), Double(counts.kept), Double(counts.added),
        ]
        if let extra = values.extra { numbers += [extra.timeout, Double(extra.sampleLimit), Double(extra.bodyBytes)] }
        scratch.removeAll()
        for (index, number) in numbers.enumerated() { append(index, number, at: time, store, &scratch) }
        let lost = store.append(scratch.batch).rejections.filter { $0.reason == .unknownReference }.map { Int(scratch.owners[$0.index]) }
        guard !lost.isEmpty else { return }
        scratch.removeAll()
        for index in lost {
            references[index] = nil
            append(index, numbers[index], at: time, store, &scratch)
        }
        store.append(scratch.batch)
    }

    private mutating func append(_ index: Int, _ number: Double, at time: Int64, _ store: SampleStore, _ scratch: inout ScrapeScratch) {
        if references[index] == nil, case .success(let reference) = store.reference(for: labels(index)) { references[index] = reference }
        guard let reference = references[index] else { return }
        scratch.batch.append(reference, time: time, value: number)
        scratch.owners.append(UInt32(index))
    }

    private func labels(_ index: Int) -> LabelSet { LabelSet(target.pairs.map { ($0.name, $0.value) } + [("__name__", Self.names[index])]) }
}
