public import AlertCore

/// One element of `inhibit_rules` (reference 6.1): the rule, and how it was written.
public struct InhibitRuleConfiguration: Sendable {
    /// What the machine acts on, all forms of matchers merged.
    public var rule: InhibitRule
    /// `source_match` and its kin as written.
    var source = MatcherForms()
    /// `target_match` and its kin as written.
    var target = MatcherForms()
}
