import AlertCore
import Labels
import StrictYAML
import Time

extension RouteConfiguration {
    func effective(isRoot: Bool = false) -> YAMLValue {
        var members = MemberList()
        members.addUnlessEmpty("receiver", receiver ?? "")
        // Below the root an empty list means something: it undoes the parent's.
        if !groupByNames.isEmpty || groupBy != nil && !isRoot { members.add("group_by", .strings(groupByNames)) }
        members.addUnlessEmpty("match", forms.equal)
        members.addUnlessEmpty("match_re", forms.regex)
        members.addUnlessEmpty("matchers", forms.list.map { .string("\($0)") })
        members.addUnlessEmpty("mute_time_intervals", muteTimeIntervals.map { .string($0) })
        members.addUnlessEmpty("active_time_intervals", activeTimeIntervals.map { .string($0) })
        members.add("continue", .bool(continues))
        members.addUnlessEmpty("routes", routes.map { $0.effective() })
        members.add("group_wait", groupWait)
        members.add("group_interval", groupInterval)
        members.add("repeat_interval", repeatInterval)
        members.addUnlessEmpty("labels", labels.map { MatchPair(name: $0.name, value: $0.template) })
        return members.value
    }
}

extension InhibitRuleConfiguration {
    var effective: YAMLValue {
        var members = MemberList()
        members.addUnlessEmpty("name", rule.name)
        for (prefix, forms) in [("source", source), ("target", target)] {
            members.addUnlessEmpty("\(prefix)_match", forms.equal)
            members.addUnlessEmpty("\(prefix)_match_re", forms.regex)
            members.addUnlessEmpty("\(prefix)_matchers", forms.list.map { .string("\($0)") })
        }
        members.addUnlessEmpty("equal", rule.equal.map { .string($0) })
        return members.value
    }
}

extension TimeIntervalConfiguration {
    var effective: YAMLValue {
        var members = MemberList()
        members.add("name", .string(name))
        members.add("time_intervals", .sequence(interval.specs.map(Self.effective)))
        return members.value
    }

    private static func effective(_ spec: TimeIntervalSpec) -> YAMLValue {
        var members = MemberList()
        members.addUnlessEmpty(
            "times",
            spec.times.map { times in
                [
                    "start_time": .string(TimeRangeText.text(minute: times.lowerBound)),
                    "end_time": .string(TimeRangeText.text(minute: times.upperBound)),
                ]
            })
        members.addUnlessEmpty("weekdays", spec.weekdays.map { .string(TimeRangeText.text(weekdays: $0)) })
        members.addUnlessEmpty("days_of_month", spec.daysOfMonth.map { .string(TimeRangeText.text(days: $0)) })
        members.addUnlessEmpty("months", spec.months.map { .string(TimeRangeText.text(numbers: $0)) })
        members.addUnlessEmpty("years", spec.years.map { .string(TimeRangeText.text(numbers: $0)) })
        members.addUnlessEmpty("location", spec.zone?.name ?? "")
        return members.value
    }
}
