import Dispatch
public import PromQL
public import Rules
public import SampleStore

/// Rules over the samples of this process.
public struct LocalSource: QuerySource {
    /// What `query_source` calls it.
    public static let localName = "local"

    /// `local`
    public let name = LocalSource.localName
    private let store: SampleStore
    private let engine: QueryEngine
    private let timeout: Int64
    private static let deadlines = DispatchQueue(label: "flatalert.rules.deadlines")

    /// A source over this store.
    ///
    /// - Parameter timeout: The longest a query may take, milliseconds; the default is Prometheus's.
    public init(store: SampleStore, options: QueryEngine.Options = QueryEngine.Options(), timeout: Int64 = 120_000) {
        self.store = store
        self.timeout = timeout
        engine = QueryEngine(options: options)
    }

    /// Evaluates at one instant.
    public func instant(_ query: RuleQuery, at time: Int64) throws(QuerySourceError) -> QueryResult {
        try withDeadline { (control) throws(QueryError) in
            try engine.instant(query.expression, text: query.source, at: time, source: store, control: control)
        }
    }

    /// Evaluates at every step from a time through another.
    public func range(_ query: RuleQuery, from start: Int64, through end: Int64, step: Int64) throws(QuerySourceError) -> QueryResult {
        try withDeadline { (control) throws(QueryError) in
            try engine.range(query.expression, text: query.source, from: start, through: end, step: step, source: store, control: control)
        }
    }

    private func withDeadline(_ body: (QueryControl) throws(QueryError) -> QueryResult) throws(QuerySourceError) -> QueryResult {
        let control = QueryControl()
        let deadline = DispatchWorkItem { control.expire() }
        Self.deadlines.asyncAfter(deadline: .now() + .milliseconds(Int(clamping: timeout)), execute: deadline)
        defer { deadline.cancel() }
        do throws(QueryError) { return try body(control) } catch { throw QuerySourceError("\(error)") }
    }
}
