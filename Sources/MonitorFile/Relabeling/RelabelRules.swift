public import RE2

/// One relabelling step (reference 5.5), checked when it was read.
public struct RelabelRule: Sendable, Hashable {
    /// What is done.
    public enum Action: String, Sendable, Hashable, CaseIterable {
        // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
        case replace, keep, drop, keepequal, dropequal, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase
    }

    /// `source_labels`
    public var sourceLabels: [String] = []
    /// `separator`
    public var separator = ";"
    /// `regex`, as written; compiled anchored, the dot matches newlines.
    public var pattern = "(.*)"
    /// `modulus`
    public var modulus: UInt64 = 0
    /// `target_label`
    public var targetLabel = ""
    /// `replacement`
    public var replacement = "$1"
    /// `action`
    public var action = Action.replace
    /// Whether label names keep to letters, digits and `_`.
    public var legacyNames = false
    /// The compiled pattern; equal patterns are equal rules.
    public var regex: RE2Regex

    /// A rule with the defaults and this pattern.
    public init(regex: RE2Regex, pattern: String) {
        self.regex = regex
        self.pattern = pattern
    }

    /// Rules are equal when they say the same.
    public static func == (left: RelabelRule, right: RelabelRule) -> Bool {
        left.sourceLabels == right.sourceLabels && left.separator == right.separator && left.pattern == right.pattern
            && left.modulus == right.modulus && left.targetLabel == right.targetLabel && left.replacement == right.replacement
            && left.action == right.action && left.legacyNames == right.legacyNames
    }

    /// Equal rules hash alike.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(pattern)
        hasher.combine(targetLabel)
        hasher.combine(action)
    }
}

/// Relabelling steps in their order.
public struct RelabelRules: Sendable, Hashable {
    /// The steps.
    public let rules: [RelabelRule]
    /// The same, prepared.
    let steps: [RelabelStep]

    /// These steps; none leave everything as it is.
    public init(_ rules: [RelabelRule] = []) {
        self.rules = rules
        steps = rules.map(RelabelStep.init)
    }

    /// Rules are equal when they say the same.
    public static func == (left: RelabelRules, right: RelabelRules) -> Bool { left.rules == right.rules }

    /// Equal rules hash alike.
    public func hash(into hasher: inout Hasher) { hasher.combine(rules) }

    /// Whether nothing is done.
    public var isEmpty: Bool { rules.isEmpty }
}
