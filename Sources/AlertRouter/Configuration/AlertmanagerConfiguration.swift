/// A whole `alertmanager.yml`, read and checked (reference 1): every name in it is defined, every regex compiles.
///
/// ```swift
/// let configuration = try AlertmanagerConfiguration.load(file: "alertmanager.yml")
/// for warning in configuration.warnings { log(warning) }
/// machine.reload(configuration.core(), at: now, into: &effects)
/// ```
public struct AlertmanagerConfiguration: Sendable {
    /// The file as it was named.
    public let file: String
    /// The file's text.
    public let originalText: String
    /// The first six bytes of the MD5 of the file's text as a little-endian number (reference 13, `config_hash`).
    public let hash: UInt64
    /// `global`.
    public let global: GlobalConfiguration
    /// The root of the routing tree.
    public let route: RouteConfiguration
    /// `receivers`, in order.
    public let receivers: [ReceiverConfiguration]
    /// `inhibit_rules`, in order.
    public let inhibitRules: [InhibitRuleConfiguration]
    /// `templates`: patterns, joined to the configuration's directory.
    public let templates: [String]
    /// The files that the patterns match, each once, in the order of the patterns.
    public let templateFiles: [String]
    /// `time_intervals`, in order.
    public let timeIntervals: [TimeIntervalConfiguration]
    /// `mute_time_intervals`, the older name of the same, in order.
    public let muteTimeIntervals: [TimeIntervalConfiguration]
    /// Every text in it that is a template.
    public let templatedTexts: [TemplateCheck.Text]
    /// The default templates, those of the files, and every templated text, compiled.
    public let messageTemplates: NotificationTemplates
    /// What works but is probably not meant. See also `warnings(retention:)`.
    public let warnings: [ConfigurationWarning]

    /// The integration that a delivery is for: indices as in `CoreConfiguration.receivers` and `Receiver.integrations`.
    public func integration(receiver: Int, at index: Int) -> IntegrationConfiguration? {
        receivers.indices.contains(receiver) ? receivers[receiver].integration(at: index) : nil
    }
}
