import GoTemplate
import Labels
import PromQL
import StrictYAML

/// Checks decoded groups, with Prometheus's texts and places (reference 1.2), and makes definitions of them.
struct RuleFileCheck {
    let file: String
    let options: RuleFileOptions
    /// In the order of the file.
    private(set) var problems: [String] = []

    init(file: String, options: RuleFileOptions) {
        self.file = file
        self.options = options
    }

    mutating func definitions(of groups: [WrittenGroup]) -> [RuleGroupDefinition] {
        var names: Set<String> = []
        return groups.map { group in
            if group.name.isEmpty { report("\(group.position): Groupname must not be empty") }
            if !names.insert(group.name).inserted {
                report("\(group.position): groupname: \"\(group.name)\" is repeated in the same file")
            }
            for label in group.labels { for message in faults(ofLabel: label) { report(message) } }
            return definition(of: group)
        }
    }

    private mutating func report(_ message: String) { problems.append("\(file): \(message)") }

    private mutating func definition(of group: WrittenGroup) -> RuleGroupDefinition {
        var definition = RuleGroupDefinition(file: file, name: group.name)
        // An interval of zero is no interval, but an offset of zero is one.
        definition.interval = group.interval == 0 ? nil : group.interval
        definition.queryOffset = group.queryOffset
        definition.limit = max(group.limit, 0)
        definition.source = group.source?.isEmpty == true ? nil : group.source
        for (index, rule) in group.rules.enumerated() {
            var checked = WrittenRuleCheck(rule: rule, options: options)
            let query = checked.query()
            checked.checkRest()
            let place = "group \(GoQuote.quote(group.name)), rule \(index + 1), \(GoQuote.quote(rule.name)): "
            for fault in checked.faults { report(fault.places.map { $0 + ": " }.joined() + place + fault.message) }
            if let query { definition.rules.append(self.definition(of: rule, query: query, groupLabels: group.labels)) }
        }
        return definition
    }

    private func definition(of rule: WrittenRule, query: RuleQuery, groupLabels: [WrittenLabel]) -> RuleDefinition {
        var definition = RuleDefinition(kind: rule.alert?.text.isEmpty == false ? .alerting : .recording, name: rule.name, query: query)
        definition.holdDuration = rule.holdDuration
        definition.keepFiringFor = rule.keepFiringFor
        let own = Set(rule.labels.map(\.name))
        definition.labels = Self.texts(rule.labels + groupLabels.filter { !own.contains($0.name) })
        definition.annotations = Self.texts(rule.annotations)
        definition.line = rule.position.line
        return definition
    }

    private static func texts(_ labels: [WrittenLabel]) -> [TemplatedText] {
        labels.map { TemplatedText(name: $0.name, template: $0.value) }.sorted {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
    }

    private func faults(ofLabel label: WrittenLabel) -> [String] { label.faults(mode: options.labelNames) }
}

/// The checks of one rule, in Prometheus's order.
private struct WrittenRuleCheck {
    struct Fault {
        /// `line:column` of the scalars at fault; none where Prometheus tells none.
        var places: [String]
        var message: String
    }

    let rule: WrittenRule
    let options: RuleFileOptions
    private(set) var faults: [Fault] = []

    init(rule: WrittenRule, options: RuleFileOptions) {
        self.rule = rule
        self.options = options
    }

    private var isRecording: Bool { rule.record?.text.isEmpty == false }
    private var isAlerting: Bool { rule.alert?.text.isEmpty == false }

    /// Checks the kind, then the expression; nil if there is none that can be parsed.
    mutating func query() -> RuleQuery? {
        if isRecording && isAlerting { report("only one of 'record' and 'alert' must be set", at: rule.record, rule.alert) }
        if !isRecording && !isAlerting { report("one of 'record' or 'alert' must be set", at: rule.record, rule.alert) }
        guard let expression = rule.expression, !expression.text.isEmpty else {
            report("field 'expr' must be set in rule", at: rule.expression)
            return nil
        }
        do throws(PromQLSyntaxError) {
            return try RuleQuery(expression.text, options: options.parser)
        } catch {
            report("could not parse expression: \(error)", at: expression)
            return nil
        }
    }

    mutating func checkRest() {
        if isRecording, let record = rule.record { check(record) }
        for label in rule.labels { for message in label.faults(mode: options.labelNames) { reportWithoutPlace(message) } }
        for annotation in rule.annotations where !isValidLabelName(annotation.name, mode: options.labelNames) {
            reportWithoutPlace("invalid annotation name: \(annotation.name)")
        }
        guard isAlerting else { return }
        for label in rule.labels { parseTemplate(label, of: "label") }
        for annotation in rule.annotations { parseTemplate(annotation, of: "annotation") }
    }

    private mutating func parseTemplate(_ text: WrittenLabel, of kind: String) {
        do throws(TemplateError) {
            _ = try RuleTemplate.compile(text.value, alert: rule.name)
        } catch {
            reportWithoutPlace("\(kind) \(GoQuote.quote(text.name)): \(error)")
        }
    }

    private mutating func check(_ record: WrittenText) {
        func refuse(_ field: String) -> String { "invalid field '\(field)' in recording rule" }
        if !rule.annotations.isEmpty { report(refuse("annotations"), at: record) }
        if rule.holdDuration != 0 { report(refuse("for"), at: record) }
        if rule.keepFiringFor != 0 { report(refuse("keep_firing_for"), at: record) }
        if options.legacyNames && !Self.isLegacyMetricName(record.text) {
            report("invalid recording rule name: \(record.text)", at: record)
        } else if record.text.contains(where: { $0 == "{" || $0 == "}" }) {
            report("braces present in the recording rule name; should it be in expr?: \(record.text)", at: record)
        }
    }

    private static func isLegacyMetricName(_ name: String) -> Bool {
        let isWord = name.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x5F || $0 == 0x3A }
        return isWord && name.utf8.first.map { $0 &- 0x30 >= 10 } == true
    }

    private mutating func report(_ message: String, at places: WrittenText?...) {
        faults.append(Fault(places: places.map { $0?.position.description ?? "0:0" }, message: message))
    }

    private mutating func reportWithoutPlace(_ message: String) { faults.append(Fault(places: [], message: message)) }
}

extension RuleFileOptions {
    fileprivate var labelNames: LabelNameMode { legacyNames ? .classic : .utf8 }
}

extension WrittenLabel {
    /// What is wrong with a label that samples are to carry.
    fileprivate func faults(mode: LabelNameMode) -> [String] {
        var faults: [String] = []
        if !isValidLabelName(name, mode: mode) || name == "__name__" { faults.append("invalid label name: \(name)") }
        if isDamaged { faults.append("invalid label value: \(value)") }
        return faults
    }
}
