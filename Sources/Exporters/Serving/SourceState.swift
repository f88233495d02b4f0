/// How one source of an exporter's metrics fares, in words for people: the exporter's front page, the start message and `flatalert doctor` say it.
public struct SourceState: Sendable, Hashable {
    /// What it is, in a word or two, such as `access log`.
    public var name: String
    /// Where it is: a path or a URL.
    public var place: String
    /// What is wrong with it as of the last look; nil when it could be read.
    public var problem: String?
    /// What to do about the problem.
    public var advice: String

    /// A source that can be read, or has this problem.
    public init(name: String, place: String, problem: String? = nil, advice: String = "") {
        self.name = name
        self.place = place
        self.problem = problem
        self.advice = advice
    }
}

extension MetricCollector {
    /// Nothing worth a word of its own.
    public var sources: [SourceState] { [] }
}

extension Exporter {
    /// How the sources of all collectors fare as of their last look.
    public var sources: [SourceState] { collectors.flatMap(\.sources) }
}
