import StrictYAML
import Time

/// Reads rule files (Prometheus reference 1.1 and 1.2).
///
/// ```swift
/// let file = try RuleFileReader.read(bytes, file: "rules/node.yml")
/// ```
public enum RuleFileReader {
    /// Reads and checks a file.
    ///
    /// - Parameters:
    ///   - bytes: Its contents.
    ///   - file: What to call it in complaints; groups remember it.
    /// - Throws: Everything that is wrong with it. What keeps it from being understood, such as an unknown key, hides what its rules have wrong.
    public static func read(
        _ bytes: [UInt8], file: String, options: RuleFileOptions = RuleFileOptions()
    ) throws(RuleFileError) -> RuleFile {
        let decoder = YAMLDecoder(file: file, ignoresUnknownKeys: options.ignoresUnknownFields)
        var rest: YAMLPosition?
        let groups: [WrittenGroup]
        do throws(YAMLError) {
            let root = try YAMLDocument.parse(bytes, file: file, merging: .writtenFirst) { rest = $0 }
            groups = decoder.element(root)?.mapping(as: "rulefmt.RuleGroups") { $0.list("groups", group) } ?? []
            try decoder.finish()
        } catch {
            throw RuleFileError(error)
        }
        var check = RuleFileCheck(file: file, options: options)
        let definitions = check.definitions(of: groups)
        guard check.problems.isEmpty else { throw RuleFileError(problems: check.problems) }
        var result = RuleFile(path: file, groups: definitions)
        if let rest { result.warnings.append("\(file): \(rest): a second document begins here; only the first is read") }
        return result
    }

    private static func group(_ element: YAMLElement) -> WrittenGroup? {
        element.mapping(as: "rulefmt.RuleGroup") { fields in
            var group = WrittenGroup(position: fields.position)
            group.name = fields.string("name") ?? ""
            group.interval = duration("interval", fields)
            group.queryOffset = duration("query_offset", fields)
            group.limit = fields["limit"].map(limit) ?? 0
            group.source = fields.string("query_source")
            group.labels = fields["labels"].map(labels) ?? []
            group.rules = fields.list("rules", rule) ?? []
            return group
        }
    }

    private static func rule(_ element: YAMLElement) -> WrittenRule? {
        element.mapping(as: "rulefmt.Rule") { fields in
            var rule = WrittenRule(position: fields.position)
            rule.record = fields["record"].map(text)
            rule.alert = fields["alert"].map(text)
            rule.expression = fields["expr"].map(text)
            rule.holdDuration = duration("for", fields) ?? 0
            rule.keepFiringFor = duration("keep_firing_for", fields) ?? 0
            rule.labels = fields["labels"].map(labels) ?? []
            rule.annotations = fields["annotations"].map(labels) ?? []
            return rule
        }
    }

    private static func text(_ element: YAMLElement) -> WrittenText {
        WrittenText(text: element.string() ?? "", position: element.node.position)
    }

    private static func duration(_ key: String, _ fields: YAMLMapping) -> Int64? {
        fields.parsed(key) { (text) throws(DurationError) in try PrometheusDuration.parse(text).nanoseconds / 1_000_000 }
    }

    /// yaml.v3 takes a number with a fraction for an integer and cuts it.
    private static func limit(_ element: YAMLElement) -> Int {
        if case .double(let value) = element.node.scalar?.value, let whole = Int(exactly: value.rounded(.towardZero)) { return whole }
        return element.int() ?? 0
    }

    private static func labels(_ element: YAMLElement) -> [WrittenLabel] {
        let labels = element.entries()?.compactMap { entry -> WrittenLabel? in
            let value = entry.value.isNull ? "" : entry.value.string()
            return value.map { WrittenLabel(name: entry.key, value: $0, isDamaged: entry.value.node.scalar?.isRepaired == true) }
        }
        return labels?.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } ?? []
    }
}

extension RuleFileError {
    /// A line for each issue: `<file>: <line>:<col>: <path>: <message>`.
    init(_ error: YAMLError) {
        problems = error.issues.map { issue in
            "\(error.file): \(issue.position): \(issue.path.isEmpty ? "" : issue.path + ": ")\(issue.message)"
        }
    }
}
