public import GoTemplate

/// Templates of an alerting rule's labels and annotations (reference 1.4).
public enum RuleTemplate {
    /// What stands in front of every template, so that `$labels` and `$value` are there. Places in error texts count it, as Prometheus's do.
    static let definitions =
        "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}"

    private static let templates = TemplateSet(functions: TemplateFunctions.builtins.merging(.rules))

    /// Parses a text of the rule of this name. The error's text is what a rule file's check tells.
    public static func compile(_ text: String, alert: String) throws(TemplateError) -> Template {
        try templates.compile(definitions + text, name: name(alert))
    }

    /// Whether a text is a template at all; any other stands for itself.
    static func hasActions(_ text: String) -> Bool {
        var last: UInt8 = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "{"), last == byte { return true }
            last = byte
        }
        return false
    }

    /// How templates of an alert are called in errors.
    static func name(_ alert: String) -> String { "__alert_" + alert }
}
