import ArgumentParser
import PromQL
import RuleEngine
import SampleStore
import Time

/// The flags of the sample store and of its query API, as Prometheus spells them.
struct SampleFlags: ParsableArguments {
    @Option(name: .customLong("storage.tsdb.retention.time"), help: "How long samples are kept.")
    var retentionTime = PrometheusDurationArgument(.hours(24))

    @Option(name: .customLong("storage.tsdb.retention.size"), help: "Limit of the samples' files; the oldest go. 0 is unlimited.")
    var retentionSize = ByteSizeArgument(bytes: 512 << 20)

    @Option(name: .customLong("storage.samples.max-series"), help: "Limit of series held at one time; 0 is unlimited.")
    var maximumSeries = 1_000_000

    @Option(name: .customLong("storage.samples.max-memory"), help: "Limit of compressed samples in memory; the oldest go. 0 is unlimited.")
    var maximumMemory = ByteSizeArgument(bytes: 1 << 30)

    @Option(name: .customLong("query.lookback-delta"), help: "How far a query looks back for the newest sample.")
    var lookback = PrometheusDurationArgument(.minutes(5))

    @Option(name: .customLong("query.timeout"), help: "The longest a query may take.")
    var timeout = PrometheusDurationArgument(.minutes(2))

    @Option(name: .customLong("query.max-concurrency"), help: "Queries evaluated at one time.")
    var concurrency = 20

    @Option(name: .customLong("query.max-samples"), help: "The most samples that one query may hold in memory.")
    var maximumSamples = 50_000_000

    @Flag(name: .customLong("web.enable-remote-write-receiver"), help: "Accept samples by remote write at /api/v1/write.")
    var receivesRemoteWrite = false

    func validate() throws {
        for (name, value) in [
            ("storage.tsdb.retention.time", retentionTime.milliseconds), ("query.lookback-delta", lookback.milliseconds),
            ("query.timeout", timeout.milliseconds), ("query.max-concurrency", Int64(concurrency)),
            ("query.max-samples", Int64(maximumSamples)),
        ] where value <= 0 {
            throw ValidationError("--\(name) must be greater than 0")
        }
        if maximumSeries < 0 { throw ValidationError("--storage.samples.max-series must not be negative") }
    }

    /// In Prometheus's form: `1d`, or `1d or 512MB`.
    var retention: String {
        let size = retentionSize.bytes > 0 ? " or \(retentionSize.defaultValueDescription)" : ""
        return retentionTime.defaultValueDescription + size
    }

    var storeOptions: SampleStoreOptions {
        var options = SampleStoreOptions()
        options.retention = retentionTime.milliseconds
        options.maxDiskBytes = retentionSize.bytes
        options.maxMemoryBytes = maximumMemory.bytes
        options.maxSeries = maximumSeries
        return options
    }

    /// How queries are evaluated, those of rules too.
    func engineOptions(_ features: Set<Feature>) -> QueryEngine.Options {
        var options = QueryEngine.Options()
        options.lookback = lookback.milliseconds
        options.maxSamples = maximumSamples
        options.delaysNameRemoval = features.contains(.delayedNameRemoval)
        return options
    }

    /// Which experimental parts of the language are read.
    static func parserOptions(_ features: Set<Feature>) -> ParserOptions {
        features.contains(.experimentalFunctions) ? ParserOptions(experimentalFunctions: true, binaryFill: true) : ParserOptions()
    }

    func apiOptions(prefix: String, features: Set<Feature>, version: String) -> QueryAPI.Options {
        var options = QueryAPI.Options()
        options.prefix = prefix == "/" ? "" : prefix
        options.engine = engineOptions(features)
        options.syntax = Self.parserOptions(features)
        options.timeout = timeout.milliseconds
        options.concurrency = concurrency
        options.receivesRemoteWrite = receivesRemoteWrite
        options.version = version
        return options
    }
}

/// A duration in Prometheus's form, such as 15d or 1h30m.
struct PrometheusDurationArgument: ExpressibleByArgument, Sendable {
    let span: TimeSpan

    init(_ span: TimeSpan) { self.span = span }

    init?(argument: String) {
        guard let span = try? PrometheusDuration.parse(argument) else { return nil }
        self.init(span)
    }

    var milliseconds: Int64 { span.nanoseconds / 1_000_000 }

    var defaultValueDescription: String { PrometheusDuration.format(span) }
}
