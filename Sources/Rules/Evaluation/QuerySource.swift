public import PromQL

/// Where rules find samples: the local store, or any Prometheus-compatible query API. Calls block; times are milliseconds.
public protocol QuerySource: Sendable {
    /// For messages and status: `local`, or the configured name.
    var name: String { get }

    /// Evaluates at one instant. An answer that is not complete and right is an error, never an empty result.
    func instant(_ query: RuleQuery, at time: Int64) throws(QuerySourceError) -> QueryResult

    /// Evaluates at every step from a time through another.
    func range(_ query: RuleQuery, from start: Int64, through end: Int64, step: Int64) throws(QuerySourceError) -> QueryResult

    /// The same source for one pass of a group, which may go on trying after an outage until this time of the monotonic clock (nanoseconds).
    func bounded(until deadline: Int64) -> any QuerySource
}

extension QuerySource {
    /// A source that answers or fails at once needs no bound.
    public func bounded(until deadline: Int64) -> any QuerySource { self }
}

extension QueryResult {
    /// Whether some of the source's samples may be missing: a warning that is not of the language itself tells of storage that did not answer.
    /// What is absent from such a result may well exist.
    public var isPartial: Bool { warnings.contains { !$0.hasPrefix("PromQL ") } }
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
