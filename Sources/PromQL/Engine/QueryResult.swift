public import Labels

/// A query's answer.
public struct QueryResult: Sendable {
    /// What the expression gives.
    public var value: QueryValue
    /// Texts in Prometheus's form with `PromQL warning: ` and ` (line:col)`, deduplicated, unlimited.
    public var warnings: [String] = []
    /// The same with `PromQL info: `.
    public var infos: [String] = []
    /// Samples read from the source.
    public var samplesRead = 0

    /// A result of these parts.
    public init(value: QueryValue, warnings: [String] = [], infos: [String] = [], samplesRead: Int = 0) {
        self.value = value
        self.warnings = warnings
        self.infos = infos
        self.samplesRead = samplesRead
    }
}

/// A value of one of the language's types. Times are milliseconds.
public enum QueryValue: Sendable {
    /// A number.
    case scalar(time: Int64, value: Double)
    /// A string literal.
    case string(time: Int64, value: String)
    /// Instant queries. Order as reference 3.3 has it.
    case vector([VectorElement])
    /// Range queries and range-vector results, sorted by labels.
    case matrix([MatrixElement])
}

/// One sample of an instant vector.
public struct VectorElement: Sendable {
    /// The series' labels.
    public var labels: LabelSet
    /// Milliseconds.
    public var time: Int64
    /// The sample's value.
    public var value: Double

    /// A sample of a series.
    public init(labels: LabelSet, time: Int64, value: Double) {
        self.labels = labels
        self.time = time
        self.value = value
    }
}

/// One series of a range vector or of a range query.
public struct MatrixElement: Sendable {
    /// The series' labels.
    public var labels: LabelSet
    /// Ascending in time.
    public var samples: SampleBuffer

    /// A series with its samples.
    public init(labels: LabelSet, samples: SampleBuffer) {
        self.labels = labels
        self.samples = samples
    }
}

/// Why a query has no answer. There are no partial results.
public enum QueryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Prometheus's `execution` errors: duplicate labels, bad parameters, native histograms …
    case execution(String)
    /// Something of the language that this engine does not have, such as native histograms. The API answers it as an execution error.
    case unsupported(String)
    /// More samples than the engine's limit would be held at one time.
    case tooManySamples
    /// The query's time is over.
    case timeout
    /// Whoever asked went away.
    case canceled
    /// The source failed.
    case storage(String)

    /// The text of Prometheus's API.
    public var description: String {
        switch self {
        case .execution(let text), .unsupported(let text), .storage(let text): text
        case .tooManySamples: "query processing would load too many samples into memory in query execution"
        case .timeout: "query timed out in expression evaluation"
        case .canceled: "query was canceled in expression evaluation"
        }
    }
}
