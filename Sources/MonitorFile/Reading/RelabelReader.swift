import ClientConfiguration
import Labels
import RE2
public import StrictYAML

/// Reads lists of relabelling steps with all checks of reference 5.5.
public struct RelabelReader {
    private let decoder: YAMLDecoder
    private let legacyNames: Bool

    /// A reader.
    ///
    /// - Parameters:
    ///   - decoder: Who hears what is wrong.
    ///   - legacyNames: Whether label names keep to letters, digits and `_`.
    public init(decoder: YAMLDecoder, legacyNames: Bool = false) {
        self.decoder = decoder
        self.legacyNames = legacyNames
    }

    /// The steps of a list; none if it is absent.
    ///
    /// - Parameter empty: The complaint about an element without anything.
    public func read(_ list: YAMLElement?, empty: String = "empty or null relabeling rule") -> RelabelRules {
        RelabelRules(
            list?.list { element in
                if element.isNull { element.fail(empty) }
                return element.mapping(as: "relabel_config", rule)
            } ?? [])
    }

    private func rule(_ fields: YAMLMapping) -> RelabelRule? {
        // A key without a value is the empty pattern, not the default.
        let pattern = fields.text("regex", default: "(.*)")
        let compiled: RE2Regex
        do throws(RE2Error) {
            compiled = try RE2Regex(anchored: pattern, dotMatchesNewline: true)
        } catch {
            fields.fail("regex", error.message)
            _ = ["source_labels", "separator", "modulus", "target_label", "replacement", "action"].map { fields[$0] }
            return nil
        }
        var rule = RelabelRule(regex: compiled, pattern: pattern)
        rule.legacyNames = legacyNames
        rule.sourceLabels = sourceLabels(fields["source_labels"])
        rule.separator = fields.text("separator", default: rule.separator)
        rule.modulus = modulus(fields["modulus"])
        rule.targetLabel = fields.text("target_label")
        rule.replacement = fields.text("replacement", default: rule.replacement)
        guard let action = action(fields) else { return nil }
        rule.action = action
        return isSound(rule, fields) ? rule : nil
    }

    private func sourceLabels(_ element: YAMLElement?) -> [String] {
        element?.list { element in
            guard let name = element.isNull ? "" : element.string() else { return nil }
            if !element.isNull, !isValidLabelName(name, mode: mode) { element.fail("\(GoQuote.quote(name)) is not a valid label name") }
            return name
        } ?? []
    }

    private func modulus(_ element: YAMLElement?) -> UInt64 {
        guard let element else { return 0 }
        guard case .double(let number) = element.node.scalar?.value, number >= 0 else {
            return element.int64(in: 0...Int64.max).map { UInt64($0) } ?? 0
        }
        return element.node.scalar.flatMap { UInt64($0.text) } ?? (number < 0x1p64 ? UInt64(number) : 0)
    }

    private func action(_ fields: YAMLMapping) -> RelabelRule.Action? {
        guard let element = fields["action"] else { return .replace }
        guard !element.isNull else {
            element.fail("relabel action cannot be empty")
            return nil
        }
        guard let text = element.string() else { return nil }
        let action = RelabelRule.Action(rawValue: text.lowercased())
        if action == nil {
            let known = RelabelRule.Action.allCases.map(\.rawValue).joined(separator: ", ")
            element.fail("unknown relabel action \(GoQuote.quote(text)), known: \(known)")
        }
        return action
    }

    // MARK: - What goes together

    private var mode: LabelNameMode { legacyNames ? .classic : .utf8 }

    private func isSound(_ rule: RelabelRule, _ fields: YAMLMapping) -> Bool {
        let action = rule.action.rawValue
        switch rule.action {
        case .keep, .drop: return true
        case .labeldrop, .labelkeep:
            guard
                fields.isSet("source_labels") || !rule.targetLabel.isEmpty || rule.modulus != 0 || rule.separator != ";"
                    || rule.replacement != "$1"
            else { return true }
            fields.fail("\(action) action requires only 'regex', and no other fields")
            return false
        case .labelmap:
            if isTarget(rule.replacement) { return true }
            fields.fail("replacement", "\(GoQuote.quote(rule.replacement)) is invalid 'replacement' for \(action) action")
            return false
        case .replace, .hashmod, .lowercase, .uppercase, .keepequal, .dropequal: return hasSoundTarget(rule, fields)
        }
    }

    private func hasSoundTarget(_ rule: RelabelRule, _ fields: YAMLMapping) -> Bool {
        let action = rule.action.rawValue
        if rule.action == .hashmod, rule.modulus == 0 {
            fields.fail("modulus", "relabel configuration for hashmod requires non-zero modulus")
            return false
        }
        guard !rule.targetLabel.isEmpty else {
            fields.fail("target_label", "relabel configuration for \(action) action requires 'target_label' value")
            return false
        }
        guard rule.action == .hashmod ? isValidLabelName(rule.targetLabel, mode: mode) : isTarget(rule.targetLabel) else {
            fields.fail("target_label", "\(GoQuote.quote(rule.targetLabel)) is invalid 'target_label' for \(action) action")
            return false
        }
        guard rule.action != .replace, rule.action != .hashmod else { return true }
        guard rule.replacement == "$1" else {
            fields.fail("replacement", "'replacement' can not be set for \(action) action")
            return false
        }
        guard rule.action == .keepequal || rule.action == .dropequal else { return true }
        guard fields["regex"] == nil, rule.modulus == 0, rule.separator == ";" else {
            fields.fail("\(action) action requires only 'source_labels' and `target_label`, and no other fields")
            return false
        }
        return true
    }

    /// Whether a text, in which groups of the pattern may stand, can become a label's name.
    private func isTarget(_ text: String) -> Bool {
        guard legacyNames else { return isValidLabelName(text, mode: .utf8) }
        var rest = Array(text.utf8)[...]
        guard let first = rest.first, first &- 0x30 >= 10 else { return false }
        while let byte = rest.popFirst() {
            if Self.isWord(byte) { continue }
            guard byte == UInt8(ascii: "$") else { return false }
            let isBraced = rest.first == UInt8(ascii: "{")
            if isBraced { rest.removeFirst() }
            let name = rest.prefix { Self.isWord($0) }
            rest = rest.dropFirst(name.count)
            guard !name.isEmpty, !isBraced || rest.popFirst() == UInt8(ascii: "}") else { return false }
        }
        return true
    }

    private static func isWord(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "_") }
}
