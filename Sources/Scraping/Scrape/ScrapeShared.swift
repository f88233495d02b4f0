import Logging
import SampleStore
import Transport

/// What all loops of a scraper work with.
final class ScrapeShared: Sendable {
    let store: SampleStore
    let transport: Transport
    let clock: any ScrapeClock
    let log: Logger
    let scratches = ScrapeScratches()
    let metrics = ScrapeMetrics()

    init(store: SampleStore, transport: Transport, clock: any ScrapeClock, log: Logger) {
        self.store = store
        self.transport = transport
        self.clock = clock
        self.log = log
    }
}
