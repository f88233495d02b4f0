public import Rules

/// The sources that groups may ask, by name.
///
/// ```swift
/// let sources = QuerySources(local: LocalSource(store: store), remotes: [thanos], defaultName: "thanos")
/// try sources.check(groups)
/// ```
public struct QuerySources: Sendable {
    /// The samples of this process.
    public let local: any QuerySource
    /// The name of the source of groups that name none.
    public let defaultName: String
    private let remotes: [String: any QuerySource]

    /// Of remote sources with the same name the last one counts; one cannot take the local one's place.
    ///
    /// - Parameter defaultName: The source of groups that name none; nil is the local one.
    public init(local: any QuerySource, remotes: [any QuerySource] = [], defaultName: String? = nil) {
        self.local = local
        self.defaultName = defaultName ?? local.name
        self.remotes = Dictionary(remotes.map { ($0.name, $0) }) { _, last in last }
    }

    /// All names, the local one first.
    public var names: [String] { [local.name] + remotes.keys.sorted().filter { $0 != local.name } }

    /// The name of the source that a group asks.
    public func name(for group: RuleGroupDefinition) -> String { group.source ?? defaultName }

    /// The source of this name; nil when there is none.
    public func source(named name: String) -> (any QuerySource)? { name == local.name ? local : remotes[name] }

    /// Refuses groups whose source does not exist, and recording rules over a remote source: their series would go into a store that the rule's source does
    /// not look into, so whoever reads them there would find nothing.
    public func check(_ groups: [RuleGroupDefinition]) throws(RuleFileError) {
        let problems = groups.flatMap(problems)
        if !problems.isEmpty { throw RuleFileError(problems: problems) }
    }

    private func problems(of group: RuleGroupDefinition) -> [String] {
        let name = name(for: group)
        guard source(named: name) != nil else {
            let known = names.map { "\"\($0)\"" }.joined(separator: ", ")
            return ["\(group.file): group \"\(group.name)\": query_source \"\(name)\" is not configured: known sources are \(known)"]
        }
        guard name != local.name else { return [] }
        return group.rules.enumerated().compactMap { index, rule in
            guard rule.kind == .recording else { return nil }
            let place = rule.line > 0 ? "\(group.file): \(rule.line)" : group.file
            return "\(place): group \"\(group.name)\", rule \(index + 1), \"\(rule.name)\": "
                + "a recording rule cannot be evaluated over the remote source \"\(name)\": its series could not be written back there; "
                + "record it where \"\(name)\" gets its samples, or move it to a group with query_source: \(local.name)"
        }
    }
}
