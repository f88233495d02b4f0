public import Labels
public import Logging
public import MonitorFile
public import SampleStore
public import Transport

/// Scrapes the targets of all jobs into the store (reference 5).
public final class Scraper: Sendable {
    let store: SampleStore
    let transport: Transport
    let options: Options
    let log: Logger

    /// What a server sets once.
    public struct Options: Sendable {
        /// What targets see.
        public var userAgent = "Flatalert"
        /// Told apart from other instances with other seeds, so that two replicas scrape at different moments.
        public var seed: UInt64 = 0

        /// The defaults.
        public init() {}
    }

    /// A scraper without jobs. The transport is its own: scrapes never wait behind notifications.
    public init(store: SampleStore, transport: Transport, options: Options = Options(), log: Logger) {
        self.store = store
        self.transport = transport
        self.options = options
        self.log = log
    }
}
