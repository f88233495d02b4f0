import AlertRouter
import Dispatch
import Exposition
import Glibc
import Logging
import NIOConcurrencyHelpers
import RuleEngine
import SampleStore
import Scraping
import Time
import Transport
import WebServer

/// The samples of `serve`: their store, its upkeep, and the query API over it.
final class SampleService: Sendable {
    private static let flushInterval = DispatchTimeInterval.seconds(5)
    /// One in so many flushes is followed by a truncation.
    private static let flushesPerTruncation = 12

    let store: SampleStore
    /// The samples as a source of rules.
    let source: LocalSource
    private let api: QueryAPI
    private let monitor: NIOLockedValueBox<Monitor?>
    private let log: Logger
    private let upkeep = DispatchQueue(label: "flatalert.samples")
    // Set once in `start` and read once in `stop`, which the same task calls one after the other.
    nonisolated(unsafe) private var timer: (any DispatchSourceTimer)?

    /// Opens the store below the storage path. Where nothing writes samples and none were ever written it stays in memory and makes no files.
    ///
    /// - Parameters:
    ///   - hasMonitor: Whether targets are scraped and rules evaluated.
    ///   - flags: For `status/flags`.
    init(
        flags: SampleFlags, features: Set<Feature>, storagePath: String, prefix: String, hasMonitor: Bool,
        given: [(name: String, value: String)], log: Logger
    ) throws(StartError) {
        self.log = log
        var damages = 0
        let directory = storagePath + (storagePath.hasSuffix("/") ? "" : "/") + "samples"
        if flags.receivesRemoteWrite || hasMonitor || access(directory, F_OK) == 0 {
            do throws(SampleStoreError) {
                let (store, report) = try SampleStore.open(directory: directory, options: flags.storeOptions, now: Self.now())
                self.store = store
                damages = report.damage.count
                Self.tell(report, log)
            } catch { throw StartError("samples: \(error)") }
        } else {
            store = SampleStore(options: flags.storeOptions)
        }
        source = LocalSource(store: store, options: flags.engineOptions(features), timeout: flags.timeout.milliseconds)
        let monitor = NIOLockedValueBox<Monitor?>(nil)
        self.monitor = monitor
        var options = flags.apiOptions(prefix: prefix, features: features, version: ProductInfo.version)
        options.evaluatesRules = hasMonitor
        options.rules = { monitor.withLockedValue { $0 }?.manager.groups() ?? [] }
        options.targets = { monitor.withLockedValue { $0 }?.scraper.report() ?? TargetsReport() }
        options.alertmanagers = { monitor.withLockedValue { $0 }?.alertmanagersReport ?? AlertmanagersReport() }
        options.configuration = { monitor.withLockedValue { $0 }?.configuration.text ?? "{}\n" }
        options.flags = { given }
        var runtime = RuntimeInformation(startTime: Self.now())
        runtime.corruptions = damages
        runtime.hostname = HostName.own ?? "localhost"
        runtime.processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        runtime.retention = flags.retention
        options.runtime = { [runtime] in Self.completed(runtime, monitor.withLockedValue { $0 }) }
        api = QueryAPI(store: store, options: options)
    }

    /// Shows targets and rules in the API.
    func attach(_ monitor: Monitor) { self.monitor.withLockedValue { $0 = monitor } }

    /// With what changes while the process runs.
    private static func completed(_ runtime: RuntimeInformation, _ monitor: Monitor?) -> RuntimeInformation {
        var runtime = runtime
        if let load = monitor?.lastLoad { (runtime.reloadSucceeded, runtime.lastConfigurationTime) = (load.succeeded, load.time) }
        if let path = getcwd(nil, 0) {
            runtime.workingDirectory = String(cString: path)
            free(path)
        }
        runtime.threads = threadCount
        return runtime
    }

    /// The kernel shows each thread of the process as an entry of this directory.
    private static var threadCount: Int {
        guard let directory = opendir("/proc/self/task") else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Without `.` and `..`.
        return max(0, count - 2)
    }

    /// Answers what belongs to the query API; nil for everything else.
    func respond(to request: WebRequest) async -> WebResponse? { await api.respond(to: request) }

    /// Shows the store's state in the metrics.
    func expose(in registry: MetricRegistry) { SampleMetrics.register(store, in: registry) }

    /// Begins to write and tidy up in the background.
    func start() {
        let timer = DispatchSource.makeTimerSource(queue: upkeep)
        var flushes = 0
        timer.setEventHandler { [store, log] in
            Self.tell(store.flush(now: Self.now()), log)
            flushes += 1
            if flushes % Self.flushesPerTruncation == 0 { store.truncate(now: Self.now()) }
        }
        timer.schedule(deadline: .now() + Self.flushInterval, repeating: Self.flushInterval, leeway: .seconds(1))
        timer.resume()
        self.timer = timer
    }

    /// Writes what is left.
    func stop() {
        timer?.cancel()
        // Behind a flush that may be under way.
        upkeep.sync { Self.tell(store.close(), log) }
    }

    private static func now() -> Int64 { Clock.wall().unixNanoseconds / 1_000_000 }

    private static func tell(_ report: ReplayReport, _ log: Logger) {
        for damage in report.damage { log.warning("Samples on the disk were damaged", metadata: ["what": "\(damage)"]) }
        guard report.samples > 0 else { return }
        log.info(
            "Samples read", metadata: ["series": "\(report.series)", "samples": "\(report.samples)", "segments": "\(report.segments)"])
    }

    private static func tell(_ report: FlushReport, _ log: Logger) {
        guard report.isNews else { return }
        if let problem = report.problem {
            log.error("Samples cannot be written", metadata: ["err": "\(problem)"])
        } else {
            log.info("Samples are written again")
        }
    }
}
