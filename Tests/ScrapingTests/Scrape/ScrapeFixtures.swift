import ClientConfiguration
import Labels
import Logging
import MonitorFile
import NIOConcurrencyHelpers
import PromQL
import SampleStore
import Transport
import WebServer

@testable import Scraping

/// A clock that stands still until a test moves it.
final class ManualClock: ScrapeClock {
    private struct State {
        var wall: Int64
        var monotonic: Int64 = 0
        var timers: [ManualTimer] = []
    }

    private let state: NIOLockedValueBox<State>

    /// Starts at this time, milliseconds.
    init(at time: Int64 = 1_000_000_000) { state = NIOLockedValueBox(State(wall: time * 1_000_000)) }

    func wall() -> Int64 { state.withLockedValue { $0.wall } }
    func monotonic() -> Int64 { state.withLockedValue { $0.monotonic } }

    func timer(_ fire: @escaping @Sendable () -> Void) -> any ScrapeTimer {
        let timer = ManualTimer(fire)
        state.withLockedValue { $0.timers.append(timer) }
        return timer
    }

    /// Sets the wall clock alone.
    func step(by milliseconds: Int64) { state.withLockedValue { $0.wall += milliseconds * 1_000_000 } }

    /// Moves on by so much time at once, or to the next deadline if that is sooner, and fires what is due. Nanoseconds. Returns what is left of the time.
    func advance(by nanoseconds: Int64) -> Int64 {
        let (left, timers) = state.withLockedValue { state -> (Int64, [ManualTimer]) in
            let next = state.timers.compactMap { $0.deadline }.min() ?? .max
            let move = max(0, min(nanoseconds, next == .max ? .max : next - state.monotonic))
            state.monotonic += move
            state.wall += move
            return (nanoseconds - move, state.timers)
        }
        for timer in timers { timer.fire(at: monotonic()) }
        return left
    }
}

/// A timer of a manual clock.
final class ManualTimer: ScrapeTimer {
    private let armed = NIOLockedValueBox<Int64?>(nil)
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    var deadline: Int64? { armed.withLockedValue { $0 } }
    func schedule(_ deadline: Int64?) { armed.withLockedValue { $0 = deadline } }
    func stop() { schedule(nil) }

    func fire(at now: Int64) {
        let isDue = armed.withLockedValue { armed in
            guard let deadline = armed, deadline <= now else { return false }
            armed = nil
            return true
        }
        if isDue { body() }
    }
}

extension Scraper {
    /// Lets so much time pass on the clock, scrape after scrape, each of which ends before time goes on. Milliseconds.
    func run(_ milliseconds: Int64, on clock: ManualClock) async {
        var left = milliseconds * 1_000_000
        repeat {
            left = clock.advance(by: left)
            await quiet()
        } while left > 0
    }
}

/// Lines of a log, kept.
final class LogLines: Sendable {
    private let lines = NIOLockedValueBox<[String]>([])

    var all: [String] { lines.withLockedValue { $0 } }

    var logger: Logger {
        Logger(label: "test") { [lines] _ in Handler(lines: lines) }
    }

    private struct Handler: LogHandler {
        let lines: NIOLockedValueBox<[String]>
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(
            level: Logger.Level, message: Logger.Message, metadata: Logger.Metadata?, source: String, file: String, function: String,
            line: UInt
        ) {
            let fields = (metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
            lines.withLockedValue { $0.append("\(level) \(message) \(fields)") }
        }
    }
}

extension SampleStore {
    /// All samples of the series whose name is this, or of all series: `name{a="b"}` and `value@time` in their order, by series.
    func dump(_ name: String? = nil) throws -> [String: [String]] {
        let matcher =
            try name.map { Matcher(name: "__name__", equals: $0) } ?? Matcher(name: "__name__", operation: .regexMatch, value: ".+")
        let selection = select([matcher], after: .min / 2, through: .max / 2)
        var result: [String: [String]] = [:]
        for index in 0..<selection.count {
            var buffer = SampleBuffer()
            selection.read(at: index, after: .min / 2, through: .max / 2, into: &buffer)
            let pairs = selection.labels(at: index).pairs
            let labels = pairs.filter { $0.name != "__name__" }.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ",")
            let series = (pairs.first { $0.name == "__name__" }?.value ?? "") + "{\(labels)}"
            result[series] = zip(buffer.times, buffer.values).map { "\($1.isStaleMarker ? "stale" : $1.isNaN ? "NaN" : "\($1)")@\($0)" }
        }
        return result
    }

