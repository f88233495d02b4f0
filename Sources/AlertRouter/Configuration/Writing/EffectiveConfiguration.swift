import AlertCore
import ClientConfiguration
import Labels
import StrictYAML
import Time
import Transport

extension AlertmanagerConfiguration {
    /// The configuration as it acts, for `/api/v2/status` and `config show`: defaults filled in, the global `http_config` in each receiver,
    /// secrets masked. Alertmanager's tools can read it back.
    public func marshalled() -> String { YAMLWriter().string(effective) }

    var effective: YAMLValue {
        var members = MemberList()
        members.add("global", global.effective)
        members.add("route", route.effective(isRoot: true))
        members.addUnlessEmpty("inhibit_rules", inhibitRules.map(\.effective))
        let used = route.receiverNames
        members.add("receivers", .sequence(receivers.map { $0.effective(isUsed: used.contains($0.name)) }))
        members.add("templates", .strings(templates))
        members.addUnlessEmpty("mute_time_intervals", muteTimeIntervals.map(\.effective))
        members.addUnlessEmpty("time_intervals", timeIntervals.map(\.effective))
        return members.value
    }
}

/// The members of a mapping under construction.
struct MemberList {
    private var members: [YAMLValue.Member] = []

    var value: YAMLValue { .mapping(members) }
    var isEmpty: Bool { members.isEmpty }

    mutating func add(_ key: String, _ value: YAMLValue) { members.append(YAMLValue.Member(key, value)) }

    mutating func addUnlessEmpty(_ key: String, _ text: String) {
        if !text.isEmpty { add(key, .string(text)) }
    }

    mutating func addUnlessEmpty(_ key: String, _ values: [YAMLValue]) {
        if !values.isEmpty { add(key, .sequence(values)) }
    }

    mutating func addUnlessEmpty(_ key: String, _ members: MemberList) {
        if !members.isEmpty { add(key, members.value) }
    }

    mutating func addUnlessEmpty(_ key: String, _ pairs: [MatchPair]) {
        if !pairs.isEmpty { add(key, .mapping(pairs.map { YAMLValue.Member($0.name, .string($0.value)) })) }
    }

    mutating func add(_ key: String, _ span: TimeSpan?) {
        if let span { add(key, .string(PrometheusDuration.format(span))) }
    }

    /// A secret under its key, or its file's path under the other.
    mutating func add(_ key: String, file: String, _ source: TextSource?, isSecret: Bool = true) {
        switch source {
        case .inline(let text): add(key, .string(isSecret ? TextSource.mask : text))
        case .file(let path): add(file, .string(path))
        case nil: break
        }
    }
}

extension YAMLValue {
    static func strings(_ texts: [String]) -> YAMLValue { .sequence(texts.map { .string($0) }) }
}
