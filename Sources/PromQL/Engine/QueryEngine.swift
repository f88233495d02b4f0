public import Labels

/// Evaluates expressions over samples. It owns no data and no clock: sources, times and deadlines are arguments.
public struct QueryEngine: Sendable {
    public struct Options: Sendable {
        /// How far an instant selector looks back, milliseconds.
        public var lookback: Int64 = 300_000
        /// Limit of the samples held at one time.
        public var maxSamples = 50_000_000
        /// Step of subqueries that name none, milliseconds.
        public var defaultSubqueryStep: Int64 = 60_000
        /// Names go at the end of the query instead of at once (reference 3.11).
        public var delaysNameRemoval = false

        public init() {}
    }

    public var options: Options

    public init(options: Options = Options()) { self.options = options }
}

/// A query's answer.
public struct QueryResult: Sendable {
    public var value: QueryValue
    /// Texts in Prometheus's form with `PromQL warning: ` and ` (line:col)`, deduplicated, unlimited.
    public var warnings: [String] = []
    public var infos: [String] = []
    /// Samples read from the source.
    public var samplesRead = 0
}

/// Times are milliseconds.
public enum QueryValue: Sendable {
    case scalar(time: Int64, value: Double)
    case string(time: Int64, value: String)
    /// Instant queries. Order as reference 3.3 has it.
    case vector([VectorElement])
    /// Range queries and range-vector results, sorted by labels.
    case matrix([MatrixElement])
}

/// One sample of an instant vector.
public struct VectorElement: Sendable {
    public var labels: LabelSet
    /// Milliseconds.
    public var time: Int64
    public var value: Double

    public init(labels: LabelSet, time: Int64, value: Double) {
        self.labels = labels
        self.time = time
        self.value = value
    }
}

/// One series of a range vector or of a range query.
public struct MatrixElement: Sendable {
    public var labels: LabelSet
    public var samples: SampleBuffer

    public init(labels: LabelSet, samples: SampleBuffer) {
        self.labels = labels
        self.samples = samples
    }
}

/// Why a query has no answer. There are no partial results.
public enum QueryError: Error, Sendable, CustomStringConvertible {
    /// Prometheus's `execution` errors: duplicate labels, bad parameters, native histograms …
    case execution(String)
    /// Something of the language that this engine does not have, such as native histograms. The API answers it as an execution error.
    case unsupported(String)
    case tooManySamples
    case timeout
    case canceled
    /// The source failed.
    case storage(String)

    public var description: String {
        switch self {
        case .execution(let text), .unsupported(let text), .storage(let text): text
        case .tooManySamples: "query processing would load too many samples into memory in query execution"
        case .timeout: "query timed out in expression evaluation"
        case .canceled: "query was canceled in expression evaluation"
        }
    }
}
