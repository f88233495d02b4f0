import AlertCore
import ClientConfiguration
import Labels
import StrictYAML

/// The names that routes may refer to; nil where they could not be read, so that no name counts as undefined.
struct DefinedNames {
    let receivers: Set<String>?
    let timeIntervals: Set<String>?
}

extension ConfigurationReader {
    /// A node of the routing tree with its children (reference 1.4).
    func route(_ fields: YAMLMapping, isRoot: Bool, names: DefinedNames) -> RouteConfiguration {
        var route = RouteConfiguration(position: fields.position)
        if let receiver = fields.string("receiver"), !receiver.isEmpty {
            route.receiver = receiver
            if names.receivers?.contains(receiver) == false {
                fields.fail("receiver", "undefined receiver \(GoQuote.quote(receiver)) used in route")
            }
        } else if isRoot, fields["receiver"]?.node.scalar != nil || !fields.isSet("receiver") {
            fields.fail("receiver", "root route must specify a default receiver")
        }
        grouping(fields, into: &route)
        (route.forms, route.matchers) = matchers(fields)
        route.continues = fields.bool("continue") ?? false
        route.muteTimeIntervals = intervalNames(fields["mute_time_intervals"], names: names)
        route.activeTimeIntervals = intervalNames(fields["active_time_intervals"], names: names)
        route.labels = routeLabels(fields["labels"])
        if isRoot { checkRoot(fields, route) }
        route.routes =
            fields.list("routes") { element in
                if element.isNull { element.fail("empty element in routes") }
                return element.mapping(as: "route") { self.route($0, isRoot: false, names: names) }
            } ?? []
        return route
    }

    private func checkRoot(_ fields: YAMLMapping, _ route: RouteConfiguration) {
        for key in ["match", "match_re", "matchers"] {
            guard let node = fields[key]?.node, node.sequence?.isEmpty == false || node.mapping?.isEmpty == false else { continue }
            fields.fail(key, "root route must not have any matchers")
        }
        if route.continues { fields.fail("continue", "cannot have continue in root route") }
        if !route.muteTimeIntervals.isEmpty { fields.fail("mute_time_intervals", "root route must not have any mute time intervals") }
        if !route.activeTimeIntervals.isEmpty { fields.fail("active_time_intervals", "root route must not have any active time intervals") }
    }

    private func grouping(_ fields: YAMLMapping, into route: inout RouteConfiguration) {
        if let names = fields.list("group_by", { element in (element.isNull ? "" : element.string()).map { (element, $0) } }) {
            var seen: Set<String> = []
            for (element, name) in names {
                if name != "..." { checkLabelName(name, at: element.node.position) { "invalid label name \($0) in group_by list" } }
                if !seen.insert(name).inserted { element.fail("duplicated label \(GoQuote.quote(name)) in group_by") }
            }
            if seen.count > 1, seen.contains("...") {
                fields.fail("group_by", "cannot have wildcard group_by (`...`) and other labels at the same time")
            }
            route.groupByNames = names.map(\.1)
            route.groupBy = seen.contains("...") ? .all : .labels(seen.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        }
        route.groupWait = fields.duration("group_wait")
        route.groupInterval = fields.duration("group_interval")
        route.repeatInterval = fields.duration("repeat_interval")
        if route.groupInterval == .zero { fields.fail("group_interval", "group_interval cannot be zero") }
        if route.repeatInterval == .zero { fields.fail("repeat_interval", "repeat_interval cannot be zero") }
    }

    private func intervalNames(_ list: YAMLElement?, names: DefinedNames) -> [String] {
        list?.list { element in
            guard let name = element.isNull ? "" : element.string() else { return nil }
            if names.timeIntervals?.contains(name) == false { element.fail("undefined time interval \(GoQuote.quote(name)) used in route") }
            return name
        } ?? []
    }

    private func routeLabels(_ element: YAMLElement?) -> [RouteLabel] {
        templates(element) { "label \(GoQuote.quote($0))" }.map { name, position, text in
            checkLabelName(name, at: position) { "invalid label name \($0) in labels" }
            return RouteLabel(name: name, template: text)
        }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    // MARK: - Inhibition rules

    /// One element of `inhibit_rules` (reference 6.1). Null is a rule without matchers, which mutes nothing.
    func inhibitRule(_ element: YAMLElement) -> InhibitRuleConfiguration? {
        guard !element.isNull else {
            return InhibitRuleConfiguration(rule: InhibitRule(source: Matchers([]), target: Matchers([])))
        }
        return element.mapping(as: "inhibit_rule") { fields in
            let source = matchers(fields, prefix: "source_")
            let target = matchers(fields, prefix: "target_")
            let equal = fields.list("equal") { element -> String? in
                guard let name = element.isNull ? "" : element.string() else { return nil }
                checkLabelName(name, at: element.node.position) { "invalid label name \($0) in equal list" }
                return name
            }
            let rule = InhibitRule(name: fields.string("name") ?? "", source: source.merged, target: target.merged, equal: equal ?? [])
            return InhibitRuleConfiguration(rule: rule, source: source.forms, target: target.forms)
        }
    }
}
