/// Writes samples to segments.
final class Recorder: Sendable {
    static let crowd = 1 << 16
    func relieve(_ store: SampleStore) {}
    func flush(_ store: SampleStore, now: Int64) -> FlushReport { FlushReport() }
    func removeSegments(through cutoff: Int64, _ store: SampleStore) -> Int { 0 }
    func close(_ store: SampleStore) -> FlushReport { FlushReport() }
    func describe(in statistics: inout SampleStoreStatistics) {}
}
extension SampleStore {
    /// Opens the store in this directory, which is made if it is missing, fills it with the samples on the disk that are within the retention, and keeps the directory from
    /// every other process until `close`.
    ///
    /// - Parameter now: Milliseconds.
    public static func open(
        directory: String, options: SampleStoreOptions = SampleStoreOptions(), now: Int64
    ) throws(SampleStoreError) -> (store: SampleStore, report: ReplayReport) {
        (SampleStore(options: options), ReplayReport())
    }
}
