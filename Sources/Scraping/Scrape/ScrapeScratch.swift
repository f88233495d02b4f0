import Labels
import NIOConcurrencyHelpers
import SampleStore

/// Memory that one scrape after the other uses while its body is read, whichever target it is of.
struct ScrapeScratch: Sendable {
    /// A sample of a series that the store has not been asked for yet.
    struct Fresh: Sendable {
        var entry: Int
        var labels: LabelSet
        var time: Int64
        var value: Double
    }

    /// Samples for the store.
    var batch = SampleBatch()
    /// The cache's entry of each sample in the batch; markers behind them have none.
    var owners: ContiguousArray<UInt32> = []
    /// Samples that wait for the end of the body: a body that fails must make no series.
    var fresh: [Fresh] = []
    /// Entries that this body added to the cache.
    var inserted: [Int] = []

    mutating func removeAll() {
        batch.removeAll()
        owners.removeAll(keepingCapacity: true)
        fresh.removeAll(keepingCapacity: true)
        inserted.removeAll(keepingCapacity: true)
    }
}

/// The scratch memories that are not in use: as many as scrapes are ever read at one time.
final class ScrapeScratches: Sendable {
    private let idle = NIOLockedValueBox<[ScrapeScratch]>([])
    /// A scratch that one huge target made large is not kept for the others.
    private static let largest = 100_000

    func take() -> ScrapeScratch { idle.withLockedValue { $0.popLast() } ?? ScrapeScratch() }

    /// It is emptied by whoever takes it next: here it may still be held by the giver, and would be copied.
    func give(back scratch: ScrapeScratch) {
        guard scratch.owners.capacity <= Self.largest else { return }
        idle.withLockedValue { $0.append(scratch) }
    }
}
