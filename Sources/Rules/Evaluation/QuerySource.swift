public import PromQL

/// Where rules find samples: the local store, or any Prometheus-compatible query API. Calls block; times are milliseconds.
public protocol QuerySource: Sendable {
    /// For messages and status: `local`, or the configured name.
    var name: String { get }

    /// Evaluates at one instant. An answer that is not complete and right is an error, never an empty result.
    func instant(_ query: RuleQuery, at time: Int64) throws(QuerySourceError) -> QueryResult

    /// Evaluates at every step from a time through another.
    func range(_ query: RuleQuery, from start: Int64, through end: Int64, step: Int64) throws(QuerySourceError) -> QueryResult
}

/// Why a source gave no answer.
public struct QuerySourceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, with the source's place where it is remote.
    public var description: String
    /// Whether the source could not be asked or did not answer, rather than that it refused the query.
    public var isOutage: Bool

    /// An error with this text.
    public init(_ description: String, isOutage: Bool = false) {
        self.description = description
        self.isOutage = isOutage
    }
}
