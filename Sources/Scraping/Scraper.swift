import Labels
public import Logging
public import MonitorFile
import NIOConcurrencyHelpers
public import SampleStore
public import Transport

/// Scrapes the targets of all jobs into the store (reference 5).
///
/// ```swift
/// let scraper = Scraper(store: store, transport: Transport(name: "scrape", idleConnections: 4096), log: log)
/// scraper.apply(configuration.scrapeConfigurations, global: configuration.global)
/// await scraper.firstScrapes()     // rules may be evaluated from here on
/// await scraper.stop()
/// ```
public final class Scraper: Sendable {
    /// What a server sets once.
    public struct Options: Sendable {
        /// What targets see.
        public var userAgent = "Flatalert"
        /// Told apart from other instances with other seeds, so that two replicas scrape at different moments.
        public var seed = OutsideAddress.machine.authority.utf8.reduce(14_695_981_039_346_656_037) {
            ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        /// What local targets are called from other machines.
        public var outside = OutsideAddress.machine

        /// The defaults: the seed comes from the machine's name.
        public init() {}
    }

    let options: Options
    let shared: ScrapeShared
    let state = NIOLockedValueBox(ScraperState())
    let timer: TimerBox
    /// One reload at a time.
    let applying = NIOLock()

    /// A scraper without jobs. The transport is its own: scrapes never wait behind notifications.
    public convenience init(store: SampleStore, transport: Transport, options: Options = Options(), log: Logger) {
        self.init(store: store, transport: transport, options: options, clock: SystemScrapeClock(), log: log)
    }

    init(store: SampleStore, transport: Transport, options: Options, clock: any ScrapeClock, log: Logger) {
        self.options = options
        shared = ScrapeShared(store: store, transport: transport, clock: clock, log: log)
        let box = TimerBox()
        timer = box
        box.set(clock.timer { [weak self] in self?.runDue() })
    }

    deinit { timer.stop() }

    /// The timer, which needs the scraper that has it.
    final class TimerBox: Sendable {
        private let timer = NIOLockedValueBox<(any ScrapeTimer)?>(nil)

        func set(_ new: any ScrapeTimer) { timer.withLockedValue { $0 = new } }
        func schedule(_ deadline: Int64?) { timer.withLockedValue { $0 }?.schedule(deadline) }
        func stop() { timer.withLockedValue { $0 }?.stop() }
    }

    // MARK: Jobs

    /// Scrapes these jobs from now on. Jobs and targets that were there before keep their state; targets that are gone get stale markers
    /// after two intervals and a tenth, unless they come back.
    public func apply(_ jobs: [ScrapeConfiguration], global: GlobalSettings) {
        applying.withLock {
            let names = Set(jobs.map(\.jobName))
            var stopped: [Discoverer] = []
            var started: [(name: String, discoverer: Discoverer)] = []
            let seed = options.seed ^ global.externalLabels.fingerprint.value
            let isStopped = change { state in
                guard !state.isStopped else { return true }
                state.seed = seed
                for (name, pool) in state.pools where !names.contains(name) {
                    stopped.append(pool.discoverer)
                    for id in pool.loops.values { state.retire(id, of: name, shared.clock) }
                    state.pools[name] = nil
                }
                state.order = jobs.map(\.jobName)
                for configuration in jobs {
                    let former = state.pools[configuration.jobName]
                    guard former?.job.configuration != configuration else { continue }
                    let job = ScrapeJob(configuration, userAgent: options.userAgent)
                    if let former, former.job.configuration.discoveries == configuration.discoveries {
                        state.pools[configuration.jobName]?.job = job
                        continue
                    }
                    if let former { stopped.append(former.discoverer) }
                    let discoverer = discoverer(of: configuration)
                    var pool = former ?? ScraperState.Pool(job: job, discoverer: discoverer)
                    pool.job = job
                    pool.discoverer = discoverer
                    pool.isDiscovered = configuration.discoveries.allSatisfy { if case .fixed = $0 { true } else { false } }
                    state.pools[configuration.jobName] = pool
                    started.append((configuration.jobName, discoverer))
                }
                return false
            }
            guard !isStopped else { return }
            for discoverer in stopped { discoverer.stop() }
            // What is fixed in the configuration is there at once.
            for name in jobs.map(\.jobName) { sync(name) }
            for (name, discoverer) in started { start(discoverer, of: name) }
        }
    }

    private func discoverer(of configuration: ScrapeConfiguration) -> Discoverer {
        let name = configuration.jobName
        return Discoverer(configuration.discoveries, name: "job \"\(name)\"", transport: shared.transport, log: shared.log) {
            [weak self] in self?.sync(name)
        }
    }

    /// Begins to discover. What a former discoverer of the job has found stays until the new one has answered.
    private func start(_ discoverer: Discoverer, of name: String) {
        discoverer.start()
        Task { [weak self] in
            await discoverer.ready()
            self?.sync(name, discovered: discoverer)
        }
    }
}
