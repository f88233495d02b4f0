import Labels
import Rules
import WebServer

/// Which rules a request wants (reference 4.3).
struct RuleSelection {
    private let kind: RuleDefinition.Kind?
    private let names: Set<String>
    private let groups: Set<String>
    private let files: Set<String>
    private let selectors: [[Matcher]]
    /// Alerts are left out of the answer.
    let excludesAlerts: Bool
    /// The most groups of one answer; nil for all.
    let limit: Int?
    /// The first group of the answer, as the answer before named it; empty for the first of all.
    let token: String

    init(_ parameters: QueryParameters) throws(QueryAPIError) {
        let type = parameters.first("type")?.lowercased() ?? ""
        switch type {
        case "": kind = nil
        case "alert": kind = .alerting
        case "record": kind = .recording
        default: throw .invalid("type", "not supported value \(GoQuote.quote(type))")
        }
        names = Set(parameters.all("rule_name[]"))
        groups = Set(parameters.all("rule_group[]"))
        files = Set(parameters.all("file[]"))
        selectors = try parameters.selectors()
        excludesAlerts = try Self.boolean(parameters, "exclude_alerts")
        limit = try Self.limit(parameters)
        token = parameters.first("group_next_token") ?? ""
        if !token.isEmpty, limit == nil {
            throw .invalid("group_next_token", "group_limit needs to be present in order to paginate over the groups")
        }
    }

    /// The words that Go's ParseBool knows, in any case.
    private static func boolean(_ parameters: QueryParameters, _ name: String) throws(QueryAPIError) -> Bool {
        switch parameters.first(name)?.lowercased() ?? "" {
        case "1", "t", "true": return true
        case "", "0", "f", "false": return false
        case let other:
            throw .invalid(name, "error converting \(name): strconv.ParseBool: parsing \(GoQuote.quote(other)): invalid syntax")
        }
    }

    private static func limit(_ parameters: QueryParameters) throws(QueryAPIError) -> Int? {
        guard let text = parameters.first("group_limit"), !text.isEmpty else { return nil }
        guard let number = Int(text) else {
            throw .invalid(
                "group_limit", "group_limit need to be a valid number: strconv.ParseInt: parsing \(GoQuote.quote(text)): invalid syntax")
        }
        guard let limit = Int32(exactly: number) else {
            throw .invalid(
                "group_limit", "group_limit need to be a valid number: strconv.ParseInt: parsing \(GoQuote.quote(text)): value out of range"
            )
        }
        guard limit > 0 else { throw .invalid("group_limit", "group_limit need to be greater than 0") }
        return Int(limit)
    }

    /// The rules of a group that are wanted.
    func rules(of group: RuleGroupSnapshot) -> [RuleStatus] {
        guard groups.isEmpty || groups.contains(group.definition.name), files.isEmpty || files.contains(group.definition.file) else {
            return []
        }
        return group.rules.filter(isWanted)
    }

    private func isWanted(_ rule: RuleStatus) -> Bool {
        let definition = rule.definition
        guard kind == nil || kind == definition.kind, names.isEmpty || names.contains(definition.name) else { return false }
        guard !selectors.isEmpty else { return true }
        // Templates are compared as they are written.
        let labels = LabelSet(definition.labels.map { ($0.name, $0.template) })
        return selectors.contains { $0.allSatisfy { $0.matches(labels) } }
    }

    /// Names a group for the next request.
    static func token(of group: RuleGroupSnapshot) -> String {
        SHA256.hexadecimal("\(group.definition.file);\(group.definition.name)")
    }
}
