public import GoTemplate
public import Time

/// The compiled texts of one configuration: the defaults, the files of `templates`, and every configuration string.
///
/// ```swift
/// var templates = try NotificationTemplates.load(files: configuration.templateFiles)
/// try templates.prepare(#"{{ template "slack.default.title" . }}"#, .none)
/// let data = templates.data(delivery, externalURL: url, maxAlerts: 0, now: now)
/// let title = try templates.text(#"{{ template "slack.default.title" . }}"#, data, now: now)
/// ```
public struct NotificationTemplates: Sendable {
    private struct Key: Hashable {
        let text: String
        let escaping: TemplateEscaping
    }

    private var set: TemplateSet
    private var prepared: [Key: Template] = [:]
    /// Whether some text may ask what the alerts of a message inhibit: it then has to be found out for each.
    private(set) var asksSuppressed: Bool
    /// The bounds of one rendering.
    var limits = TemplateLimits.standard
    /// Whether data is handed over by value, as amtool does, and not by pointer: seen in error texts and when it is printed as a whole.
    public var passesDataByValue = false

    init(set: TemplateSet, asksSuppressed: Bool = false) {
        self.set = set
        self.asksSuppressed = asksSuppressed
    }

    /// Whether a text has the name of the field: templates cannot ask for it in another way.
    static func mentionsSuppressed(_ text: String) -> Bool { text.contains("Suppressed") }

    /// Adds the templates that a text defines; they replace earlier ones of the same name.
    ///
    /// - Parameters:
    ///   - text: The text of a template file.
    ///   - name: The file's base name.
    mutating func add(_ text: String, name: String) throws(TemplateError) {
        try set.add(text, name: name)
        asksSuppressed = asksSuppressed || Self.mentionsSuppressed(text)
        prepared = [:]
    }

    /// Compiles a configuration string once and keeps it. Called at load for each templated field.
    public mutating func prepare(_ text: String, _ escaping: TemplateEscaping) throws(TemplateError) {
        let key = Key(text: text, escaping: escaping)
        guard escaping == .html || Self.hasActions(text), prepared[key] == nil else { return }
        prepared[key] = try set.compile(text, escaping: escaping)
        asksSuppressed = asksSuppressed || Self.mentionsSuppressed(text)
    }

    /// Renders a configuration string, prepared or not.
    ///
    /// - Parameters:
    ///   - source: The string as configured.
    ///   - data: What it is rendered with.
    ///   - now: The time that templates see.
    public func text(_ source: String, _ data: NotificationData, now: Timestamp) throws(TemplateError) -> String {
        try render(source, .none, data, now: now)
    }

    /// Renders a configuration string as HTML: what it prints is escaped for its place.
    public func html(_ source: String, _ data: NotificationData, now: Timestamp) throws(TemplateError) -> String {
        try render(source, .html, data, now: now)
    }

    /// Whether a template of this name is defined.
    public func contains(_ name: String) -> Bool { set.contains(name) }

    /// A text without actions is what it says.
    private static func hasActions(_ text: String) -> Bool {
        var isOpen = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: "{") {
                if isOpen { return true }
                isOpen = true
            } else {
                isOpen = false
            }
        }
        return false
    }

    private func render(
        _ source: String, _ escaping: TemplateEscaping, _ data: NotificationData, now: Timestamp
    ) throws(TemplateError) -> String {
        // A page is looked into even so: it may end inside a tag, and its comments are dropped.
        guard escaping == .html || Self.hasActions(source) else { return source }
        let template: Template
        if let known = prepared[Key(text: source, escaping: escaping)] {
            template = known
        } else {
            template = try set.compile(source, escaping: escaping)
        }
        let environment = TemplateEnvironment(now: now, values: TemplateFunctions.values(routeLabels: data.routeLabels))
        return try template.render(
            .object(TemplateData(data, passing: passesDataByValue ? .value : .pointer)), environment: environment, limits: limits)
    }
}
