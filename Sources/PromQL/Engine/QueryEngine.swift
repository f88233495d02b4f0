/// Evaluates expressions over samples. It owns no data and no clock: sources, times and deadlines are arguments.
public struct QueryEngine: Sendable {
    /// What a server or a test sets once for all queries.
    public struct Options: Sendable {
        /// How far an instant selector looks back, milliseconds.
        public var lookback: Int64 = 300_000
        /// Limit of the samples held at one time.
        public var maxSamples = 50_000_000
        /// Step of subqueries that name none, milliseconds.
        public var defaultSubqueryStep: Int64 = 60_000
        /// Names go at the end of the query instead of at once (reference 3.11).
        public var delaysNameRemoval = false

        /// Prometheus's defaults.
        public init() {}
    }

    /// What holds for all queries.
    public var options: Options

    /// An engine with these options.
    public init(options: Options = Options()) { self.options = options }
}
