/// The templates of a configuration, and everything that is wrong with them.
struct CheckedTemplates {
    var templates = NotificationTemplates.defaults
    var issues: [ConfigurationIssue] = []
    var warnings: [ConfigurationWarning] = []

    /// Nothing but the defaults.
    init() {}

    /// Reads files and tries texts that may use what the files define.
    init(files: [String], texts: [TemplateCheck.Text]) {
        do throws(TemplateFilesError) {
            templates = try NotificationTemplates.load(files: files)
        } catch {
            // What a file would have defined is missing now, so texts that use it would be blamed for nothing.
            issues = error.issues.map { ConfigurationIssue(position: nil, message: "template \($0)", isInTemplateFile: true) }
            return
        }
        let outcome = TemplateCheck.run(texts, in: &templates)
        issues = outcome.issues
        warnings = outcome.warnings
    }
}