    /// The values of the one series of this name, without their times.
    func values(_ name: String) throws -> [String] {
        try dump(name).values.flatMap { $0 }.map { String($0.prefix { $0 != "@" }) }
    }
}

extension ScrapeConfiguration {
    /// A job that scrapes these addresses every ten seconds.
    static func job(_ name: String, _ addresses: [String], _ change: (inout Self) -> Void = { _ in }) -> Self {
        var job = Self(jobName: name)
        job.interval = 10_000
        job.timeout = 5_000
        job.discoveries = [.fixed([TargetGroup(targets: addresses.map { LabelSet(["__address__": $0]) }, source: "0")])]
        change(&job)
        return job
    }
}

/// A server that tells metrics, and what it was asked.
final class MetricsServer: Sendable {
    struct Answer: Sendable {
        var status = 200
        var headers = [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")]
        var body: [UInt8] = []

        init(_ text: String = "") { body = Array(text.utf8) }

        init(status: Int = 200, headers: [(String, String)], body: [UInt8] = []) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    let address: String
    private let server: WebServer
    private let answers: NIOLockedValueBox<@Sendable (WebRequest) async -> Answer>
    private let seen: NIOLockedValueBox<[WebRequest]>

    var requests: [WebRequest] { seen.withLockedValue { $0 } }

    init(_ answer: @escaping @Sendable (WebRequest) async -> Answer) async throws {
        let answers = NIOLockedValueBox(answer)
        let seen = NIOLockedValueBox<[WebRequest]>([])
        server = WebServer(options: WebServerOptions(listen: ["127.0.0.1:0"], getConcurrency: 4096)) { request in
            seen.withLockedValue { $0.append(request) }
            let answer = await answers.withLockedValue { $0 }(request)
            return WebResponse(status: answer.status, headers: answer.headers, body: .bytes(answer.body))
        }
        self.answers = answers
        self.seen = seen
        address = try await server.start()[0]
    }

    /// Answers so from now on.
    func answer(_ answer: @escaping @Sendable (WebRequest) async -> Answer) { answers.withLockedValue { $0 = answer } }

    /// Answers with this text from now on.
    func tell(_ text: String) { answer { _ in Answer(text) } }

    func stop() async { await server.shutdown(within: .zero) }
}

/// A scraper on a manual clock, over a server that tells `x 1`.
struct ScraperBench {
    let clock = ManualClock()
    let store: SampleStore
    let scraper: Scraper
    let server: MetricsServer
    let log = LogLines()

    init(store: SampleStore = SampleStore(options: .unlimited)) async throws {
        self.store = store
        server = try await MetricsServer { _ in MetricsServer.Answer("x 1\n") }
        scraper = Scraper(
            store: store, transport: Transport(name: "test"), options: Scraper.Options(), clock: clock, log: log.logger)
    }

    /// Runs the body and ends server and scraper afterwards.
    static func with(
        store: SampleStore = SampleStore(options: .unlimited), _ body: (ScraperBench) async throws -> Void
    ) async throws {
        let bench = try await ScraperBench(store: store)
        do { try await body(bench) } catch {
            await bench.end()
            throw error
        }
        await bench.end()
    }

    private func end() async {
        await scraper.stop()
        await server.stop()
    }

    /// Scrapes one job over the server alone.
    func apply(_ change: (inout ScrapeConfiguration) -> Void = { _ in }) {
        scraper.apply([.job("test", [server.address], change)], global: GlobalSettings())
    }

    /// Lets milliseconds pass.
    func run(_ milliseconds: Int64) async { await scraper.run(milliseconds, on: clock) }
}

extension SampleStoreOptions {
    /// Samples of any age are kept.
    static var unlimited: Self {
        var options = Self()
        options.retention = 0
        return options
    }
}
